/**
 * Compound scaling (Tan & Le, ICML 2019, arXiv 1905.11946): a network made deeper, wider and for larger images at once, by
 * factors that share a budget, depth · width² · resolution² ≈ 2. The paper searches a grid of such factors around its base;
 * the grid's step is not printed, and [inferred] here.
 */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { checkArchitecture, familyOf } from "../../architectures/families.js";
import type { AnyArchitecture, Family } from "../../architectures/family.js";
import { scale } from "../../architectures/scale.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { DecisionSpace } from "../decisions/decision-space.js";
import { listed, MOST_LISTS } from "../decisions/listed.js";
import { type Factor, factors, gridOf } from "./factor-grid.js";

/** Which factors there are, and what they must come to. */
export interface CompoundScalingOptions {
  /** Default: after the base. */
  readonly name?: string;
  /** Factors of the layers, of the channels, and of the images' height and width. Default: 1 to 2 in steps of 0.05. */
  readonly depth?: readonly number[];
  readonly width?: readonly number[];
  readonly resolution?: readonly number[];
  /** What depth · width² · resolution² must come to, as far as the tolerance. Default: anything. */
  readonly product?: number;
  /** Default 0.1. */
  readonly tolerance?: number;
  /** Which factor is no choice: it follows from the others, so that the product is exact, and must be at least 1. */
  readonly solve?: "depth" | "width" | "resolution";
  /** φ: all factors are raised to this power. Default 1. */
  readonly phi?: number;
  /** What multiplied widths are multiples of. Default 8. */
  readonly divisor?: number;
}

const powers: Readonly<Record<Factor, number>> = { depth: 1, width: 2, resolution: 2 };

/**
 * The space of a network scaled by some factors, each combination as likely, by the rounding of
 * `scale`.
 *
 * @throws RangeError for factors that are none, and for a product that no combination has
 * @throws NetworkError for a base of a family that cannot be scaled
 * @example
 * ```ts
 * const base = zoo("EfficientNet-B0").architecture;
 * compoundScaling(base, { product: 2, tolerance: 0.1 }).size; // => 109n
 * ```
 */
export function compoundScaling<A extends AnyArchitecture = Architecture>(
  base: A,
  options: CompoundScalingOptions = {},
): DecisionSpace<A> {
  const caller = "compoundScaling";
  checkArchitecture(caller, base);
  expectOptions(caller, options, {
    name: "text?",
    depth: "list?",
    width: "list?",
    resolution: "list?",
    product: "number?",
    tolerance: "number?",
    solve: "text?",
    phi: "number?",
    divisor: "number?",
  });
  const { solve, phi = 1, product, tolerance = 0.1, divisor } = options;
  for (const [name, value] of Object.entries({ phi, product: product ?? 1 })) {
    if (!(value > 0 && value < Infinity))
      throw new RangeError(`${caller}: ${name} must be above 0, got ${say(value)}`);
  }
  if (!(tolerance >= 0))
    throw new RangeError(`${caller}: tolerance must be at least 0, got ${say(tolerance)}`);
  if (solve !== undefined && (!factors.includes(solve) || product === undefined)) {
    throw new RangeError(
      `${caller}: solve must be one of ${factors.join(", ")}, with a product, got ${say(solve)} and product ${say(product)}`,
    );
  }
  const free = factors.filter(factor => factor !== solve);
  const grids = free.map(factor => gridOf(caller, factor, options[factor]));
  const complete = (chosen: readonly number[]): Record<Factor, number> | undefined => {
    const by = {
      depth: 1,
      width: 1,
      resolution: 1,
      ...Object.fromEntries(free.map((factor, i) => [factor, chosen[i]])),
    };
    const cost = factors.reduce((so, factor) => so * by[factor] ** powers[factor], 1);
    if (product === undefined) return by;
    if (solve === undefined) return Math.abs(cost - product) <= tolerance + 1e-9 ? by : undefined;
    const rest = (product / cost) ** (1 / powers[solve]);
    return rest >= 1 - 1e-9 ? { ...by, [solve]: rest } : undefined;
  };
  const lists = grids
    .reduce<number[][]>(
      (all, grid) => {
        if (all.length * grid.length > MOST_LISTS)
          throw new RangeError(`${caller}: more than ${MOST_LISTS} combinations; give fewer factors`);
        return all.flatMap(list => grid.map(factor => [...list, factor]));
      },
      [[]],
    )
    .filter(list => complete(list) !== undefined);
  if (lists.length === 0) {
    throw new RangeError(
      `${caller}: no combination has a product of ${product}; widen the tolerance, or give other factors`,
    );
  }
  const choices = listed(free, lists);
  const family = familyOf(base) as Family<A>;
  const own = { ...base, resolution: base.resolution ?? USUAL_RESOLUTION };
  const scaled = (by: Record<Factor, number>) =>
    scale(own, {
      depth: by.depth ** phi,
      width: by.width ** phi,
      resolution: by.resolution ** phi,
      ...(divisor !== undefined && { divisor }),
    });
  // What cannot be scaled is said now, of factors that are not all 1.
  scaled(complete(lists[0])!);
  scaled(complete(lists[lists.length - 1])!);
  return new DecisionSpace<A>(
    options.name ?? `${base.name ?? family.title(base)} scaled`,
    choose => scaled(complete(choices(choose))!),
    { ...(base.family && { family }) },
  );
}
