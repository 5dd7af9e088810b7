/** Images that architectures are judged by while their weights are trained on others. */
import type { Dataset } from "../../../training/dataset.js";
import { DatasetError } from "../../../training/datasets/dataset-error.js";

/** @throws DatasetError for a set without validation images, saying what they are for: `"architectures are rewarded"` */
export function requireRewards(fn: string, dataset: Dataset, purpose: string): void {
  if (dataset.validation) return;
  throw new DatasetError(
    `${fn}: expected images with a validation split, by which ${purpose}, got ${dataset.name}; load it with one, or part its training images: partTraining(dataset)`,
  );
}
