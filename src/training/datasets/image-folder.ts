/**
 * Datasets from folders of JPEG and PNG images in ImageNet's layout, `train/CLASS/…` and `val/CLASS/…`.
 *
 * A folder with one split, `train/CLASS/…` or just `CLASS/…`, can be split by a seed. Every image is decoded once: its shorter side is resized to the resolution (Lanczos), the centre cropped, and the
 * bytes kept in a cache file that the next load reads at once. Node has no memory mapping, and the engines hold a
 * dataset in memory anyway.
 */
import { createHash, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, homedir } from "node:os";
import { basename, join, relative } from "node:path";
import type { Dataset, Split } from "../dataset.js";
import { channelStatistics } from "./channel-statistics.js";
import { DatasetError } from "./dataset-error.js";
import { type SkippedImage, skippedLine } from "./skipped-images.js";

/** Raised when the same files would give other bytes. */
const VERSION = 1;
const EXTENSIONS = /\.(jpe?g|png)$/i;
/** Most bytes of a split: what an array of bytes holds. */
const MOST = 0xffff_ffff;
/** Bytes read or written at once; the system's own limit is 2 GiB. */
const PIECE = 2 ** 28;

export interface ImageFolder extends Dataset {
  /** Class names, by label: the names of the folders in `train`, sorted. */
  readonly classNames: readonly string[];
  readonly skipped: readonly SkippedImage[];
  /** Hash of classes, labels and decoded bytes; part of the name. */
  readonly content: string;
}

export interface ImageFolderOptions {
  /** Height and width that every image is brought to, pixels; 8 to 1024. */
  readonly resolution: number;
  /**
   * For a folder without `val` and `test`: the share of each class's images that becomes the test split, in (0, 1); at
   * least one image of each class goes to either split.
   */
  readonly testShare?: number;
  /** Decides which images those are, with their names alone. Default 1. */
  readonly splitSeed?: number;
  /** Where the decoded images are kept. Default: `netspace` in the user's cache folder. */
  readonly cache?: string;
  /** Called after every hundredth image while decoding, and after the last. */
  readonly onProgress?: (progress: { done: number; total: number; skipped: number }) => void;
}

interface Listed {
  readonly file: string;
  readonly label: number;
}

/** What the cache's index file says of the bytes beside it: training images, then test images. */
interface Index {
  readonly classNames: readonly string[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly skipped: readonly SkippedImage[];
  /** Hash of classes, labels and bytes: the dataset's identity, wherever it lies. */
  readonly content: string;
}

const layout = (folder: string) =>
  `lay it out as ${join(folder, "train", "CLASS", "IMAGE.jpg")} and ${join(folder, "val", "CLASS", "IMAGE.jpg")} (JPEG or PNG; "test" is read where there is no "val", and testShare splits a folder that has neither; ImageNet is at image-net.org, and its flat validation images have to be sorted into class folders first)`;

/** The name of the dataset with this content. */
export const imagesName = (content: string, resolution: number): string => `images-${content}-${resolution}`;

/**
 * Loads a folder of images; the first time by decoding them all.
 *
 * Its name holds a hash of what was decoded, not of where it lies. Images that cannot be decoded are left out, listed
 * in `skipped`, and told on the console.
 *
 * @param folder holds `train` and `val` (or `test`), each with one folder a class; with `testShare` only `train`, or the
 *   folders of the classes themselves
 * @throws RangeError when the resolution is not an integer from 8 to 1024, testShare not in (0, 1) or splitSeed not an
 *   integer of at least 0
 * @throws DatasetError when a folder is missing, a class has no images (or one, where it is to be split), testShare meets a test split, a split does not fit into 4 GiB, or none of a
 *   split's images can be decoded
 */
export async function loadImageFolder(folder: string, options: ImageFolderOptions): Promise<ImageFolder> {
  const { resolution, cache = cacheFolder(), onProgress } = options;
  const fail = (expected: string, got: unknown): never => {
    throw new RangeError(`loadImageFolder: ${expected}, got ${String(got)}`);
  };
  if (!(Number.isInteger(resolution) && resolution >= 8 && resolution <= 1024)) {
    fail("resolution must be an integer from 8 to 1024", resolution);
  }
  const { testShare, splitSeed = 1 } = options;
  if (testShare !== undefined && !(testShare > 0 && testShare < 1)) {
    fail("testShare must be a number in (0, 1)", testShare);
  }
  if (!(Number.isSafeInteger(splitSeed) && splitSeed >= 0)) {
    fail("splitSeed must be an integer of at least 0", splitSeed);
  }
  const { classNames, train, test } = await listSplits(folder, testShare, splitSeed);
  const size = 3 * resolution * resolution;
  const largest = Math.max(train.length, test.length);
  if (largest * size > MOST) {
    throw new DatasetError(
      `loadImageFolder: ${largest} images of ${resolution} × ${resolution} take ${((largest * size) / 2 ** 30).toFixed(1)} GiB, and a split may have 4; use a lower resolution or fewer images`,
    );
  }
  const place = join(cache, await cacheKey(folder, train, test, resolution));
  if (!existsSync(`${place}.json`)) {
    await decode(folder, { classNames, train, test }, resolution, place, onProgress);
  }
  return readCache(folder, place, resolution);
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "netspace");
}

