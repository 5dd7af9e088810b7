/** Networks as plain data: operators, shapes, complexity, memory and rewrites. */
export {
  type Complexity,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  paddingShare,
} from "./complexity.js";
export { type Memory, type MemoryOptions, memory } from "./memory.js";
export type { Mixture } from "./mixture.js";
export type { Layer, Network, Op } from "./network.js";
export { type OperatorFormula, operatorTable } from "./operator-formulas.js";
export { convNorm, squeezeExcite } from "./assembly/checked-operators.js";
export type { ActivationKind, ConvOptions, Feature, Operators } from "./assembly/operators.js";
export { inferShapes, NetworkError, type Shape } from "./shapes.js";
export type { CountOptions } from "./taps.js";
export { withDropout, withDropPath } from "./with-dropout.js";
