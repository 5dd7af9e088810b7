/** Recipes at other batch sizes. */
import { checkRecipe, type Recipe } from "../recipe.js";
import { RecipeError } from "./recipe-error.js";

/**
 * A recipe at another batch size, with the learning rate in proportion (Goyal et al. 2017), as the paper's
 * lr = 0.1 · batch / 128 in section 5.
 *
 * @throws RecipeError unless `batch` is a positive integer
 * @example
 * ```ts
 * withBatch(recipes.section5, 1024).learningRate; // => 0.8
 * ```
 */
export function withBatch(recipe: Recipe, batch: number): Recipe {
  checkRecipe(recipe);
  if (typeof batch !== "number") throw new RecipeError("batch", "a positive integer", batch);
  const { learningRate, learningRateEnd } = recipe;
  const scaled = {
    ...recipe,
    batch,
    learningRate: (learningRate * batch) / recipe.batch,
    ...(learningRateEnd !== undefined && { learningRateEnd: (learningRateEnd * batch) / recipe.batch }),
  };
  checkRecipe(scaled);
  return scaled;
}
