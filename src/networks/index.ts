/** Networks as plain data: blocks, architectures, shapes, complexity and the published zoo. */
export { type Architecture, anyNet, build, describe, type Stem, simpleStem } from "../architectures/anynet/architecture.js";
export type { Block, BlockParameters, Stage } from "../architectures/anynet/block.js";
export { Basic, blocks, LinearBottleneck, MBConv, R, V, VR, X, Y } from "../architectures/anynet/blocks/index.js";
export { compatible } from "../architectures/anynet/compatibility.js";
export {
  type Complexity,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  paddingShare,
} from "./complexity.js";
export { countArchitecture } from "../architectures/anynet/count-architecture.js";
export { type Memory, type MemoryOptions, memory } from "./memory.js";
export { defaultFitGrid, type FitGrid } from "../architectures/regnet/fit-grid.js";
export type { Layer, Network, Op } from "./network.js";
export { type OperatorFormula, operatorTable } from "./operators/operator-formulas.js";
export { convNorm, squeezeExcite } from "./operators/checked-operators.js";
export type { ActivationKind, ConvOptions, Feature, Operators } from "./operators/operators.js";
export {
  fitQuantisedLinear,
  type LinearFit,
  type LinearSetting,
  type StageWidths,
} from "../architectures/regnet/quantised-linear-fit.js";
export { fitQuantisedLinearExhaustive } from "../architectures/regnet/quantised-linear-fit-exhaustive.js";
export { quantisedPowers, quantisedWidths, type RegNetParameters, regNet, stagesOf } from "../architectures/regnet/regnet.js";
export { inferShapes, NetworkError, type Shape } from "./shapes.js";
export { reviveArchitecture, type StoredArchitecture, storeArchitecture } from "../architectures/stored.js";
export type { CountOptions } from "./taps.js";
export { withDropout, withDropPath } from "./with-dropout.js";
export { type PublishedFacts, type ZooEntry, zoo, zooNames } from "../architectures/zoo.js";
