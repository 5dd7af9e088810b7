/** Design spaces as values, refined step by step, and sampling from them. */
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
export { type Dimension, logUniform, oneOf, powersOfTwo, type Relation } from "./dimension.js";
export { spaceByName, spaceNames } from "./names.js";
export {
  type Constraints,
  depthOf,
  type Sample,
  type SampleOptions,
  SamplingError,
  sample,
  type Window,
} from "./sample.js";
export type { Space } from "./space.js";
