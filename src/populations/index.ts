/** Populations: sweeps, the trial store, and what was measured. */
export type { Column, Value } from "./column.js";
export type { Group } from "./group-table.js";
export { type Member, openPopulation, Population, type PopulationRow } from "./population.js";
export { duration, printProgress, progressLine, type SweepProgress } from "./progress.js";
export { readNds } from "./read-nds.js";
export { readPopulation } from "./read-population.js";
export { readPycls } from "./read-pycls.js";
export { readTimm } from "./read-timm.js";
export type { Draw, RecipeSpec, SampledRecipe } from "./recipe-spec.js";
export type { SpaceSpec } from "./space-spec.js";
export { type SweepSpec, SpecError } from "./spec.js";
export { StoreError } from "./store.js";
export { type SweepOptions, sweep } from "./sweep.js";
export { type Columns, type Row, Table, tableOf } from "./table.js";
export { TableError } from "./table-error.js";
export { readTable, type TableFormat, writeTable } from "./table-file.js";
export { type Trial, type TrialRecord, trialId } from "./trial.js";
