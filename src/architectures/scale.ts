/**
 * An architecture scaled in depth, width and resolution, as compound scaling does it (Tan & Le, ICML 2019): depths are
 * rounded up, widths go to multiples of 8 and never below 90 % of what was asked for.
 */
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { NetworkError } from "../networks/shapes.js";
import type { Architecture } from "./anynet/architecture.js";
import type { Stage } from "./anynet/block.js";
import { fit, roundHalfEven } from "./anynet/compatibility.js";
import { USUAL_RESOLUTION } from "./build.js";
import { checkArchitecture } from "./families.js";
import { type AnyArchitecture, isAnyNet } from "./family.js";
import { mobileFamily } from "./mobile/family.js";
import type { MobileStack } from "./mobile/mobile-stack.js";
import { scaledDepth, scaledWidth } from "./mobile/rounding.js";

/** By how much; 1 unless given. */
export interface Scaling {
  /** Of the layers of each stage or block. */
  readonly depth?: number;
  /** Of the channels of stem, stages and head. */
  readonly width?: number;
  /** Of the images' height and width; the product is cut to an integer. */
  readonly resolution?: number;
}

/**
 * The same network deeper, wider and for larger images. A mobile stack keeps its multipliers beside its blocks, so that
 * scaling twice is scaling once by the products; an AnyNet's stages are rounded each time. Group widths follow the width
 * where a convolution has one group, and are fitted to it where it has more.
 *
 * The resolution is that of the architecture, or 224 where it names none: `scale({ ...architecture, resolution: 160 }, …)`.
 *
 * @throws NetworkError for what is no architecture, or one of a family without depths and widths to scale
 * @throws RangeError for a factor that is no number above 0
 * @example
 * ```ts
 * const compound = scale(zoo("EfficientNet-B0").architecture, { depth: 1.2 ** 2, width: 1.1 ** 2, resolution: 1.15 ** 2 });
 * countArchitecture(compound).params; // => 12255408
 * ```
 */
export function scale<A extends AnyArchitecture = Architecture>(architecture: A, by: Scaling): A {
  checkArchitecture("scale", architecture);
  expectOptions("scale", by, { depth: "number?", width: "number?", resolution: "number?" }, "factors");
  const { depth = 1, width = 1, resolution = 1 } = by;
  for (const [name, factor] of Object.entries({ depth, width, resolution })) {
    if (factor > 0 && factor < Infinity) continue;
    throw new RangeError(`scale: ${name} must be a number above 0, got ${say(factor)}`);
  }
  const { name: _name, ...parts } = architecture as AnyArchitecture;
  const size = Math.trunc((architecture.resolution ?? USUAL_RESOLUTION) * resolution);
  if (size < 1)
    throw new RangeError(
      `scale: resolution ${resolution} leaves no pixel of ${architecture.resolution ?? USUAL_RESOLUTION}`,
    );
  const sized = { ...parts, ...(resolution !== 1 && { resolution: size }) };
  const scaled = scaledParts(architecture, sized, depth, width);
  checkArchitecture("scale", scaled);
  return scaled as A;
}

function scaledParts(
  architecture: AnyArchitecture,
  sized: Omit<AnyArchitecture, "name">,
  depth: number,
  width: number,
): AnyArchitecture {
  if (isAnyNet(architecture)) return scaledAnyNet(sized as Architecture, depth, width);
  if (architecture.family === mobileFamily) {
    const { scaling } = architecture as MobileStack;
    return {
      ...sized,
      scaling: { width: (scaling?.width ?? 1) * width, depth: (scaling?.depth ?? 1) * depth },
    } as MobileStack;
  }
  if (depth === 1 && width === 1) return sized;
  throw new NetworkError(
    `scale: family "${architecture.family!.name}" has no depths and widths to scale; expected an AnyNet or a mobile stack`,
  );
}

function scaledAnyNet(architecture: Architecture, depth: number, width: number): Architecture {
  const { stem, stages, headWidth, parameters: _parameters, ...rest } = architecture;
  return {
    ...rest,
    stem: { ...stem, width: scaledWidth(stem.width, width) },
    stages: stages.map(stage => scaledStage(stage, depth, width)),
    ...(headWidth !== undefined && { headWidth: headWidth && scaledWidth(headWidth, width) }),
  };
}

function scaledStage(stage: Stage, depth: number, by: number): Stage {
  const { width, bottleneck, groupWidth } = stage;
  const asked = scaledWidth(width, by);
  const inner = (of: number): number => Math.max(1, roundHalfEven(of / bottleneck));
  const whole = groupWidth >= inner(width) && groupWidth > 1;
  const fitted = by === 1 ? { width, groupWidth } : fit(asked, bottleneck, whole ? inner(asked) : groupWidth);
  return { ...stage, ...fitted, depth: scaledDepth(stage.depth, depth) };
}
