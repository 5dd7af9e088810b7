/** Whether a network has the auxiliary head that a recipe weighs; and the network where it is not weighed. */
import type { Network } from "../../networks/network.js";
import { type Recipe, RecipeError } from "../recipe.js";

/** @throws RecipeError for a weight of what is not there */
export function checkAuxiliary({ auxiliaryWeight }: Recipe, { name, auxiliary }: Network): void {
  if (!auxiliaryWeight || auxiliary) return;
  const expected = `left out, or 0, for "${name}", which has no auxiliary head`;
  throw new RecipeError("auxiliaryWeight", expected, auxiliaryWeight);
}

/** The network that is trained where its head is not: the head need not even fit the images. */
export const withoutHead = ({ auxiliary: _unused, ...network }: Network): Network => network;
