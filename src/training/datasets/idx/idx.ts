/**
 * Datasets in MNIST's format: MNIST, Fashion-MNIST, EMNIST, KMNIST and others, from a folder with their four files.
 *
 * Grey images become three equal channels, since that is what the paper's networks begin with. About 0.3 s for 60,000
 * images of 28 × 28, most of it unpacking; nothing is kept on disk.
 */
import { refuseUnknown } from "../../../base/expect-options.js";
import { createHash } from "node:crypto";
import { isObject, say } from "../../../base/say.js";
import type { Dataset, Split } from "../../dataset.js";
import { channelStatistics } from "../channel-statistics.js";
import { DatasetError } from "../dataset-error.js";
import { FASHION_MNIST_CLASSES, FASHION_MNIST_CONTENT } from "./fashion-mnist.js";
import { findIdxFiles, type IdxContent, readIdxFile } from "./idx-file.js";
import { type Fit, placeGrey } from "./place-grey.js";
import { checkSelection, chooseImages, type Selection, selectionSuffix } from "../select-splits.js";
import { shown } from "../shown-dataset.js";

/** Most bytes of a split: what an array of bytes holds. */
const MOST = 0xffff_ffff;

export interface IdxOptions extends Selection {
  /** Height and width that every image is brought to, pixels; 8 to 1024. */
  readonly resolution: number;
  /**
   * `"pad"` puts the image into the middle of a black one; `"resize"` makes it larger or smaller (an image that is not
   * square loses what sticks out). Default `"pad"`.
   */
  readonly fit?: Fit;
  /** Number of classes, of which some may have no images. Default: labels must be 0, 1, … without a gap in both splits. */
  readonly classes?: number;
}

export interface IdxDataset extends Dataset {
  /** Hash of the number of classes, and of all images and labels of the four files as they are there; part of the name. */
  readonly content: string;
}

/** Sets that are called by their name; a name for another would move the ids of trials stored with its content. */
const NAMES = new Map<
  string,
  { readonly name: string; readonly title: string; readonly classNames: readonly string[] }
>([
  [
    FASHION_MNIST_CONTENT,
    { name: "fashion-mnist", title: "Fashion-MNIST", classNames: FASHION_MNIST_CLASSES },
  ],
]);

/** What the set with this content is called, if it has a name: `Fashion-MNIST`. */
export const idxTitle = (content: string | undefined): string | undefined => NAMES.get(content ?? "")?.title;

/** The dataset's name. */
export const idxName = (content: string, { resolution, fit, ...selection }: IdxOptions): string =>
  `${NAMES.get(content)?.name ?? `idx-${content}`}-${resolution}${fit === "resize" ? "-resized" : ""}${selectionSuffix(selection)}`;

/**
 * Loads a set in MNIST's format.
 *
 * @param folder holds `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
 *   `t10k-labels-idx1-ubyte`, or `train-images.idx3-ubyte` and so on, each perhaps with `.gz`
 * @throws RangeError for options that do not fit
 * @throws DatasetError when a file is missing or damaged, images and labels are not the same number, a label is out of
 *   range, images are larger than the resolution they are padded to, or a class has too few to choose from
 * @example
 * ```ts
 * const clothes = await loadIdx("/usr/share/datasets/fashion-mnist", { resolution: 32, train: 10000, validation: 2000 });
 * ```
 */
