/** Whether network, images and recipe go together: each engine asks before it begins. */
import type { Network } from "../../networks/network.js";
import type { Dataset } from "../dataset.js";
import type { Recipe } from "../recipe.js";

/** @throws RangeError for a network with fewer classes than the images have, and for fewer images than a batch takes */
export function checkFit(network: Network, dataset: Dataset, { batch }: Recipe): void {
  const { classes, name, train } = dataset;
  if (network.classes < classes) {
    throw new RangeError(
      `train: expected a network of at least ${classes} classes, as ${name} has, got ${network.classes}; build it with { classes: ${classes} }`,
    );
  }
  if (train.count < batch) {
    throw new RangeError(
      `train: expected a training split of at least one batch of ${batch}, got ${train.count} images; lower the recipe's batch to at most ${train.count}`,
    );
  }
}
