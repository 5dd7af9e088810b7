/** A base scaled by some factors, with what it costs: what grids and curves of scaling are made of. */
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { countArchitecture } from "../../architectures/count-architecture.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { scale } from "../../architectures/scale.js";
import type { Complexity } from "../../networks/complexity.js";

/** Factors of layers, channels, and of the images' height and width. */
export interface ScalingFactors {
  readonly depth: number;
  readonly width: number;
  readonly resolution: number;
}

/** A scaled network, and what it costs at its own resolution. */
export interface ScaledNetwork<A extends AnyArchitecture> extends Complexity {
  readonly by: ScalingFactors;
  readonly architecture: A;
  /** Height and width of its images, pixels. */
  readonly pixels: number;
  /** depth · width² · resolution² of the factors: the flops over the base's, if nothing were rounded. */
  readonly product: number;
  /** Its flops over the base's, as counted. */
  readonly ratio: number;
}

/** The formula of compound scaling. */
export const productOf = ({ depth, width, resolution }: ScalingFactors): number =>
  depth * width ** 2 * resolution ** 2;

/** Scales a base by factors; the base is counted once. */
export function scalerOf<A extends AnyArchitecture>(
  base: A,
  divisor: number | undefined,
): (by: ScalingFactors) => ScaledNetwork<A> {
  const own = { ...base, resolution: base.resolution ?? USUAL_RESOLUTION };
  const { flops } = countArchitecture(own, own.resolution);
  return by => {
    const architecture = scale<A>(own, { ...by, ...(divisor !== undefined && { divisor }) });
    const pixels = architecture.resolution!;
    const cost = countArchitecture(architecture, pixels);
    return { by, architecture, pixels, product: productOf(by), ratio: cost.flops / flops, ...cost };
  };
}
