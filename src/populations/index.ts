/** Populations: sweeps, the trial store, and what was measured. */
export type { Column, Value } from "./column.js";
export type { Group } from "./group-table.js";
export {
  type ClusterTask,
  cancelSweep,
  type SweepStatus,
  submitSweep,
  sweepStatus,
} from "./cluster-sweep.js";
export type { Submission } from "./cluster-queue.js";
export type { Compared, ComparePairOptions, PairTests } from "./compare-pair.js";
export {
  type ComparedSummary,
  type ComparePopulationsOptions,
  type Comparison,
  comparePopulations,
  type PopulationPair,
  describePair,
} from "./compare-populations.js";
export { type RegimeDifference, regimeDifferences } from "./regime-differences.js";
export { type NamedPopulation, populationFrom } from "./population-from.js";
export {
  fitThroughput,
  type Measured,
  makespan,
  measuredIn,
  measuredOnV100,
  type PlanOptions,
  planSweep,
  type SweepPlan,
  type ThroughputModel,
} from "./plan-sweep.js";
export type { Images } from "./images-of.js";
export { SchedulerError } from "./slurm.js";
export { compactSweep, readCompact } from "./compact.js";
export { expandSweep } from "./expand.js";
export type { Machine } from "./machine.js";
export { type Member, openPopulation, Population, type PopulationRow } from "./population.js";
export { selectionError } from "./selection-error.js";
export { printProgress, progressLine, type SweepProgress } from "./progress.js";
export type { Compute, Provenance } from "./provenance.js";
export { rankAgreement, type SeedAgreement, seedAgreement } from "./rank-agreement.js";
export { readNds } from "./read-nds.js";
export { readPopulation } from "./read-population.js";
export type { ReadOptions } from "./read-options.js";
export { readPycls } from "./read-pycls.js";
export { readTimm } from "./read-timm.js";
export type { Draw, RecipeSpec, SampledRecipe } from "./recipe-spec.js";
export type { SpaceSpec } from "./space-spec.js";
export { type Retrained, type RetrainOptions, retrain, seedNoise } from "./retrain.js";
export { shippedPopulation, shippedPopulations } from "./shipped.js";
export { type SweepSpec, SpecError } from "./spec.js";
export { StoreError } from "./store.js";
export { type SweepOptions, sweep } from "./sweep.js";
export { type Columns, type Row, Table, type TableLike, tableOf } from "./table.js";
export { TableError } from "./table-error.js";
export { readTable, type TableFormat, writeTable } from "./table-file.js";
export { type Trial, type TrialRecord, trialId } from "./trial.js";
export { type Verified, type VerifyOptions, verifyPopulation } from "./verify-population.js";
