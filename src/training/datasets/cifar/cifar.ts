/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) from the files of their "binary version".
 *
 * A file is a row of records: the label bytes (CIFAR-10: one; CIFAR-100: coarse, then fine), then 3072 bytes
 * of a 32 × 32 image, channel by channel, row-major, which is already the order of a `Split`.
 */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { say } from "../../../base/say.js";
import type { Dataset, Split } from "../../dataset.js";
import { channelStatistics } from "../channel-statistics.js";
import { DatasetError } from "../dataset-error.js";
import { checkSelection, type Selection, selectSplits } from "../select-splits.js";
import { shown } from "../shown-dataset.js";

const RESOLUTION = 32;
const IMAGE_BYTES = 3 * RESOLUTION * RESOLUTION;

/** What tells the two sets apart. */
export interface CifarFormat {
  /** The dataset's name; the archive's contents are fixed, so it says all. */
  readonly name: "cifar10" | "cifar100";
  readonly resolution: number;
  readonly title: string;
  /** The folder inside the archive. */
  readonly folder: string;
  readonly classes: number;
  /** Label bytes before an image; the last one is the class. */
  readonly labelBytes: number;
  readonly recordsPerFile: { readonly train: number; readonly test: number };
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** By label. */
  readonly classNames?: readonly string[];
}

export const CIFAR10: CifarFormat = {
  name: "cifar10",
  resolution: RESOLUTION,
  title: "CIFAR-10",
  folder: "cifar-10-batches-bin",
  classes: 10,
  labelBytes: 1,
  recordsPerFile: { train: 10_000, test: 10_000 },
  train: [1, 2, 3, 4, 5].map(n => `data_batch_${n}.bin`),
  test: ["test_batch.bin"],
  classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
};

export const CIFAR100: CifarFormat = {
  name: "cifar100",
  resolution: RESOLUTION,
  title: "CIFAR-100",
  folder: "cifar-100-binary",
  classes: 100,
  labelBytes: 2,
  recordsPerFile: { train: 50_000, test: 10_000 },
  train: ["train.bin"],
  test: ["test.bin"],
};

const remedy = (format: CifarFormat) =>
  `get "${format.title} binary version" from the CIFAR page of the University of Toronto, extract it, and name the folder ${format.folder} or the one that holds it`;

/** The whole file, whose size must be that of its records. */
async function readRecords(path: string, format: CifarFormat, records: number): Promise<Uint8Array> {
  const expected = records * (format.labelBytes + IMAGE_BYTES);
  const wrongSize = (size: number) => {
    const fault = size < expected ? "the file is truncated" : "this is not the file of that name";
    return new DatasetError(
      `loadCifar: ${path} must have ${expected} bytes (${records} records of ${expected / records}), got ${size}; ${fault}, ${remedy(format)}`,
    );
  };
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    // Before reading: a pipe or a device has no size, and reading it may never end.
    if (size !== expected) throw wrongSize(size);
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(`loadCifar: cannot read ${path} (${reason}); ${remedy(format)}`, { cause });
  }
  return bytes;
}

async function readSplit(folder: string, format: CifarFormat, split: "train" | "test"): Promise<Split> {
  const perFile = format.recordsPerFile[split];
  const count = perFile * format[split].length;
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  const record = format.labelBytes + IMAGE_BYTES;
  let index = 0;
  for (const file of format[split]) {
    const path = join(folder, file);
    const bytes = await readRecords(path, format, perFile);
    for (let start = 0; start < bytes.length; start += record, index++) {
      const label = bytes[start + format.labelBytes - 1];
      if (label >= format.classes) {
        throw new DatasetError(
          `loadCifar: ${path}: label of record ${start / record} must be below ${format.classes}, got ${label}; the file is damaged, ${remedy(format)}`,
        );
      }
      labels[index] = label;
      images.set(bytes.subarray(start + format.labelBytes, start + record), index * IMAGE_BYTES);
    }
  }
  return { count, images, labels };
}

async function loadCifar(folder: string, format: CifarFormat, selection: Selection): Promise<Dataset> {
  if (typeof folder !== "string") {
    throw new DatasetError(`loadCifar: expected a folder, got ${say(folder)}; ${remedy(format)}`);
  }
  checkSelection("loadCifar", selection);
  if (!existsSync(folder)) {
    throw new DatasetError(`loadCifar: there is no folder ${folder}; ${remedy(format)}`);
  }
  const inner = join(folder, format.folder);
  const root = existsSync(inner) ? inner : folder;
  const train = await readSplit(root, format, "train");
  const test = await readSplit(root, format, "test");
  const whole: Dataset = {
    name: format.name,
    resolution: RESOLUTION,
    channels: 3,
    classes: format.classes,
    ...channelStatistics(train, RESOLUTION),
    train,
    test,
    ...(format.classNames && { classNames: format.classNames }),
  };
  return shown(selectSplits(`loadCifar: ${folder}`, whole, selection));
}

/**
 * Loads CIFAR-10: 50,000 + 10,000 images of 32 × 32 in 10 classes.
 *
 * @param folder The extracted `cifar-10-batches-bin`, or the folder that holds it.
 * @param selection how many images, and how many of them are held out for validation. Default: all, and none
 * @throws DatasetError when the folder or a file is missing, has another size, or holds an impossible label, or a class
 *   has too few images to choose from.
 */
export const loadCifar10 = (folder: string, selection: Selection = {}): Promise<Dataset> =>
  loadCifar(folder, CIFAR10, selection);

/**
 * Loads CIFAR-100 with its 100 fine labels: 50,000 + 10,000 images of 32 × 32.
 *
 * @param folder The extracted `cifar-100-binary`, or the folder that holds it.
 * @param selection how many images, and how many of them are held out for validation. Default: all, and none
 * @throws DatasetError when the folder or a file is missing, has another size, or holds an impossible label, or a class
 *   has too few images to choose from.
 */
export const loadCifar100 = (folder: string, selection: Selection = {}): Promise<Dataset> =>
  loadCifar(folder, CIFAR100, selection);
