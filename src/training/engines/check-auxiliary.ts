/** Whether a network has the auxiliary logits that a recipe weighs. */
import type { Network } from "../../networks/network.js";
import { type Recipe, RecipeError } from "../recipe.js";

/** @throws RecipeError for a weight of what is not there */
export function checkAuxiliary({ auxiliaryWeight }: Recipe, { name }: Network): void {
  if (!auxiliaryWeight) return;
  throw new RecipeError(
    "auxiliaryWeight",
    `left out, or 0, for "${name}", which has no auxiliary logits`,
    auxiliaryWeight,
  );
}
