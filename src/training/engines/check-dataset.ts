/**
 * What every engine asks of a dataset before it allocates anything for it.
 */
import type { Dataset, Split } from "../dataset.js";

/**
 * Checks that a dataset is what it says: sizes that agree, labels in range, statistics to normalise by.
 *
 * @throws RangeError naming the dataset, the split, what was expected and what came
 */
export function checkDataset(dataset: Dataset): void {
  const { name, resolution, channels, classes, mean, std } = dataset;
  const fail = (expected: string, got: string) => {
    throw new RangeError(`dataset "${name}": expected ${expected}, got ${got}`);
  };
  if (mean.length !== channels || std.length !== channels || !std.every(s => s > 0)) {
    fail(
      `a mean and a positive standard deviation for each of ${channels} channels`,
      `${mean.join(", ")} and ${std.join(", ")}`,
    );
  }
  const check = (part: "train" | "test", { count, images, labels }: Split) => {
    const bytes = count * channels * resolution * resolution;
    if (count < 1) fail(`at least one image to ${part} on`, `${count}`);
    if (images.length !== bytes) {
      const size = `${count} × ${channels} × ${resolution} × ${resolution} = ${bytes}`;
      fail(`${size} bytes of ${part} images`, `${images.length}`);
    }
    if (labels.length !== count) fail(`${count} ${part} labels, one an image`, `${labels.length}`);
    const stray = labels.findIndex(label => label >= classes);
    if (stray >= 0) fail(`${part} labels below ${classes}`, `${labels[stray]} at image ${stray}`);
  };
  check("train", dataset.train);
  check("test", dataset.test);
}
