/**
 * The constrained grid of compound scaling (Tan & Le, ICML 2019): all factors of depth, width and resolution on some steps
 * whose networks cost what was asked for, by the paper's formula or by what they really cost.
 */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { build } from "../../architectures/build.js";
import { checkArchitecture } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { MOST_LISTS } from "../decisions/listed.js";
import { gridOf } from "./factor-grid.js";
import { productOf, type ScaledNetwork, scalerOf, type ScalingFactors } from "./scaled-network.js";

export interface ScalingGridOptions {
  /** What a network may cost, over the base. */
  readonly budget: number;
  /** Share of the budget by which a network may miss it. Default 0.05. */
  readonly tolerance?: number;
  /**
   * What is held against the budget: `"flops"` of the scaled network, rounding and all, or `"product"`, depth · width² ·
   * resolution² of the factors. Default `"flops"`.
   */
  readonly by?: "flops" | "product";
  /** Factors that are tried, rising. Default: 1 to 2 in steps of 0.05; the paper's step is not printed. */
  readonly depth?: readonly number[];
  readonly width?: readonly number[];
  readonly resolution?: readonly number[];
  /** What multiplied widths are multiples of. Default 8. */
  readonly divisor?: number;
  /** Leave out factors that round to a network that is there already. Default false. */
  readonly distinct?: boolean;
}

/**
 * The networks of a grid of factors that meet a budget, in the order of depth, width and resolution.
 *
 * @throws NetworkError for a base of a family that cannot be scaled
 * @throws RangeError for factors or a budget that are none, and for a budget that no network meets
 * @example
 * ```ts
 * const base = zoo("EfficientNet-B0").architecture;
 * scalingGrid(base, { budget: 2, by: "product" }).length; // => 109
 * ```
 */
export function scalingGrid<A extends AnyArchitecture = Architecture>(
  base: A,
  options: ScalingGridOptions,
): ScaledNetwork<A>[] {
  const caller = "scalingGrid";
  checkArchitecture(caller, base);
  expectOptions(caller, options, {
    budget: "number",
    tolerance: "number?",
    by: "text?",
    depth: "list?",
    width: "list?",
    resolution: "list?",
    divisor: "number?",
    distinct: "boolean?",
  });
  const { budget, tolerance = 0.05, by = "flops", divisor, distinct = false } = options;
  if (!(budget > 0 && budget < Infinity)) {
    throw new RangeError(`${caller}: budget must be a number above 0, got ${say(budget)}`);
  }
  if (!(tolerance >= 0)) {
    throw new RangeError(`${caller}: tolerance must be at least 0, got ${say(tolerance)}`);
  }
  if (by !== "flops" && by !== "product") {
    throw new RangeError(`${caller}: by must be "flops" or "product", got ${say(by)}`);
  }
  const [depths, widths, resolutions] = (["depth", "width", "resolution"] as const).map(factor =>
    gridOf(caller, factor, options[factor]),
  );
  if (depths.length * widths.length * resolutions.length > MOST_LISTS) {
    throw new RangeError(`${caller}: more than ${MOST_LISTS} combinations; give fewer factors`);
  }
  const meets = (cost: number) => Math.abs(cost / budget - 1) <= tolerance + 1e-9;
  const scaled = scalerOf(base, divisor);
  const seen = new Set<string>();
  const found: ScaledNetwork<A>[] = [];
  const consider = (factors: ScalingFactors) => {
    if (by === "product" && !meets(productOf(factors))) return;
    const network = scaled(factors);
    if (by === "flops" && !meets(network.ratio)) return;
    if (distinct) {
      // Multipliers beside an architecture may differ where what is built does not.
      const text = JSON.stringify([network.pixels, build(network.architecture).layers]);
      if (seen.has(text)) return;
      seen.add(text);
    }
    found.push(network);
  };
  for (const depth of depths) {
    for (const width of widths) {
      for (const resolution of resolutions) consider({ depth, width, resolution });
    }
  }
  if (found.length > 0) return found;
  throw new RangeError(
    `${caller}: no factors make ${budget} times the base's ${by === "flops" ? "flops" : "product"} within ${100 * tolerance} %; widen the tolerance, or give other factors`,
  );
}
