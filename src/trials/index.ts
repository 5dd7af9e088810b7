/// <reference types="node" preserve="true" />
/** Trials: what a network is trained with, and the store that keeps what came of it. */

// ## Specs of sweeps
export type { SweepSpec } from "./spec.js";
export type { SpaceSpec } from "./space-spec.js";
export type { GivenSpace } from "./given-space.js";
export type { Draw, RecipeSpec, SampledRecipe } from "./recipe-spec.js";
export { networksOf } from "./source/networks-of.js";
export { SpecError } from "./spec-error.js";

// ## Trials and their records
export { type Trial, type TrialRecord, trialId } from "./trial.js";
export { selectionError } from "./selection-error.js";
export type { Machine } from "./store/machine.js";
export { StoreError } from "./store/store-error.js";

// ## Progress in words
export { printProgress, progressLine, type SweepProgress } from "./runner/progress.js";
