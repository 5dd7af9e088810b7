/** Design spaces as values, refined step by step, and sampling from them. */

// ## Sample and enumerate
export {
  type Constraints,
  depthOf,
  type SampleOptions,
  type SampleProgress,
  SamplingError,
  sample,
  type Window,
} from "./sample.js";
export { enumerate, type EnumerateOptions } from "./enumerate.js";
export type { Sample, Space } from "./space.js";
export { spaceByName, spaceNames } from "./names.js";

// ## AnyNet and RegNet
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
export { RegNetSpace, RegNetX, type RegNetOptions, type RegNetParameter } from "./regnet.js";
export { type DesignSpaceSize, designSpaceSizes } from "./design-space-sizes.js";

// ## Refine a space
export { type Dimension, logUniform, oneOf, powersOfTwo, type Relation, uniform } from "./dimension.js";
export { narrowed, type NarrowedOptions, type NarrowingOutcome } from "./decisions/narrowed.js";

// ## The paper's other spaces
export * from "./paper-spaces.js";

// ## A space of your own
export { DecisionSpace, type DecisionSpaceOptions } from "./decisions/decision-space.js";
export type { Choose, Options, Program } from "./decisions/choose.js";
export { decisions } from "./decisions/decisions-of.js";
export type { Decisions } from "./decisions/decisions.js";
export type { Word } from "./decisions/survey.js";
export type { Way } from "./decisions/way.js";

// ## Spaces of cells
export { CellSpace, type CellSpaceOptions } from "./cells/cell-space.js";
export * from "./cells/published-cell-spaces.js";

// ## Spaces that tables know
export {
  NasBench201,
  nasBench201Space,
  type NasBench201SpaceOptions,
  NasBenchMacro,
  nasBenchMacroSpace,
  SmallCells,
  type NasBenchMacroSpaceOptions,
} from "./tabular.js";

// ## Spaces of layers and of mobile networks
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

// ## Scaling
export { scalingCurve, type CurveNetwork, type ScalingCurveOptions } from "./scaling/scaling-curve.js";
export { scalingGrid, type ScalingGridOptions } from "./scaling/scaling-grid.js";
export type { ScaledNetwork, ScalingFactors } from "./scaling/scaled-network.js";
export { compoundScaling, type CompoundScalingOptions } from "./scaling/compound-scaling.js";
export { layerAssignment, type LayerAssignmentOptions } from "./scaling/layer-assignment.js";
export { SmallAssignments } from "./scaling/small-assignments.js";
