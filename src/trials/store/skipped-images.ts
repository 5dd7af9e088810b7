/**
 * Which images of a sweep's dataset could not be decoded: `skipped-images.json` in its folder, if there are any.
 *
 * They are no part of the spec: its content hash tells what was trained on, and not what was passed over.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/node/replace-file.js";
import { readStoreFile, writing } from "./store.js";
import { StoreError } from "./store-error.js";
import { type SkippedImage, skippedLine } from "../../training/datasets/folder/skipped-images.js";

const NAME = "skipped-images.json";

/** Keeps the list in a sweep's folder; the last one counts. */
export function keepSkipped(folder: string, skipped: readonly SkippedImage[]): void {
  const file = join(folder, NAME);
  if (skipped.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  const text = `${JSON.stringify(skipped, null, 2)}\n`;
  if (existsSync(file) && readStoreFile(file) === text) return;
  // Several tasks of a cluster may write it at once.
  writing(file, () => replaceFile(file, text));
}

/**
 * The list in a sweep's folder.
 *
 * @throws StoreError if it is damaged
 */
export function readSkipped(folder: string): readonly SkippedImage[] {
  const file = join(folder, NAME);
  if (!existsSync(file)) return [];
  const text = readStoreFile(file);
  try {
    const skipped: unknown = JSON.parse(text);
    if (Array.isArray(skipped)) return skipped as SkippedImage[];
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

const damaged = (file: string, cause?: unknown): StoreError =>
  new StoreError(
    `sweep: expected a list of images in ${file}, which cannot be read; take it away, the next run writes it anew`,
    { cause },
  );

/** What a population says of it. */
export const skippedNotes = (skipped: readonly SkippedImage[]): string[] =>
  skipped.length === 0 ? [] : [skippedLine("the dataset", skipped)];