interface Splits {
  readonly classNames: string[];
  readonly train: Listed[];
  readonly test: Listed[];
}

async function listSplits(folder: string, testShare: number | undefined, seed: number): Promise<Splits> {
  const testFolder = ["val", "test"].find(name => existsSync(join(folder, name)));
  if (testShare !== undefined && testFolder !== undefined) {
    throw new DatasetError(
      `loadImageFolder: testShare is for folders without test images, and there is ${join(folder, testFolder)}; leave testShare out, or remove that folder`,
    );
  }
  if (testShare === undefined) {
    const classNames = await classesOf(folder, "train");
    const train = await listImages(folder, "train", classNames);
    return { classNames, train, test: await listImages(folder, testFolder ?? "val", classNames) };
  }
  const whole = existsSync(join(folder, "train")) ? "train" : ".";
  const classNames = await classesOf(folder, whole);
  const train: Listed[] = [];
  const test: Listed[] = [];
  const byClass: Listed[][] = classNames.map(() => []);
  for (const image of await listImages(folder, whole, classNames)) byClass[image.label].push(image);
  for (const images of byClass) {
    if (images.length < 2) {
      throw new DatasetError(
        `loadImageFolder: expected at least 2 images of each class to split, got 1: ${images[0].file}`,
      );
    }
    const count = Math.min(images.length - 1, Math.max(1, Math.round(testShare * images.length)));
    // By the names' hashes: the same images on every machine, in whatever order they are listed.
    const tested = new Set(
      images
        .map(({ file }) => ({ file, rank: rankOf(relative(join(folder, whole), file), seed) }))
        .sort((a, b) => (a.rank < b.rank ? -1 : 1))
        .slice(0, count)
        .map(({ file }) => file),
    );
    for (const image of images) (tested.has(image.file) ? test : train).push(image);
  }
  return { classNames, train, test };
}

const rankOf = (name: string, seed: number): string =>
  createHash("sha256")
    .update(`${seed}\0${name.replaceAll("\\", "/")}`)
    .digest("hex");

async function classesOf(folder: string, split: string): Promise<string[]> {
  const place = join(folder, split);
  if (!existsSync(place)) {
    throw new DatasetError(`loadImageFolder: there is no folder ${place}; ${layout(folder)}`);
  }
  const names = (await readdir(place, { withFileTypes: true }))
    .filter(entry => entry.isDirectory() || entry.isSymbolicLink())
    .map(entry => entry.name)
    // Such as .ipynb_checkpoints.
    .filter(name => !name.startsWith("."));
  if (names.length < (split === "val" || split === "test" ? 1 : 2) || names.length > 65_536) {
    throw new DatasetError(
      `loadImageFolder: expected a folder for each class in ${place}, got ${names.length}; ${layout(folder)}`,
    );
  }
  return names.sort();
}

/** A split's images, class by class, sorted by name. */
async function listImages(folder: string, split: string, classNames: readonly string[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const name of await classesOf(folder, split)) {
    const label = classNames.indexOf(name);
    const place = join(folder, split, name);
    if (label < 0) {
      throw new DatasetError(
        `loadImageFolder: expected the classes of train in ${split}, got "${name}" as well (${place})`,
      );
    }
    const files = (await readdir(place)).filter(file => EXTENSIONS.test(file)).sort();
    if (files.length === 0) {
      throw new DatasetError(`loadImageFolder: expected JPEG or PNG images in ${place}, found none`);
    }
    for (const file of files) listed.push({ file: join(place, file), label });
  }
  return listed;
}

