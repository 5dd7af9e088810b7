/**
 * What every engine asks of a dataset before it allocates anything for it.
 */
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import type { Dataset, Split } from "../dataset.js";

/**
 * Checks that a dataset is what it says: sizes that agree, labels in range, statistics to normalise by.
 *
 * @throws RangeError naming the dataset, the split, what was expected and what came
 */
export function checkDataset(dataset: Dataset): void {
  if (!isObject(dataset)) {
    throw new RangeError(
      `dataset: expected a data set, got ${say(dataset)}; loadDataset and proceduralDataset give one`,
    );
  }
  const { name, resolution, channels, classes, mean, std } = dataset;
  const fail = (expected: string, got: string) => {
    throw new RangeError(`dataset "${name}": expected ${expected}, got ${got}`);
  };
  for (const [what, value] of Object.entries({ resolution, channels, classes })) {
    if (!Number.isSafeInteger(value) || value < 1) fail(`${what} to be a positive integer`, say(value));
  }
  if (channels !== 3) fail("3 channels", say(channels));
  const each = (values: readonly number[], holds: (value: number) => boolean) =>
    Array.isArray(values) &&
    values.length === channels &&
    holdsForAll(values, v => Number.isFinite(v) && holds(v));
  if (!each(mean, () => true) || !each(std, s => s > 0)) {
    fail(
      `a finite mean and a finite, positive standard deviation for each of ${channels} channels`,
      `${say(mean)} and ${say(std)}`,
    );
  }
  const check = (part: "train" | "validation" | "test", split: Split) => {
    const purpose = part === "validation" ? "validate" : part;
    if (!isObject(split)) fail(`a split to ${purpose} on`, say(split));
    const { count, images, labels } = split;
    if (!Number.isSafeInteger(count)) fail(`a whole number of ${part} images`, say(count));
    // A number above 255 or with a fraction would be cut to a byte without a word.
    if (!(images instanceof Uint8Array)) fail(`${part} images as a Uint8Array`, say(images));
    if (!(labels instanceof Uint8Array || labels instanceof Uint16Array))
      fail(`${part} labels as a Uint8Array or Uint16Array`, say(labels));
    const bytes = count * channels * resolution * resolution;
    if (count < 1) fail(`at least one image to ${purpose} on`, `${count}`);
    if (images.length !== bytes) {
      const size = `${count} × ${channels} × ${resolution} × ${resolution} = ${bytes}`;
      fail(`${size} bytes of ${part} images`, `${images.length}`);
    }
    if (labels.length !== count) fail(`${count} ${part} labels, one an image`, `${labels.length}`);
    const stray = labels.findIndex(label => label >= classes);
    if (stray >= 0) fail(`${part} labels below ${classes}`, `${labels[stray]} at image ${stray}`);
  };
  check("train", dataset.train);
  if (dataset.validation !== undefined) check("validation", dataset.validation);
  check("test", dataset.test);
}
