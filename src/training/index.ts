/// <reference types="node" preserve="true" />
/** Training: datasets, recipes, and the engines that run them. */

// ## Train a network
export { lastTraining, train, type TrainOptions } from "./train.js";
export type { TrainableModel } from "./network-for.js";
export { TrainingRun, type TrainingSetting } from "./training-run.js";
export { type TrainingCurves, trainingFigure } from "./training-curves.js";

// ## Look at predictions
export { evaluate, type EvaluateOptions } from "./evaluation/evaluate.js";
export { type ClassErrors, Evaluation, type Prediction } from "./evaluation/evaluation.js";

// ## Datasets
export {
  type ContactSheet,
  type ContactSheetOptions,
  contactSheet,
  datasetByName,
  DatasetError,
  type DatasetSpec,
  describeDataset,
  type IdxDataset,
  type IdxOptions,
  loadDataset,
  loadIdx,
  type ImageFolder,
  type ImageFolderOptions,
  loadImageFolder,
  type ProceduralOptions,
  proceduralDataset,
} from "./datasets/index.js";
export type { Dataset, Split } from "./dataset.js";

// ## How to train
export { imageNet, recipeByName, type RecipeName, recipes } from "./recipes.js";
export { checkRecipe, learningRateAt, type Recipe } from "./recipe.js";
export { withBatch } from "./recipe/with-batch.js";
export type { OptimiserName } from "./recipe/optimisers.js";
export { RecipeError } from "./recipe/recipe-error.js";

// ## Weights and checkpoints
export {
  checkWeights,
  decodeSafetensors,
  encodeSafetensors,
  loadWeights,
  type SafetensorsContent,
  saveWeights,
  WeightsError,
  weightShapes,
} from "./weights/index.js";
export { loadCheckpoint, saveCheckpoint } from "./checkpoints/checkpoint-file.js";
export { type Checkpoint, CheckpointError, type TrainingIdentity } from "./checkpoints/checkpoint.js";

// ## Time and parallelism
export { time, type TimeOptions, type Timing } from "./time.js";
export { measureParallelism, type ParallelismOptions, type Split as CoreSplit } from "./parallelism.js";

// ## Engines
export { engineByName } from "./engines/index.js";
export { EngineUnavailableError, Model, torch, torchOn } from "./engines/torch.js";
export { tensorflow, type TensorflowOptions, tensorflowOn } from "./engines/tensorflow.js";
export type {
  Engine,
  EpochReport,
  Precision,
  Refusal,
  StepReport,
  TrainingResult,
  TrainOptions as EngineTrainOptions,
  Weight,
  Weights,
} from "./engine.js";

// ## Sessions, step by step
export {
  DivergedError,
  type ImageBatch,
  type KeptGradients,
  type Probe,
  type Probed,
  type ProbeOptions,
  type Session,
  type SessionCallOptions,
  type SessionOptions,
  type SessionSnapshot,
  type SessionState,
  type SessionStepOptions,
} from "./session.js";
export { loadSessionState, saveSessionState } from "./checkpoints/session-file.js";
