/// <reference types="node" preserve="true" />
/** Search: strategies that are asked for architectures and told what came of them. */

// ## Search a space
export { search, type SearchOptions } from "./search.js";
export { type Found, SearchResult } from "./runs/search-result.js";
export { openSearch } from "./runs/open-search.js";
export {
  retrainBest,
  type RetrainBestOptions,
  type RetrainedBest,
  type RetrainedNetwork,
} from "./retrain-best.js";
export { searchLine, type SearchProgress } from "./runs/shown/progress.js";
export type { LiveSpace, SearchFacts } from "./runs/search-folder.js";
export type { ObjectiveRecord, OutcomeRecord } from "./runs/outcome-log.js";
export { submitSearch } from "./cluster-search.js";

// ## Objectives and their costs
export type {
  Fidelity,
  Limit,
  MeasuredObjective,
  Measurement,
  Objective,
  TrainedObjective,
} from "./objective.js";
export type { Cost } from "./cost.js";
export * from "./objectives/index.js";

export * from "./strategies/index.js";

// ## Published settings of strategies
export { type Preset, type PresetName, presetByName, presets } from "./presets/index.js";

// ## Surrogates and encodings
export { type Encoder, encoder, type EncoderOptions, type EncodingKind } from "./encodings/encoder.js";
export { linearEnsemble, type LinearEnsembleSettings } from "./surrogates/linear-ensemble.js";
export { gaussianProcess, type GaussianProcessSettings } from "./surrogates/gaussian-process.js";
export { networkEnsemble, type NetworkEnsembleSettings } from "./surrogates/network-ensemble.js";
export type { Acquisition } from "./surrogates/acquisition.js";
export { surrogateObjective } from "./surrogates/surrogate-objective.js";
export {
  type SurrogateNote,
  surrogateQuality,
  type SurrogateQuality,
  type SurrogateQualityOptions,
  surrogateReport,
  type SurrogateReport,
  type SurrogateRound,
} from "./surrogates/surrogate-report.js";
export type { FitOptions, FittedSurrogate, Predictions, Surrogate } from "./surrogates/surrogate.js";

// ## Tables of trained spaces
export { shippedTables, table, tablesBeside, tablesByImages } from "./table/open-table.js";
export {
  SpaceTable,
  type SpaceTableOptions,
  type TableRow,
  type TableTraining,
} from "./table/space-table.js";
export type { TableView } from "./table/table-view.js";
export { tableFacts, TableFacts, type TableFactsOptions } from "./table/facts/table-facts.js";
export type { TableRanking } from "./table/facts/table-rankings.js";
export {
  type TableAgreement,
  tableAgreement,
  type TableAgreementOptions,
} from "./table/facts/table-agreement.js";
export {
  measureCorrelations,
  MeasureCorrelations,
  type MeasureCorrelationsOptions,
  type MeasureDifference,
  type MeasureRank,
  type RankedMeasure,
} from "./table/facts/measure-correlations.js";
export { type TableSpec, tableSpec, trainTable } from "./table/train-table.js";
export { packTable, type PackTableOptions } from "./table/pack-table.js";

// ## Simulate searches on a table
export { type SimulatedRun, simulate, type SimulateOptions } from "./table/simulate.js";
export {
  type DrawnEntries,
  type SearchTable,
  searchTable,
  type TableEntry,
  type ToldFacts,
} from "./table/search-table.js";
export { noisyTable } from "./table/noisy-table.js";

// ## Runs and what they found
export {
  type RegretCurve,
  type RegretCurves,
  regretCurves,
  type RegretCurvesOptions,
} from "./statistics/regret-curves.js";
export {
  type ComparedSearches,
  compareSearches,
  type CompareSearchesOptions,
  type SearchPair,
  type SearchSummary,
} from "./statistics/compare-searches.js";
export {
  detectableDifference,
  repeatsFor,
  type SearchPower,
  searchPower,
  type SearchPowerOptions,
} from "./statistics/search-power.js";
export { frontRuns, type FrontRunsOptions } from "./statistics/front-runs.js";
export { type OpenedRuns, openRuns, searchRun } from "./runs/search-run-of.js";
export { type Evaluation, RunLog, type SearchRun } from "./search-run.js";
export type { Along, SearchCurve, SearchRuns } from "./statistics/curves-along.js";

// ## Searches against their space
export {
  expectedRandom,
  randomDrawsFor,
  type SpaceErrors,
  spaceErrors,
  type SpaceQuantile,
  spaceQuantile,
} from "./statistics/space-errors.js";
export {
  type ProposalDistribution,
  proposalDistribution,
  type ProposalDistributionOptions,
  type ProposedErrors,
} from "./statistics/proposal-distribution.js";
export { type Diversity, type DiversityOptions, proposalDiversity } from "./statistics/diversity.js";
export { type Overlap, type OverlapOptions, proposalOverlap, type Repeated } from "./statistics/overlap.js";
export { type SearchRunRow, searchRuns, type SearchRunsOptions } from "./statistics/runs-table.js";
export type { ProposingRuns } from "./statistics/proposals.js";
export type {
  RankDifference,
  RankDifferences,
  RankInterval,
  RankIntervals,
} from "../statistics/rank-intervals.js";

export * from "./one-shot/index.js";

// ## Layer assignments
export {
  type AssignmentErrors,
  assignmentErrors,
  type AssignmentErrorsOptions,
  type AssignmentRow,
  type TrainedAssignment,
} from "./assignments/assignment-errors.js";
export { type BestAssignment, bestAssignments } from "./assignments/best-assignments.js";
export type { AssignmentStudyOptions } from "./assignments/budgets.js";
export { type GrowthLoss, growthLoss, type GrowthLossStep } from "./assignments/growth-loss.js";
export { type Inheritance, inheritance, type InheritanceStep } from "./assignments/inheritance.js";

// ## A strategy of your own
export type { MakeSearcher, Outcome, Proposal, Searcher } from "./searcher.js";
export type { SearchContext, Strategy } from "./strategy.js";
export { type Search, searchSource } from "./search-source.js";
