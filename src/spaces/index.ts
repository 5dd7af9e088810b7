/** Design spaces as values, refined step by step, and sampling from them. */
export { enumerate, type EnumerateOptions } from "./enumerate.js";
export {
  type AnyNetOptions,
  AnyNetSpace,
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  AnyNetXD,
  AnyNetXE,
  type StageParameter,
} from "./anynet.js";
export { CellSpace, type CellSpaceOptions } from "./cells/cell-space.js";
export * from "./cells/published-cell-spaces.js";
export type { Choose, Options, Program } from "./decisions/choose.js";
export { DecisionSpace, type DecisionSpaceOptions } from "./decisions/decision-space.js";
export type { Decisions } from "./decisions/decisions.js";
export { decisions } from "./decisions/decisions-of.js";
export { narrowed, type NarrowedOptions, type NarrowingOutcome } from "./decisions/narrowed.js";
export type { Word } from "./decisions/survey.js";
export type { Way } from "./decisions/way.js";
export { type DesignSpaceSize, designSpaceSizes } from "./design-space-sizes.js";
export { type Dimension, logUniform, oneOf, powersOfTwo, type Relation, uniform } from "./dimension.js";
export { compoundScaling, type CompoundScalingOptions } from "./scaling/compound-scaling.js";
export type { ScaledNetwork, ScalingFactors } from "./scaling/scaled-network.js";
export { type CurveNetwork, scalingCurve, type ScalingCurveOptions } from "./scaling/scaling-curve.js";
export { scalingGrid, type ScalingGridOptions } from "./scaling/scaling-grid.js";
export { SmallAssignments } from "./scaling/small-assignments.js";
export { layerAssignment, type LayerAssignmentOptions } from "./scaling/layer-assignment.js";
export {
  ENASMacro,
  ENASMacroSmall,
  type EnasMacroOptions,
  enasMacroSpace,
  NASRL,
  NASRLSmall,
  NASRLStrides,
  type NasRlOptions,
  nasRlSpace,
} from "./layer-spaces.js";
export {
  MnasNet,
  MnasNetBothExpansions,
  type MnasNetOptions,
  MnasNetSmall,
  mnasNetSpace,
} from "./mobile-spaces.js";
export { spaceByName, spaceNames } from "./names.js";
export * from "./paper-spaces.js";
export { RegNetSpace, RegNetX, type RegNetOptions, type RegNetParameter } from "./regnet.js";
export {
  type Constraints,
  depthOf,
  type SampleOptions,
  type SampleProgress,
  SamplingError,
  sample,
  type Window,
} from "./sample.js";
export type { Sample, Space } from "./space.js";
export {
  NasBench201,
  nasBench201Space,
  type NasBench201SpaceOptions,
  NasBenchMacro,
  nasBenchMacroSpace,
  SmallCells,
  type NasBenchMacroSpaceOptions,
} from "./tabular.js";
