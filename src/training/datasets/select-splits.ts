/**
 * Which images of a set on disk are in which split: all of them as they lie there, or as many as are asked for, as many
 * of each class as of any other, drawn by a seed.
 */
import { isObject, say } from "../../base/say.js";
import type { Dataset, Split } from "../dataset.js";
import { channelStatistics } from "./channel-statistics.js";
import { DatasetError } from "./dataset-error.js";
import { randomStream } from "./random-stream.js";

/**
 * Numbers of images, dealt out evenly to the classes. Where a number does not divide, the first classes get one more; of
 * validation images the last, so that both numbers together may be all that there are.
 */
export interface Selection {
  /** Training images. Default: all that are not held out. */
  readonly train?: number;
  /** Training images that are held out as the validation split. Default: none, and no such split. */
  readonly validation?: number;
  /** Test images. Default: all. */
  readonly test?: number;
  /** Decides which images those are, an integer in [0, 2³²). Default 1. */
  readonly splitSeed?: number;
}

/** Most images that a number may ask for. */
const MOST = 0xffff_ffff;

/** @throws RangeError for a number that is none of images, or a seed out of range */
export function checkSelection(caller: string, selection: Selection): void {
  if (!isObject(selection)) {
    throw new RangeError(
      `${caller}: expected numbers of images such as { validation: 5000 }, got ${say(selection)}`,
    );
  }
  const { train, validation, test, splitSeed } = selection;
  for (const [name, value] of Object.entries({ train, validation, test, splitSeed })) {
    const least = name === "splitSeed" ? 0 : 1;
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= MOST)) continue;
    throw new RangeError(`${caller}: ${name} must be an integer from ${least} to ${MOST}, got ${say(value)}`);
  }
}

/** Streams of the draws, apart from those of the procedural set's images. */
const STREAM = { train: 0x5e1ec7, test: 0x5e1ec8 } as const;

/** What a dataset's name says of a selection: nothing where all images are in it. */
export function selectionSuffix({ train, validation, test, splitSeed = 1 }: Selection): string {
  const parts = Object.entries({ train, validation, test }).flatMap(([name, count]) =>
    count === undefined ? [] : [`-${name}${count}`],
  );
  return parts.length === 0 ? "" : `${parts.join("")}-s${splitSeed}`;
}

/** Places of the chosen images among those that there are, rising; undefined for no validation split. */
export interface Chosen {
  readonly train: Uint32Array;
  readonly validation: Uint32Array | undefined;
  readonly test: Uint32Array;
}

/**
 * Chooses by the labels of the training and the test images. Which images train does not depend on how many are held
 * out, nor the other way round: a class's images are shuffled, one split takes them from the front, one from the back.
 *
 * @param from whose images those are, for errors
 * @throws DatasetError if a class has too few, or a split would have fewer images than there are classes
 */
export function chooseImages(
  from: string,
  labels: { readonly train: Split["labels"]; readonly test: Split["labels"] },
  classes: number,
  selection: Selection,
): Chosen {
  const { train, validation, test, splitSeed = 1 } = selection;
  const part = (split: "train" | "test", front: number | undefined, back: number | undefined) =>
    choose({ from, what: split === "train" ? "training" : "test", classes, front, back }, labels[split], [
      splitSeed,
      STREAM[split],
    ]);
  const training = part("train", train, validation);
  return {
    train: training.front,
    validation: validation === undefined ? undefined : training.back,
    test: part("test", test, undefined).front,
  };
}

interface Wanted {
  readonly from: string;
  readonly what: string;
  readonly classes: number;
  /** How many, taken from the front and the back of the shuffled classes; undefined: the rest, and none. */
  readonly front: number | undefined;
  readonly back: number | undefined;
}

function choose(wanted: Wanted, labels: Split["labels"], seed: readonly number[]) {
  const { from, what, classes, front, back } = wanted;
  if (front === undefined && back === undefined) {
    return { front: Uint32Array.from(labels, (_, i) => i), back: new Uint32Array() };
  }
  for (const count of [front, back]) {
    if (count === undefined || count >= classes) continue;
    throw new DatasetError(
      `${from}: expected at least ${classes} ${what} images to choose, one of each class, got ${count}; ask for more`,
    );
  }
  const byClass: number[][] = Array.from({ length: classes }, () => []);
  for (const [index, label] of labels.entries()) byClass[label].push(index);
  const chosen: [number[], number[]] = [[], []];
  for (const [label, indices] of byClass.entries()) {
    const random = randomStream(...seed, label);
    for (let i = indices.length - 1; i > 0; i--) {
      const j = random.integer(i + 1);
      [indices[i], indices[j]] = [indices[j], indices[i]];
    }
    const share = (count: number, turn: number) =>
      Math.floor(count / classes) + (turn < count % classes ? 1 : 0);
    const behind = share(back ?? 0, classes - 1 - label);
    // The rest must have an image of each class too.
    const before = front === undefined ? Math.max(1, indices.length - behind) : share(front, label);
    if (before + behind > indices.length) {
      const held = behind === 0 ? "" : ` and ${behind} to hold out`;
      const images = before === 1 ? "image" : "images";
      throw new DatasetError(
        `${from}: expected ${before} ${what} ${images} of class ${label}${held}, found ${indices.length}; ask for fewer`,
      );
    }
    for (const index of indices.slice(0, before)) chosen[0].push(index);
    for (const index of indices.slice(indices.length - behind)) chosen[1].push(index);
  }
  const [taken, heldOut] = chosen.map(indices => Uint32Array.from(indices).sort());
  return { front: taken, back: heldOut };
}

/** The images of a split at these places. */
function take({ images, labels }: Split, places: Uint32Array): Split {
  const size = images.length / labels.length;
  const taken = {
    count: places.length,
    images: new Uint8Array(places.length * size),
    labels: labels.slice(0, places.length),
  };
  for (const [to, place] of places.entries()) {
    taken.images.set(images.subarray(place * size, (place + 1) * size), to * size);
    taken.labels[to] = labels[place];
  }
  return taken;
}

/**
 * The dataset with the chosen images alone, and the selection in its name; the same object where all are in it.
 *
 * @throws DatasetError if a class has too few
 */
export function selectSplits<T extends Dataset>(from: string, dataset: T, selection: Selection): T {
  const suffix = selectionSuffix(selection);
  if (suffix === "") return dataset;
  const { train, test, classes, resolution } = dataset;
  const chosen = chooseImages(from, { train: train.labels, test: test.labels }, classes, selection);
  const training = take(train, chosen.train);
  return {
    ...dataset,
    name: `${dataset.name}${suffix}`,
    ...channelStatistics(training, resolution),
    train: training,
    ...(chosen.validation && { validation: take(train, chosen.validation) }),
    test: selection.test === undefined ? test : take(test, chosen.test),
  };
}
