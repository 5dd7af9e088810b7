/** Networks as plain data: operators, shapes, complexity, memory and rewrites. */

// ## Count a network
export {
  type Complexity,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  paddingShare,
} from "./complexity.js";
export { type Memory, type MemoryOptions, memory } from "./memory.js";
export { inferShapes, NetworkError, type Shape } from "./shapes.js";
export type { CountOptions } from "./taps.js";
export { type OperatorFormula, operatorTable } from "./operator-formulas.js";

// ## Write a block
export { convNorm, squeezeExcite } from "./assembly/checked-operators.js";
export type { ActivationKind, ConvOptions, Feature, Operators } from "./assembly/operators.js";

// ## A network as data
export type { Layer, Network, Op } from "./network.js";
export type { Mixture } from "./mixture.js";
export { withDropout, withDropPath } from "./with-dropout.js";
