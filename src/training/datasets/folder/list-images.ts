/**
 * Which images lie in a folder of class folders, and which names there cannot be read as images, with the reason.
 *
 * As torchvision's ImageFolder, classes are walked with the folders inside them, links included, each folder's files
 * sorted by name before its folders.
 */
import type { BigIntStats, Dirent } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileProblem } from "../../../base/node/file-problem.js";
import { DatasetError } from "../dataset-error.js";
import type { SkippedImage } from "./skipped-images.js";

/** What sharp decodes. */
const READ = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;
/** Images of other kinds, which are reported rather than passed over. */
const OTHER = /\.(bmp|ppm|pgm|heic|heif|jp2|jxl|tga|svg|psd)$/i;
const KINDS = "WebP, GIF, TIFF, AVIF, JPEG or PNG";

/** An image file with what tells it from another of its name. */
export interface Listed {
  readonly file: string;
  readonly label: number;
  readonly stats: BigIntStats;
}

/** How a folder is to be laid out. */
export const layout = (folder: string) =>
  `lay it out as ${join(folder, "train", "CLASS", "IMAGE.jpg")} and ${join(folder, "val", "CLASS", "IMAGE.jpg")} (${KINDS}; "test" is read where there is no "val", and testShare splits a folder that has neither; ImageNet is at image-net.org, and its flat validation images have to be sorted into class folders first)`;

/** The folder's entries, sorted by name. */
async function entriesOf(place: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new DatasetError(`loadImageFolder: cannot read the folder ${place} (${fileProblem(cause)})`, {
      cause,
    });
  }
}

/** Why there is nothing to read under a name that a folder lists. */
async function reasonOf(file: string, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code === "ELOOP") return "a link that leads back to itself";
  if (error.code !== "ENOENT") return error.message;
  const isLink = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isLink) return "a link to nothing";
  return file.includes("\ufffd") ? "its name is not UTF-8; rename it" : "it is gone";
}

/** What lies under a name, links followed, or why nothing does. */
async function look(file: string): Promise<BigIntStats | string> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    return reasonOf(file, error as NodeJS.ErrnoException);
  }
}

/** The names of a split's class folders, sorted; `skipped` gets the links that lead to none. */
export async function classesOf(folder: string, split: string, skipped: SkippedImage[]): Promise<string[]> {
  const place = join(folder, split);
  const there = await look(place);
  if (typeof there === "string") {
    const why = there === "it is gone" ? "there is no folder" : `cannot read (${there}) the folder`;
    throw new DatasetError(`loadImageFolder: ${why} ${place}; ${layout(folder)}`);
  }
  const names: string[] = [];
  for (const entry of await entriesOf(place)) {
    // Such as .ipynb_checkpoints.
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory() && !entry.name.includes("\ufffd")) names.push(entry.name);
    else if (entry.isDirectory() || entry.isSymbolicLink()) {
      const target = await look(join(place, entry.name));
      if (typeof target === "string")
        skipped.push({ file: relative(folder, join(place, entry.name)), reason: target });
      else if (target.isDirectory()) names.push(entry.name);
    }
  }
  if (names.length < (split === "val" || split === "test" ? 1 : 2) || names.length > 65_536) {
    throw new DatasetError(
      `loadImageFolder: expected a folder for each class in ${place}, got ${names.length}; ${layout(folder)}`,
    );
  }
  return names;
}

/** A split's images, class by class; `skipped` gets what looks like one and cannot be read. */
export async function listImages(
  folder: string,
  split: string,
  classNames: readonly string[],
  skipped: SkippedImage[],
): Promise<Listed[]> {
  const listed: Listed[] = [];
  const pass = (file: string, reason: string) => skipped.push({ file: relative(folder, file), reason });

  /** `above`: the folders that lead here, by device and inode, so that no link leads round. */
  const walk = async (place: string, label: number, above: readonly string[]): Promise<void> => {
    const inside: string[] = [];
    for (const entry of await entriesOf(place)) {
      const file = join(place, entry.name);
      const isImage = READ.test(entry.name) || OTHER.test(entry.name);
      const mayBeFolder = (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith(".");
      if (!isImage && !mayBeFolder) continue;
      const target = await look(file);
      if (typeof target === "string") pass(file, target);
      else if (target.isDirectory()) {
        if (mayBeFolder) inside.push(file);
      } else if (!isImage) continue;
      else if (!target.isFile()) pass(file, "no file with bytes in it, but a pipe, socket or device");
      else if (READ.test(entry.name)) listed.push({ file, label, stats: target });
      else pass(file, `not ${KINDS}; convert it`);
    }
    for (const next of inside) {
      const { dev, ino } = await stat(next, { bigint: true });
      if (above.includes(`${dev}:${ino}`)) pass(next, "a link that leads back to a folder it lies in");
      else await walk(next, label, [...above, `${dev}:${ino}`]);
    }
  };

  for (const name of await classesOf(folder, split, skipped)) {
    const label = classNames.indexOf(name);
    const place = join(folder, split, name);
    if (label < 0) {
      throw new DatasetError(
        `loadImageFolder: expected the classes of train in ${split}, got "${name}" as well (${place})`,
      );
    }
    const before = listed.length;
    const { dev, ino } = await stat(place, { bigint: true });
    await walk(place, label, [`${dev}:${ino}`]);
    if (listed.length === before) {
      const passed =
        skipped.length > 0 ? `; ${skipped.at(-1)!.file} is left out: ${skipped.at(-1)!.reason}` : "";
      throw new DatasetError(
        `loadImageFolder: expected ${KINDS} images in ${place}, found none${passed}; put the images of each class into a folder of its name`,
      );
    }
  }
  return listed;
}
