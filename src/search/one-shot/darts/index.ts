/// <reference types="node" preserve="true" />
/** DARTS: a space's cells searched by gradient on a supernet, watched, and judged by trainings of their own. */

// ## Search by gradient
export { darts, type DartsOptions, openDarts } from "./darts.js";
export { type AlphaRow, DartsResult, type EpochRow } from "./darts-result.js";
export {
  evaluateCells,
  type EvaluateCellsOptions,
  type EvaluatedCell,
  type EvaluatedCells,
} from "./evaluate-cells.js";
export {
  type AlphaSettings,
  type AskedSettings,
  type DartsPreset,
  type DartsPresetName,
  dartsPresets,
  type DartsSettings,
  type SkipLimit,
} from "./settings.js";
export { dartsLine, type DartsProgress } from "./darts-progress.js";
export type { DartsEpoch } from "./epoch.js";
export type { DartsFacts, DartsStanding, DartsStatus } from "./darts-folder.js";
