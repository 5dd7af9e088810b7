/** Networks as plain data: blocks, architectures, shapes, complexity and the published zoo. */
export { type Architecture, anyNet, build, describe, type Stem, simpleStem } from "./architecture.js";
export { type Block, type BlockParameters, blocks, MBConv, type Stage, X, Y } from "./blocks.js";
export { compatible } from "./compatibility.js";
export {
  type Complexity,
  complexity,
  complexityByLayer,
  complexityByStage,
  countArchitecture,
} from "./complexity.js";
export type { Layer, Network, Op } from "./network.js";
export {
  type ActivationKind,
  type ConvOptions,
  convNorm,
  type Feature,
  type Operators,
  squeezeExcite,
} from "./operators.js";
export { quantisedWidths, type RegNetParameters, regNet, stagesOf } from "./regnet.js";
export { inferShapes, NetworkError, type Shape } from "./shapes.js";
export { type PublishedFacts, type ZooEntry, zoo, zooNames } from "./zoo.js";
