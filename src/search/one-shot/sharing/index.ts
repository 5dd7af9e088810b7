/** Weights that all architectures of a space share. */

// ## Train shared weights
export { trainSupernet, type TrainSupernetOptions } from "./train-supernet.js";
export { type SharedErrorOptions, SharedWeights } from "./shared-weights.js";
export type { Sampling } from "./sampling.js";
export type { SharingOptions, SharingProgress } from "./share.js";
export {
  type GrownCandidate,
  type GrownResult,
  type GrownStep,
  growOnSupernet,
  type GrowOnSupernetOptions,
} from "./grow-on-supernet.js";

// ## ENAS' controller
export { enas, type EnasCandidate, type EnasOptions, type EnasResult } from "./enas.js";
export { type EnasPreset, type EnasPresetName, enasPresets, type EnasSettings } from "./enas-presets.js";
export { type ControllerRun, controllersFigure } from "./controllers-figure.js";
export type { ControllerEpoch, SharedEpoch, SharingFacts, SharingStanding } from "./facts.js";

// ## How shared weights rank
export {
  type RankedFunction,
  type RankedParts,
  type RankingQuality,
  rankingQuality,
  type RankingQualityOptions,
  type SharedErrors,
} from "./ranking-quality.js";
export {
  type RankingByLength,
  rankingByLength,
  type RankingLength,
  type RankingRun,
} from "./ranking-by-length.js";
export { type RankingData, rankingsOf } from "./ranking-data.js";
export { type GrowthData, shippedGrowth, shippedRanking, type StudiedImages } from "./shipped.js";
