/** Whether a recipe's crops and holes leave anything of a dataset's images to be seen. */
import { type Recipe, RecipeError } from "../recipe.js";

/**
 * @throws RecipeError for a padding at which a crop may lie in the border alone (time and memory of such a training grow with
 *   the border's area), and for a cutout that may hide a whole image
 */
export function checkCrop(
  { cropPadding, cutout = 0 }: Recipe,
  { resolution }: { readonly resolution: number },
): void {
  const expected = `less than the images' ${resolution} pixels`;
  if (cropPadding >= resolution) throw new RecipeError("cropPadding", expected, cropPadding);
  if (cutout >= resolution) throw new RecipeError("cutout", expected, cutout);
}
