/** AnyNets with more layers and channels, for `scale`: of a stage and its groups, stem and head. */
import { scaledDepth, scaledWidth } from "../mobile/rounding.js";
import type { Architecture } from "./architecture.js";
import type { Stage } from "./block.js";
import { fit, roundHalfEven } from "./compatibility.js";

/** The parameters that stages were made from are none of the scaled ones'. */
export function deeper({ parameters: _made, stages, ...rest }: Architecture, factor: number): Architecture {
  return { ...rest, stages: stages.map(stage => ({ ...stage, depth: scaledDepth(stage.depth, factor) })) };
}

export function wider(
  { parameters: _made, stem, stages, headWidth, ...rest }: Architecture,
  factor: number,
  divisor: number,
): Architecture {
  return {
    ...rest,
    stem: { ...stem, width: scaledWidth(stem.width, factor, divisor) },
    stages: stages.map(stage => widerStage(stage, factor, divisor)),
    ...(headWidth !== undefined && { headWidth: headWidth && scaledWidth(headWidth, factor, divisor) }),
  };
}

/** One group stays one; of several each is fitted to the width. */
function widerStage(stage: Stage, factor: number, divisor: number): Stage {
  const { width, bottleneck, groupWidth } = stage;
  const asked = scaledWidth(width, factor, divisor);
  const inner = (of: number): number => Math.max(1, roundHalfEven(of / bottleneck));
  const isOneGroup = groupWidth >= inner(width) && groupWidth > 1;
  return { ...stage, ...fit(asked, bottleneck, isOneGroup ? inner(asked) : groupWidth) };
}
