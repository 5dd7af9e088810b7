/** Populations: sweeps, the trial store, and what was measured. */
export { type Member, openPopulation, Population, type PopulationRow } from "./population.js";
export { duration, printProgress, progressLine, type SweepProgress } from "./progress.js";
export { type SweepSpec, SpecError } from "./spec.js";
export { StoreError } from "./store.js";
export { type SweepOptions, sweep } from "./sweep.js";
export { type Trial, type TrialRecord, trialId } from "./trial.js";
