/// <reference types="node" preserve="true" />
/** Trials: what a network is trained with, and the store that keeps what came of it. */
export type { Draw, RecipeSpec, SampledRecipe } from "./recipe-spec.js";
export { printProgress, progressLine, type SweepProgress } from "./runner/progress.js";
export { selectionError } from "./selection-error.js";
export type { GivenSpace } from "./given-space.js";
export type { SpaceSpec } from "./space-spec.js";
export type { SweepSpec } from "./spec.js";
export { SpecError } from "./spec-error.js";
export type { Machine } from "./store/machine.js";
export { StoreError } from "./store/store-error.js";
export { networksOf } from "./source/networks-of.js";
export { type Trial, type TrialRecord, trialId } from "./trial.js";
