/** How many images a dataset's description means. */
import type { Images } from "../training/datasets/dataset-kind.js";
import { type DatasetSpec, loadDataset } from "../training/datasets/index.js";
import { kindOf } from "../training/datasets/kinds.js";

export type { Images };

/**
 * Images of the splits. What lies in folders is looked at; the other kinds say it themselves.
 *
 * @throws DatasetError for a folder that cannot be used
 */
export async function imagesOf(dataset: DatasetSpec): Promise<Images> {
  const said = kindOf(dataset)?.images?.(dataset);
  if (said) return said;
  const { train, validation, test } = await loadDataset(dataset);
  return { train: train.count, ...(validation && { validation: validation.count }), test: test.count };
}
