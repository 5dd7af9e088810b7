/**
 * An architecture scaled in depth, width and resolution, as compound scaling does it (Tan & Le, ICML 2019): depths are
 * rounded up, widths go to multiples of 8 and never below 90 % of what was asked for. What depths and widths are is the
 * family's own.
 */
import { isList } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { NetworkError } from "../networks/shapes.js";
import type { Architecture } from "./anynet/architecture.js";
import { USUAL_RESOLUTION } from "./build.js";
import { checkArchitecture, familyOf } from "./families.js";
import type { AnyArchitecture, Family } from "./family.js";
import { DIVISOR } from "./mobile/rounding.js";

/** A product that is an integer but for rounding is that integer. */
const ROUNDING = 1e-12;

/** By how much; 1 unless given. */
export interface Scaling {
  /**
   * Of the layers of each stage or block, or of all cells, rounded up; or the layers of each stage themselves, as the ResNets
   * are published: `[3, 4, 23, 3]`.
   */
  readonly depth?: number | readonly number[];
  /** Of the channels of stem, stages and head, or of the filters. */
  readonly width?: number;
  /** Of the images' height and width; the product is cut to an integer. */
  readonly resolution?: number;
  /** What multiplied widths are multiples of: 8 unless given, as EfficientNet's; 1 for networks of few channels. */
  readonly divisor?: number;
}

/**
 * The same network deeper, wider and for larger images. A mobile stack keeps its multipliers beside its blocks, so that
 * scaling twice is scaling once by the products; others are rounded each time. Group widths of AnyNets follow the width
 * where a convolution has one group, and are fitted to it where it has more. Networks of cells have more cells and filters;
 * of layer stacks the width alone can be scaled, since each layer names those that it reads.
 *
 * The resolution is that of the architecture, or 224 where it names none: `scale({ ...architecture, resolution: 160 }, …)`.
 *
 * @throws NetworkError for what is no architecture, and for what its family cannot scale, naming both
 * @throws RangeError for a factor that is no number above 0
 * @example
 * ```ts
 * const compound = scale(zoo("EfficientNet-B0").architecture, { depth: 1.2 ** 2, width: 1.1 ** 2, resolution: 1.15 ** 2 });
 * countArchitecture(compound).params; // => 12255408
 * scale(zoo("ResNet-50").architecture, { depth: [3, 4, 23, 3] }).stages[2].depth; // => 23
 * ```
 */
export function scale<A extends AnyArchitecture = Architecture>(architecture: A, by: Scaling): A {
  checkArchitecture("scale", architecture);
  expectOptions(
    "scale",
    by,
    { depth: "any?", width: "number?", resolution: "number?", divisor: "number?" },
    "factors",
  );
  const { depth = 1, width = 1, resolution = 1, divisor } = by;
  const factors = { ...(!isList(depth) && { depth }), width, resolution };
  for (const [name, factor] of Object.entries(factors)) {
    if (typeof factor === "number" && factor > 0 && factor < Infinity) continue;
    throw new RangeError(`scale: ${name} must be a number above 0, got ${say(factor)}`);
  }
  if (divisor !== undefined && !(Number.isSafeInteger(divisor) && divisor > 0)) {
    throw new RangeError(`scale: divisor must be a positive integer, got ${say(divisor)}`);
  }
  const { name: _name, ...parts } = architecture as AnyArchitecture;
  // 13 / 12 of 12 pixels are 13, whatever the product of the rounded factor is.
  const size = Math.trunc((architecture.resolution ?? USUAL_RESOLUTION) * resolution * (1 + ROUNDING));
  if (size < 1)
    throw new RangeError(
      `scale: resolution ${resolution} leaves no pixel of ${architecture.resolution ?? USUAL_RESOLUTION}; it multiplies, 1 keeps them`,
    );
  const family = familyOf(architecture) as Family<A>;
  const sized = { ...parts, ...(resolution !== 1 && { resolution: size }) } as A;
  const scaled = scaledParts(
    family,
    isList(depth) ? withDepths(family, sized, depth) : sized,
    isList(depth) ? 1 : depth,
    width,
    divisor,
  );
  checkArchitecture("scale", scaled);
  return scaled;
}

function scaledParts<A extends AnyArchitecture>(
  family: Family<A>,
  architecture: A,
  depth: number,
  width: number,
  divisor: number | undefined,
): A {
  const can = family.scales ?? {};
  for (const [name, factor] of Object.entries({ depth, width })) {
    if (factor === 1 || can[name as "depth" | "width"] !== undefined) continue;
    const rest = Object.keys(can).join(" and ");
    throw new NetworkError(
      `scale: family "${family.name}" has no ${name} to scale, got ${factor}; its ${rest ? `${rest} and ` : ""}resolution can be scaled`,
    );
  }
  const deeper = depth === 1 ? architecture : can.depth!(architecture, depth);
  return width === 1 ? deeper : can.width!(deeper, width, divisor ?? DIVISOR);
}

/** The architecture with so many layers in each stage. */
function withDepths<A extends AnyArchitecture>(
  family: Family<A>,
  architecture: A,
  given: readonly number[],
): A {
  const depths = Array.from(given);
  const stages = family.depths?.(architecture).length;
  if (stages === undefined || !family.withDepths) {
    throw new NetworkError(
      `scale: family "${family.name}" has no stages whose layers can be listed, got depth ${say(given)}; give a factor, such as 2`,
    );
  }
  const isWhole = depths.every(depth => Number.isSafeInteger(depth) && depth > 0);
  const changed = isWhole && depths.length === stages ? family.withDepths(architecture, depths) : undefined;
  if (changed) return changed;
  throw new RangeError(
    `scale: depth must be a factor, or ${stages} whole numbers from 1 on, one for each stage, got ${say(given)}`,
  );
}
