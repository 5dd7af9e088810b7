/** Networks as plain data: blocks, architectures, shapes, complexity and the published zoo. */
export { type Architecture, anyNet, build, describe, type Stem, simpleStem } from "./architecture.js";
export type { Block, BlockParameters, Stage } from "./block.js";
export { Basic, blocks, LinearBottleneck, MBConv, R, V, VR, X, Y } from "./blocks/index.js";
export { compatible } from "./compatibility.js";
export {
  type Complexity,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  paddingShare,
} from "./complexity.js";
export { countArchitecture } from "./count-architecture.js";
export { type Memory, type MemoryOptions, memory } from "./memory.js";
export { defaultFitGrid, type FitGrid } from "./fit-grid.js";
export type { Layer, Network, Op } from "./network.js";
export { type OperatorFormula, operatorTable } from "./operator-table.js";
export { convNorm, squeezeExcite } from "./checked-operators.js";
export type { ActivationKind, ConvOptions, Feature, Operators } from "./operators.js";
export {
  fitQuantisedLinear,
  type LinearFit,
  type LinearSetting,
  type StageWidths,
} from "./quantised-linear-fit.js";
export { fitQuantisedLinearExhaustive } from "./quantised-linear-fit-exhaustive.js";
export { quantisedPowers, quantisedWidths, type RegNetParameters, regNet, stagesOf } from "./regnet.js";
export { inferShapes, NetworkError, type Shape } from "./shapes.js";
export { reviveArchitecture, type StoredArchitecture, storeArchitecture } from "./stored.js";
export type { CountOptions } from "./taps.js";
export { withDropout, withDropPath } from "./with-dropout.js";
export { type PublishedFacts, type ZooEntry, zoo, zooNames } from "./zoo.js";
