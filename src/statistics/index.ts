/** Statistics over populations. */
export { type BestValue, type BestValueOptions, bestValue } from "./best-value.js";
export { type Edf, edf, StatisticsError } from "./edf.js";
