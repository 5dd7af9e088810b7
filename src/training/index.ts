/// <reference types="node" preserve="true" />
/** Training: datasets, recipes, and the engines that run them. */
export { type Checkpoint, CheckpointError, type TrainingIdentity } from "./checkpoints/checkpoint.js";
export { loadCheckpoint, saveCheckpoint } from "./checkpoints/checkpoint-file.js";
export { loadSessionState, saveSessionState } from "./checkpoints/session-file.js";
export type { Dataset, Split } from "./dataset.js";
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
export { evaluate, type EvaluateOptions } from "./evaluation/evaluate.js";
export { type ClassErrors, Evaluation, type Prediction } from "./evaluation/evaluation.js";
export { engineByName } from "./engines/index.js";
export { tensorflow, type TensorflowOptions, tensorflowOn } from "./engines/tensorflow.js";
export { EngineUnavailableError, Model, torch, torchOn } from "./engines/torch.js";
export { measureParallelism, type ParallelismOptions, type Split as CoreSplit } from "./parallelism.js";
export type { OptimiserName } from "./recipe/optimisers.js";
export { checkRecipe, learningRateAt, type Recipe } from "./recipe.js";
export { RecipeError } from "./recipe/recipe-error.js";
export { imageNet, recipeByName, type RecipeName, recipes } from "./recipes.js";
export { withBatch } from "./recipe/with-batch.js";
export type { TrainableModel } from "./network-for.js";
export { lastTraining, train, type TrainOptions } from "./train.js";
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
export { time, type TimeOptions, type Timing } from "./time.js";
export { type TrainingCurves, trainingFigure } from "./training-curves.js";
export { TrainingRun, type TrainingSetting } from "./training-run.js";
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
