/**
 * Batches of a dataset for whoever trains step by step in a session: the same images in the same order, augmented alike, as
 * a training of engine torch or tensorflow with that recipe, seed and epoch has them.
 */
import { expectFields } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { EpochPlan, testBatch } from "./batches/epoch-plan.js";
import { TorchRandom } from "./batches/torch-random.js";
import type { Dataset, Split } from "./dataset.js";
import { DatasetError } from "./datasets/dataset-error.js";
import { mixSeed } from "./engines/seeds.js";
import { checkRecipe, type Recipe, RecipeError } from "./recipe.js";
import type { ImageBatch } from "./session.js";

/** What a session is given of a batch. */
export interface LabelledBatch {
  readonly images: ImageBatch;
  readonly labels: Int32Array;
}

export type SplitName = "train" | "validation" | "test";

export interface TrainingBatchesOptions {
  /** The training's, an integer from 0. Default 0. */
  readonly seed?: number;
  /** Which pass over the images, from 0. */
  readonly epoch: number;
  /** Whose images are shuffled and augmented. Default `"train"`. */
  readonly split?: "train" | "validation";
}

/** Images a batch when they are only looked at; as engine torch tests. */
const LOOKED_AT = 250;

/** Fields of a recipe that decide images and labels, and that these batches do not follow. */
const notFollowed: Partial<Record<keyof Recipe, string>> = {
  randomSizedCrop: "resize no crops",
  colourPca: "draw no colours",
  mixup: "have one label an image",
};

/**
 * The batches of one epoch: shuffled, cropped, mirrored and blanked as the recipe says, whole ones alone. They depend on the dataset, the recipe's
 * augmentation and batch, the seed and the epoch, and on nothing else that runs.
 *
 * @throws RecipeError for a recipe that is none, and for the first field of its augmentation that is not followed
 * @throws DatasetError where the split is missing, or smaller than a batch
 */
export function trainingBatches(dataset: Dataset, recipe: Recipe, options: TrainingBatchesOptions): Batches {
  const fn = "trainingBatches";
  expectOptions(fn, options, { seed: "number?", epoch: "number", split: "text?" });
  checkRecipe(recipe);
  for (const [field, why] of Object.entries(notFollowed) as [keyof Recipe, string][]) {
    if (recipe[field])
      throw new RecipeError(field, `left out for batches of a session, which ${why}`, recipe[field]);
  }
  const { seed = 0, epoch, split: name = "train" } = options;
  for (const [what, value] of Object.entries({ seed, epoch })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new RangeError(`${fn}: ${what} must be an integer of at least 0, got ${say(value)}`);
  }
  if ((name as string) === "test")
    throw new RangeError(
      `${fn}: split must be "train" or "validation", got "test", which nothing is trained on`,
    );
  const split = splitOf(fn, dataset, name);
  const { batch: size } = recipe;
  const steps = Math.floor(split.count / size);
  if (steps === 0) {
    throw new DatasetError(
      `${fn}: expected at least a batch of ${size} images in the ${name} split of ${dataset.name}, got ${split.count}; give the recipe a smaller batch`,
    );
  }
  const plan = new EpochPlan(dataset, split, recipe, {
    steps,
    seed: mixSeed(seed, epoch + 1),
    layout: "channels first",
  });
  return new Batches(steps, step => {
    const { values, labels } = plan.batch(step, size);
    return labelled(dataset, values, labels);
  });
}

/**
 * The images of a split in their order, as they are, the last batch smaller if it must be.
 *
 * @param size images a batch
 * @throws DatasetError where the split is missing or empty
 */
export function evaluationBatches(dataset: Dataset, split: SplitName, size: number = LOOKED_AT): Batches {
  const fn = "evaluationBatches";
  const images = splitOf(fn, dataset, split);
  if (!(Number.isSafeInteger(size) && size > 0))
    throw new RangeError(`${fn}: size must be a positive integer, got ${say(size)}`);
  if (images.count === 0) {
    throw new DatasetError(`${fn}: expected images in the ${split} split of ${dataset.name}, got none`);
  }
  return new Batches(Math.ceil(images.count / size), step => {
    const first = step * size;
    const count = Math.min(size, images.count - first);
    const { values, labels } = testBatch(dataset, images, { first, count, layout: "channels first" });
    return labelled(dataset, values, labels);
  });
}

