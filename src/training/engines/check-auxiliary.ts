/** Whether a network has the auxiliary head that a recipe weighs. */
import type { Network } from "../../networks/network.js";
import { type Recipe, RecipeError } from "../recipe.js";

/** @throws RecipeError for a weight of what is not there */
export function checkAuxiliary({ auxiliaryWeight }: Recipe, { name, auxiliary }: Network): void {
  if (!auxiliaryWeight || auxiliary) return;
  const expected = `left out, or 0, for "${name}", which has no auxiliary head`;
  throw new RecipeError("auxiliaryWeight", expected, auxiliaryWeight);
}
