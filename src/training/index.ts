/** Training: datasets, recipes, and the engines that run them. */
export type { Dataset, Split } from "./dataset.js";
export type { Engine, EpochReport, Precision, TrainingResult, TrainOptions } from "./engine.js";
export {
  DatasetError,
  type DatasetSpec,
  loadDataset,
  type ProceduralOptions,
  proceduralDataset,
} from "./datasets/index.js";
export { engineByName } from "./engines/index.js";
export { type Recipe, RecipeError } from "./recipe.js";
export { recipes } from "./recipes.js";