/** Batches in a row, each made when it is asked for. */
export class Batches implements Iterable<LabelledBatch> {
  /** How many there are. */
  readonly steps: number;
  readonly #make: (step: number) => LabelledBatch;

  /** @param make the batch of a step that there is */
  constructor(steps: number, make: (step: number) => LabelledBatch) {
    this.steps = steps;
    this.#make = make;
  }

  /**
   * @param step from 0
   * @throws RangeError for a step that there is not
   */
  at(step: number): LabelledBatch {
    if (Number.isInteger(step) && step >= 0 && step < this.steps) return this.#make(step);
    throw new RangeError(`Batches.at: step must be from 0 to ${this.steps - 1}, got ${say(step)}`);
  }

  *[Symbol.iterator](): Generator<LabelledBatch, void> {
    for (let step = 0; step < this.steps; step++) yield this.#make(step);
  }
}

/**
 * A dataset whose training images are parted at random into those that weights are trained on, and those that decide between
 * networks, as DARTS does it: `train` and `validation`. A validation split that it had is left out; normalisation stays that of all training
 * images.
 *
 * @param options.seed an integer from 0. Default 0
 * @param options.share of the images that are trained on, in (0, 1). Default one half
 * @throws DatasetError where either would be empty
 */
export function partTraining(
  dataset: Dataset,
  options: { readonly seed?: number; readonly share?: number } = {},
): Dataset & { readonly validation: Split } {
  const fn = "partTraining";
  expectOptions(fn, options, { seed: "number?", share: "number?" });
  const { seed = 0, share = 0.5 } = options;
  const train = splitOf(fn, dataset, "train");
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new RangeError(`${fn}: seed must be an integer of at least 0, got ${say(seed)}`);
  if (!(share > 0 && share < 1))
    throw new RangeError(`${fn}: share must be a number between 0 and 1, got ${say(share)}`);
  const first = Math.floor(train.count * share);
  if (first === 0 || first === train.count) {
    throw new DatasetError(
      `${fn}: expected training images for two parts, got ${train.count} of ${dataset.name} and a share of ${share}`,
    );
  }
  // A use of chance of its own: the uses of a training are its epochs, and their negatives.
  const order = new TorchRandom(mixSeed(seed, PARTING)).permutation(train.count);
  return {
    ...dataset,
    name: `${dataset.name}-parted-${share}-s${seed}`,
    train: picked(train, order.subarray(0, first)),
    validation: picked(train, order.subarray(first)),
  };
}

/** Beyond the epochs of any training. */
const PARTING = 1_000_000_007;

function picked(split: Split, places: Uint32Array): Split {
  const size = split.images.length / split.count;
  const images = new Uint8Array(places.length * size);
  const labels = split.labels.slice(0, places.length);
  for (const [i, place] of places.entries()) {
    images.set(split.images.subarray(place * size, (place + 1) * size), i * size);
    labels[i] = split.labels[place];
  }
  return { count: places.length, images, labels };
}

function splitOf(fn: string, dataset: Dataset, name: SplitName): Split {
  expectFields(fn, "a dataset", dataset, {
    name: "text",
    resolution: "number",
    mean: "list",
    std: "list",
    train: "object",
    test: "object",
  });
  if (name !== "train" && name !== "validation" && name !== "test")
    throw new RangeError(`${fn}: split must be "train", "validation" or "test", got ${say(name)}`);
  const split = dataset[name];
  if (split) return split;
  throw new DatasetError(
    `${fn}: expected a validation split in ${dataset.name}, which has none; load the dataset with one, or part its training images (partTraining)`,
  );
}

const labelled = (
  { channels, resolution }: Dataset,
  values: Float32Array,
  labels: Split["labels"],
): LabelledBatch => ({
  images: { images: values, shape: [labels.length, channels, resolution, resolution] },
  labels: Int32Array.from(labels),
});
