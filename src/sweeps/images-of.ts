/** How many images a dataset's description means. */
import { type DatasetSpec, loadDataset } from "../training/datasets/index.js";

/** Images of a dataset's splits. */
export interface Images {
  readonly train: number;
  readonly validation?: number;
  readonly test: number;
}

/**
 * Images of the splits. What lies in folders is looked at; the other kinds say it themselves.
 *
 * @throws DatasetError for a folder that cannot be used
 */
export async function imagesOf(dataset: DatasetSpec): Promise<Images> {
  if (dataset.kind === "procedural") return dataset;
  if (dataset.kind === "cifar10" || dataset.kind === "cifar100") {
    const { train, validation, test = 10_000 } = dataset;
    return {
      train: train ?? 50_000 - (validation ?? 0),
      ...(validation !== undefined && { validation }),
      test,
    };
  }
  const { train, validation, test } = await loadDataset(dataset);
  return { train: train.count, ...(validation && { validation: validation.count }), test: test.count };
}
