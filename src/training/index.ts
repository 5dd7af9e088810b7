/** Training: datasets, recipes, and the engines that run them. */
export type { Dataset, Split } from "./dataset.js";
export type {
  Engine,
  EpochReport,
  Precision,
  StepReport,
  TrainingResult,
  TrainOptions,
  Weight,
  Weights,
} from "./engine.js";
export {
  DatasetError,
  type DatasetSpec,
  loadDataset,
  type ProceduralOptions,
  proceduralDataset,
} from "./datasets/index.js";
export { engineByName } from "./engines/index.js";
export { EngineUnavailableError, Model, torch, torchOn } from "./engines/torch.js";
export { checkRecipe, learningRateAt, type Recipe, RecipeError } from "./recipe.js";
export { recipes } from "./recipes.js";
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
