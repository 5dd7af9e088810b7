/**
 * Datasets from folders of images (JPEG, PNG, WebP, GIF, TIFF, AVIF) in ImageNet's layout, `train/CLASS/…` and
 * `val/CLASS/…`.
 *
 * A folder with one split, `train/CLASS/…` or just `CLASS/…`, can be split by a seed. Every image is decoded once: its shorter side is resized to the resolution (Lanczos), the centre cropped, and the
 * bytes kept in a cache file that the next load reads at once, if their hash is still the one written down. Node has no memory mapping, and the engines hold a
 * dataset in memory anyway.
 */
import { refuseUnknown } from "../../../base/expect-options.js";
import { createHash, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism, homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { once } from "../../../base/once.js";
import { isObject, say } from "../../../base/say.js";
import { zod } from "../../../base/node/zod.js";
import type { Dataset, Split } from "../../dataset.js";
import { channelStatistics } from "../channel-statistics.js";
import { DatasetError } from "../dataset-error.js";
import { classesOf, type Listed, listImages } from "./list-images.js";
import { checkSelection, type Selection, selectionSuffix, selectSplits } from "../select-splits.js";
import { shown } from "../shown-dataset.js";
import { type SkippedImage, skippedLine } from "./skipped-images.js";

/** Raised when the same files would give other bytes. */
const VERSION = 1;
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

export interface ImageFolderOptions extends Selection {
  /** Height and width that every image is brought to, pixels; 8 to 1024. */
  readonly resolution: number;
  /**
   * For a folder without `val` and `test`: the share of each class's images that becomes the test split, in (0, 1); at
   * least one image of each class goes to either split.
   */
  readonly testShare?: number;
  /**
   * Decides which images those are, with their names alone, and which are selected (`train`, `validation`, `test`).
   * Default 1.
   */
  readonly splitSeed?: number;
  /** Where the decoded images are kept. Default: `netspace` in the user's cache folder. */
  readonly cache?: string;
  /** Called after every hundredth image while decoding, and after the last. */
  readonly onProgress?: (progress: { done: number; total: number; skipped: number }) => void;
}

/** What the cache's index file says of the bytes next to it: training images, then test images. */
interface Index {
  readonly classNames: readonly string[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly skipped: readonly SkippedImage[];
  /** Hash of classes, labels and bytes: the dataset's identity, wherever it lies. */
  readonly content: string;
}

/** The name of the dataset with this content. */
export const imagesName = (content: string, resolution: number, selection: Selection = {}): string =>
  `images-${content}-${resolution}${selectionSuffix(selection)}`;

/**
 * Loads a folder of images; the first time by decoding them all.
 *
 * Its name holds a hash of what was decoded, not of where it lies. A class's images may lie in folders inside its own.
 * Images that cannot be read or decoded (links to nothing, pipes, kinds such as BMP) are left out, listed in `skipped`,
 * and reported on the console; so are classes without images in a split.
 *
 * @param folder holds `train` and `val` (or `test`), each with one folder a class; with `testShare` only `train`, or the
 *   folders of the classes themselves
 * Of the images that are left, `train`, `validation` and `test` select as many as they say, as many of each class as of
 * any other.
 *
 * @throws RangeError when the resolution is not an integer from 8 to 1024, testShare not in (0, 1) or splitSeed not an
 *   integer of at least 0
 * @throws DatasetError when a folder is missing, a class has no images (or one, where it is to be split), testShare meets a test split, a split does not fit into 4 GiB, or none of a
 *   split's images can be decoded, or the decoded images cannot be kept in `cache`
 * @example
 * ```ts
 * // not run: needs a folder of images, with a folder for each class
 * const pets = await loadImageFolder("pets", { resolution: 64, testShare: 0.2 });
 * console.log(pets.classNames, pets.train.count, `${pets.skipped.length} images could not be read`);
 * ```
 */
export async function loadImageFolder(folder: string, options: ImageFolderOptions): Promise<ImageFolder> {
  if (typeof folder !== "string" || folder === "" || !isObject(options)) {
    throw new RangeError(
      `loadImageFolder: expected a folder and { resolution }, got ${say(folder)} and ${say(options)}; for example loadImageFolder("images", { resolution: 64 })`,
    );
  }
  refuseUnknown("loadImageFolder", options, {
    resolution: true,
    testShare: true,
    splitSeed: true,
    train: true,
    validation: true,
    test: true,
    cache: true,
    onProgress: true,
  });
  const { resolution, cache = cacheFolder(), onProgress } = options;
  const fail = (expected: string, got: unknown): never => {
    throw new RangeError(`loadImageFolder: ${expected}, got ${say(got)}`);
  };
  if (!(Number.isInteger(resolution) && resolution >= 8 && resolution <= 1024)) {
    fail("resolution must be an integer from 8 to 1024", resolution);
  }
  const { testShare, splitSeed = 1 } = options;
  if (testShare !== undefined && !(typeof testShare === "number" && testShare > 0 && testShare < 1)) {
    fail("testShare must be a number in (0, 1)", testShare);
  }
  if (!(Number.isSafeInteger(splitSeed) && splitSeed >= 0)) {
    fail("splitSeed must be an integer of at least 0", splitSeed);
  }
  checkSelection("loadImageFolder", {
    train: options.train,
    validation: options.validation,
    test: options.test,
  });
  if (typeof cache !== "string" || cache === "") fail("cache must be a folder", cache);
  const splits = await listSplits(folder, testShare, splitSeed);
  const { train, test } = splits;
  const size = 3 * resolution * resolution;
  const largest = Math.max(train.length, test.length);
  if (largest * size > MOST) {
    throw new DatasetError(
      `loadImageFolder: ${largest} images of ${resolution} × ${resolution} take ${((largest * size) / 2 ** 30).toFixed(1)} GiB, and a split may have 4; use a lower resolution or fewer images`,
    );
  }
  const place = join(cache, await cacheKey(folder, splits, resolution));
  let found = await readCache(place, resolution);
  if (!found) {
    await decode(folder, splits, resolution, place, onProgress);
    found = await readCache(place, resolution);
  }
  if (!found)
    throw new DatasetError(`loadImageFolder: ${place}.u8 changed while it was read; load once more`);
  warnOf(folder, found);
  const { train: training, validation, test: testing } = options;
  return shown(
    selectSplits(`loadImageFolder: ${folder}`, found, {
      train: training,
      validation,
      test: testing,
      splitSeed,
    }),
  );
}

/** Tells what is not in the dataset, and of which classes it has no images. */
function warnOf(folder: string, { skipped, classNames, train, test }: ImageFolder): void {
  if (skipped.length > 0) console.warn(`loadImageFolder: ${skippedLine(folder, skipped)}`);
  for (const [split, { labels }] of Object.entries({ training: train, test })) {
    const there = new Set<number>(labels);
    const missing = classNames.filter((_, label) => !there.has(label));
    if (missing.length === 0) continue;
    const named = `${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""}`;
    console.warn(
      `loadImageFolder: ${folder} has no ${split} images of ${missing.length} of its ${classNames.length} classes: ${named}`,
    );
  }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "netspace");
}

interface Splits {
  readonly classNames: string[];
  readonly train: Listed[];
  readonly test: Listed[];
  /** What was listed and is no image that can be read. */
  readonly skipped: SkippedImage[];
}

async function listSplits(folder: string, testShare: number | undefined, seed: number): Promise<Splits> {
  const testFolder = ["val", "test"].find(name => existsSync(join(folder, name)));
  if (testShare !== undefined && testFolder !== undefined) {
    throw new DatasetError(
      `loadImageFolder: testShare is for folders without test images, and there is ${join(folder, testFolder)}; leave testShare out, or remove that folder`,
    );
  }
  const skipped: SkippedImage[] = [];
  if (testShare === undefined) {
    const classNames = await classesOf(folder, "train", []);
    const train = await listImages(folder, "train", classNames, skipped);
    const test = await listImages(folder, testFolder ?? "val", classNames, skipped);
    return { classNames, train, test, skipped };
  }
  const whole = existsSync(join(folder, "train")) ? "train" : ".";
  const classNames = await classesOf(folder, whole, []);
  const train: Listed[] = [];
  const test: Listed[] = [];
  const byClass: Listed[][] = classNames.map(() => []);
  for (const image of await listImages(folder, whole, classNames, skipped)) byClass[image.label].push(image);
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
  return { classNames, train, test, skipped };
}

const rankOf = (name: string, seed: number): string =>
  createHash("sha256")
    .update(`${seed}\0${name.replaceAll("\\", "/")}`)
    .digest("hex");

/**
 * Names the decoded images by what would change them; cheap compared with decoding. Archives give their files equal times, and
 * images without compression have equal sizes: inode and time of change tell those apart, which no tool can set.
 */
async function cacheKey(
  folder: string,
  { classNames, train, test, skipped }: Splits,
  resolution: number,
): Promise<string> {
  const hash = createHash("sha256").update(
    JSON.stringify([VERSION, (await loadSharp()).versions, resolution, classNames, train.length, skipped]),
  );
  for (const { file, stats } of [...train, ...test]) {
    const { size, mtimeNs, ctimeNs, ino } = stats;
    hash.update(`${relative(folder, file)}\0${size}\0${mtimeNs}\0${ctimeNs}\0${ino}\n`);
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
  { classNames, train, test, skipped: listed }: Splits,
  resolution: number,
  place: string,
  onProgress: ImageFolderOptions["onProgress"],
): Promise<void> {
  // Several processes may decode the same folder at once; each has files of its own until it is through.
  const own = `${place}.${process.pid}`;
  const hash = createHash("sha256").update(JSON.stringify([classNames, resolution]));
  const skipped: SkippedImage[] = [...listed];
  const labels: [number[], number[]] = [[], []];
  const total = train.length + test.length;
  let done = 0;
  const unwritable = (cause: unknown) =>
    new DatasetError(
      `loadImageFolder: cannot keep the decoded images in ${dirname(place)} (${(cause as Error).message}); give another folder as cache, or make room there`,
      { cause },
    );
  const out = await mkdir(dirname(place), { recursive: true })
    .then(() => open(`${own}.u8`, "w"))
    .catch((error: unknown) => {
      throw unwritable(error);
    });
  try {
    for (const [split, images] of [train, test].entries()) {
      const decoded = decodeAll(images, resolution);
      for await (const { label, file, pixels, reason } of decoded) {
        done++;
        if (pixels) {
          labels[split].push(label);
          hash.update(pixels);
          // Unlike write(), it continues until all is written.
          await out.writeFile(pixels).catch((error: unknown) => {
            throw unwritable(error);
          });
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
  try {
    await rename(`${own}.u8`, `${place}.u8`);
    await writeFile(`${own}.json`, JSON.stringify(index));
    await rename(`${own}.json`, `${place}.json`);
  } catch (error) {
    await Promise.all([rm(`${own}.u8`, { force: true }), rm(`${own}.json`, { force: true })]);
    throw unwritable(error);
  }
}

const contentOf = (hash: Hash, labels: readonly (readonly number[])[]): string =>
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

const indexSchema = once(() => {
  const z = zod();
  return z.object({
    classNames: z.array(z.string()),
    train: z.array(z.int().nonnegative()),
    test: z.array(z.int().nonnegative()),
    skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
    content: z.string(),
  });
});

/** The index at this place; undefined where there is none, or one that was not written to its end. */
async function readIndex(place: string): Promise<Index | undefined> {
  try {
    return indexSchema().parse(JSON.parse(await readFile(`${place}.json`, "utf8")));
  } catch {
    return undefined;
  }
}

/** The dataset that was kept at this place; undefined where there is none, or not the one that was written. */
async function readCache(place: string, resolution: number): Promise<ImageFolder | undefined> {
  const index = await readIndex(place);
  if (!index) return undefined;
  const { classNames, skipped, content } = index;
  const size = 3 * resolution * resolution;
  const hash = createHash("sha256").update(JSON.stringify([classNames, resolution]));
  const splits: Split[] = [];
  let file: FileHandle | undefined;
  try {
    file = await open(`${place}.u8`);
    if ((await file.stat()).size !== (index.train.length + index.test.length) * size) return undefined;
    let from = 0;
    for (const labels of [index.train, index.test]) {
      const images = new Uint8Array(labels.length * size);
      for (let at = 0; at < images.length; at += PIECE) {
        const length = Math.min(PIECE, images.length - at);
        await file.read(images, at, length, from + at);
      }
      hash.update(images);
      from += images.length;
      const kind = classNames.length > 256 ? Uint16Array : Uint8Array;
      splits.push({ count: labels.length, images, labels: kind.from(labels) });
    }
  } catch {
    // Not there, or not to be read: it is made again, and writing says what is wrong with the place.
    return undefined;
  } finally {
    await file?.close();
  }
  if (contentOf(hash, [index.train, index.test]) !== content) return undefined;
  const [train, test] = splits;
  return {
    name: imagesName(content, resolution),
    resolution,
    channels: 3,
    classes: classNames.length,
    ...channelStatistics(train, resolution),
    train,
    test,
    classNames,
    skipped,
    content,
  };
}
