/** Whether a recipe's crops show anything of a dataset's images. */
import { type Recipe, RecipeError } from "../recipe.js";

/**
 * @throws RecipeError for a padding at which a crop may lie in the border alone; time and memory of such a training grow
 *   with the border's area
 */
export function checkCrop({ cropPadding }: Recipe, { resolution }: { readonly resolution: number }): void {
  if (cropPadding < resolution) return;
  throw new RecipeError("cropPadding", `less than the images' ${resolution} pixels`, cropPadding);
}
