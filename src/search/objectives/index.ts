/** What a search can make small. */

export { trainingError, type TrainingErrorOptions } from "./training-error.js";
export { tableError, type TableErrorOptions } from "./table-error.js";
export { complexityOf, type ComplexityName, type ComplexityOptions } from "./complexity.js";
export { latency, type LatencyOptions } from "./latency.js";
export {
  customObjective,
  type CustomObjectiveOptions,
  type GivenMeasurement,
  type ObjectiveFunction,
} from "./custom.js";
export { limited } from "./limited.js";
export { ObjectiveError } from "./objective-error.js";

// ## Measures without training
export {
  type ZeroCost,
  zeroCost,
  zeroCostMeasure,
  type ZeroCostMeasureOptions,
  zeroCostMeasures,
  type ZeroCostName,
  zeroCostNames,
  type ZeroCostOptions,
} from "./zero-cost/index.js";