/** Names the decoded images by what would change them; cheap beside decoding. */
async function cacheKey(
  folder: string,
  train: readonly Listed[],
  test: readonly Listed[],
  resolution: number,
): Promise<string> {
  const hash = createHash("sha256").update(
    JSON.stringify([VERSION, (await loadSharp()).versions, resolution, train.length]),
  );
  for (const { file } of [...train, ...test]) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${relative(folder, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

async function loadSharp() {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    throw new DatasetError(
      `loadImageFolder: the image decoder sharp does not load (${String(cause)}); run "npm install sharp" for this platform`,
      { cause },
    );
  }
}

async function decode(
  folder: string,
  { classNames, train, test }: { classNames: readonly string[]; train: Listed[]; test: Listed[] },
  resolution: number,
  place: string,
  onProgress: ImageFolderOptions["onProgress"],
): Promise<void> {
  await mkdir(join(place, ".."), { recursive: true });
  // Several processes may decode the same folder at once; each has files of its own until it is through.
  const own = `${place}.${process.pid}`;
  const hash = createHash("sha256").update(JSON.stringify([classNames, resolution]));
  const skipped: SkippedImage[] = [];
  const labels: [number[], number[]] = [[], []];
  const total = train.length + test.length;
  let done = 0;
  const out = await open(`${own}.u8`, "w");
  try {
    for (const [split, images] of [train, test].entries()) {
      const decoded = decodeAll(images, resolution);
      for await (const { label, file, pixels, reason } of decoded) {
        done++;
        if (pixels) {
          labels[split].push(label);
          hash.update(pixels);
          // Unlike write(), it goes on until all is written.
          await out.writeFile(pixels);
        } else skipped.push({ file: relative(folder, file), reason });
        if (done % 100 === 0 || done === total) onProgress?.({ done, total, skipped: skipped.length });
      }
      if (labels[split].length === 0) {
        throw new DatasetError(
          `loadImageFolder: none of the ${images.length} images of ${split === 0 ? "train" : "the test split"} can be decoded; the first: ${skipped.at(-images.length)?.file} (${skipped.at(-images.length)?.reason})`,
        );
      }
    }
  } catch (error) {
    await out.close();
    await rm(`${own}.u8`, { force: true });
    throw error;
  }
  await out.close();
  const index: Index = {
    classNames,
    train: labels[0],
    test: labels[1],
    skipped,
    content: contentOf(hash, labels),
  };
  await rename(`${own}.u8`, `${place}.u8`);
  await writeFile(`${own}.json`, JSON.stringify(index));
  await rename(`${own}.json`, `${place}.json`);
}

const contentOf = (hash: Hash, labels: readonly number[][]): string =>
  hash.update(JSON.stringify(labels)).digest("hex").slice(0, 32);

interface Decoded extends Listed {
  /** 3 × resolution × resolution bytes, channel by channel; absent when the file cannot be decoded. */
  readonly pixels?: Uint8Array;
  readonly reason: string;
}

/** Decodes images in their order, as many at once as there are cores. */
async function* decodeAll(images: readonly Listed[], resolution: number): AsyncGenerator<Decoded> {
  const ahead = 2 * availableParallelism();
  const running: Promise<Decoded>[] = [];
  for (let next = 0; next < images.length || running.length > 0; ) {
    while (next < images.length && running.length < ahead)
      running.push(decodeOne(images[next++], resolution));
    yield (await running.shift())!;
  }
}

async function decodeOne(listed: Listed, resolution: number): Promise<Decoded> {
  const sharp = await loadSharp();
  try {
    const interleaved = await sharp(listed.file, { failOn: "error" })
      .toColourspace("srgb")
      .removeAlpha()
      .resize(resolution, resolution, { fit: "cover", position: "centre" })
      .raw()
      .toBuffer();
    const area = resolution * resolution;
    const channels = interleaved.length / area;
    const pixels = new Uint8Array(3 * area);
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < area; i++)
        pixels[c * area + i] = interleaved[i * channels + (channels === 3 ? c : 0)];
    }
    return { ...listed, pixels, reason: "" };
  } catch (error) {
    return { ...listed, reason: (error as Error).message.split("\n")[0] };
  }
}

async function readCache(folder: string, place: string, resolution: number): Promise<ImageFolder> {
  const index = JSON.parse(await readFile(`${place}.json`, "utf8")) as Index;
  const size = 3 * resolution * resolution;
  const file = await open(`${place}.u8`);
  let train: Split;
  let test: Split;
  try {
    const expected = (index.train.length + index.test.length) * size;
    const { size: got } = await file.stat();
    if (got !== expected) {
      throw new DatasetError(
        `loadImageFolder: the cache file ${place}.u8 must have ${expected} bytes, got ${got}; remove it and ${basename(place)}.json beside it`,
      );
    }
    const read = async (labels: readonly number[], first: number): Promise<Split> => {
      const images = new Uint8Array(labels.length * size);
      for (let at = 0; at < images.length; at += PIECE) {
        const length = Math.min(PIECE, images.length - at);
        await file.read(images, at, length, first * size + at);
      }
      const kind = index.classNames.length > 256 ? Uint16Array : Uint8Array;
      return { count: labels.length, images, labels: kind.from(labels) };
    };
    train = await read(index.train, 0);
    test = await read(index.test, index.train.length);
  } finally {
    await file.close();
  }
  if (index.skipped.length > 0) console.warn(`loadImageFolder: ${skippedLine(folder, index.skipped)}`);
  return {
    name: imagesName(index.content, resolution),
    resolution,
    channels: 3,
    classes: index.classNames.length,
    ...channelStatistics(train, resolution),
    train,
    test,
    classNames: index.classNames,
    skipped: index.skipped,
    content: index.content,
  };
}
