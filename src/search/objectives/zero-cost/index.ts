/** Measures without training. */
export { type ZeroCostName, zeroCostNames } from "./measures.js";
export { zeroCostMeasure, type ZeroCostMeasureOptions, zeroCostMeasures } from "./objective.js";
export { type ZeroCost, zeroCost, type ZeroCostOptions } from "./zero-cost.js";