export async function loadIdx(folder: string, options: IdxOptions): Promise<IdxDataset> {
  checkOptions(folder, options);
  const { resolution, fit = "pad" } = options;
  const files = await findIdxFiles(folder);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readIdxFile(files["train-images"], "images"),
    readIdxFile(files["train-labels"], "labels"),
    readIdxFile(files["test-images"], "images"),
    readIdxFile(files["test-labels"], "labels"),
  ]);
  for (const [images, labels] of [
    [trainImages, trainLabels],
    [testImages, testLabels],
  ]) {
    if (images.count === labels.count) continue;
    throw new DatasetError(
      `loadIdx: expected as many labels as images, got ${labels.count} labels in ${labels.file} and ${images.count} images in ${images.file}; one of them is another set's or damaged, copy both anew`,
    );
  }
  const { rows, columns } = trainImages;
  if (testImages.rows !== rows || testImages.columns !== columns) {
    throw new DatasetError(
      `loadIdx: expected images of ${rows} × ${columns} in ${testImages.file}, as in ${trainImages.file}, got ${testImages.rows} × ${testImages.columns}; one of them is another set's, copy both anew`,
    );
  }
  if (fit === "pad" && Math.max(rows, columns) > resolution) {
    throw new DatasetError(
      `loadIdx: expected a resolution of at least ${Math.max(rows, columns)} to pad the images of ${rows} × ${columns} in ${folder} to, got ${resolution}; raise it, or use fit: "resize"`,
    );
  }
  const classes = classesOf(trainLabels, testLabels, options.classes);
  const labels = { train: trainLabels.bytes, test: testLabels.bytes };
  const chosen = chooseImages(`loadIdx: ${folder}`, labels, classes, options);
  const largest = Math.max(chosen.train.length, chosen.validation?.length ?? 0, chosen.test.length);
  if (largest * 3 * resolution * resolution > MOST) {
    throw new DatasetError(
      `loadIdx: ${largest} images of ${resolution} × ${resolution} take ${((largest * 3 * resolution * resolution) / 2 ** 30).toFixed(1)} GiB, and a split may have 4; use a lower resolution or fewer images`,
    );
  }
  const split = (images: IdxContent, from: Uint8Array, places: Uint32Array): Split => ({
    count: places.length,
    images: placeGrey(images, places, resolution, fit),
    labels: Uint8Array.from(places, place => from[place]),
  });
  const train = split(trainImages, labels.train, chosen.train);
  const content = contentOf(classes, [trainImages, trainLabels, testImages, testLabels]);
  const classNames = NAMES.get(content)?.classNames;
  return shown({
    name: idxName(content, options),
    resolution,
    channels: 3,
    classes,
    ...channelStatistics(train, resolution),
    train,
    ...(chosen.validation && { validation: split(trainImages, labels.train, chosen.validation) }),
    test: split(testImages, labels.test, chosen.test),
    ...(classNames && { classNames }),
    content,
  });
}

function contentOf(classes: number, parts: readonly IdxContent[]): string {
  const sizes = parts.map(({ count, rows, columns }) => [count, rows, columns]);
  const hash = createHash("sha256").update(JSON.stringify([classes, sizes]));
  for (const { bytes } of parts) hash.update(bytes);
  return hash.digest("hex").slice(0, 32);
}

/**
 * How many classes there are. The format does not say: where no one else does, no label may be missing below the
 * greatest, so that a damaged one does not become a class.
 */
function classesOf(train: IdxContent, test: IdxContent, asked: number | undefined): number {
  const greatest = train.bytes.reduce((most, label) => Math.max(most, label), 0);
  const classes = asked ?? greatest + 1;
  for (const { bytes, file } of [train, test]) {
    const stray = bytes.findIndex(label => label >= classes);
    if (stray >= 0) {
      throw new DatasetError(
        `loadIdx: ${file}: expected labels below ${classes}, got ${bytes[stray]} at image ${stray}; the file is damaged or another set's, or there are more classes than ${asked === undefined ? `in ${train.file}` : "that"}`,
      );
    }
    if (asked !== undefined) continue;
    const there = new Set<number>(bytes);
    const missing = Array.from({ length: classes }, (_, label) => label).find(label => !there.has(label));
    if (missing === undefined && classes > 1) continue;
    const what = missing === undefined ? "no label but 0" : `none of label ${missing}`;
    const example = bytes.indexOf(greatest);
    const most =
      missing === undefined || example < 0 ? "" : ` (the greatest is ${greatest}, first at image ${example})`;
    throw new DatasetError(
      `loadIdx: ${file}: expected images of all labels from 0 to ${Math.max(1, greatest)}${most}, got ${what}; copy the file anew if it is damaged, or say how many classes there are: classes: ${Math.max(2, classes)}`,
    );
  }
  return classes;
}

function checkOptions(folder: string, options: IdxOptions): void {
  if (typeof folder !== "string" || folder === "" || !isObject(options)) {
    throw new RangeError(
      `loadIdx: expected a folder and { resolution }, got ${say(folder)} and ${say(options)}; for example loadIdx("/usr/share/datasets/fashion-mnist", { resolution: 32 })`,
    );
  }
  refuseUnknown("loadIdx", options, {
    resolution: true,
    fit: true,
    classes: true,
    train: true,
    validation: true,
    test: true,
    splitSeed: true,
  });
  const check = (name: keyof IdxOptions, low: number, high: number) => {
    const value = options[name];
    if (value === undefined && name !== "resolution") return;
    if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return;
    throw new RangeError(`loadIdx: ${name} must be an integer from ${low} to ${high}, got ${say(value)}`);
  };
  check("resolution", 8, 1024);
  check("classes", 2, 256);
  checkSelection("loadIdx", options);
  const { fit } = options;
  if (fit !== undefined && fit !== "pad" && fit !== "resize") {
    throw new RangeError(`loadIdx: fit must be "pad" or "resize", got ${say(fit)}`);
  }
}
