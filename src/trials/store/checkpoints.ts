/**
 * Checkpoints of trials that train a part of their schedule, `checkpoints/<trial id>.safetensors` in a store's folder, for those
 * that go on from them.
 *
 * They save work and decide nothing: a training without its checkpoint begins at its start and ends the same. So whatever is
 * wrong with one, it is passed over, and they go when they are not needed: once who went on from it is in the store, when
 * a search has all its outcomes, and, the oldest first, beyond 4 GiB.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Checkpoint, CheckpointError } from "../../training/checkpoints/checkpoint.js";
import { loadCheckpoint, saveCheckpoint } from "../../training/checkpoints/checkpoint-file.js";

/** Of all that a folder may hold, bytes. */
const MOST_BYTES = 4 * 2 ** 30;

const checkpointFolder = (folder: string): string => join(folder, "checkpoints");
export const checkpointFile = (folder: string, id: string): string =>
  join(checkpointFolder(folder), `${id}.safetensors`);

/** A trial's checkpoint; undefined where there is none that can be read. */
export function storedCheckpoint(folder: string, id: string): Checkpoint | undefined {
  try {
    return loadCheckpoint(checkpointFile(folder, id));
  } catch (error) {
    if (error instanceof CheckpointError) return undefined;
    throw error;
  }
}

/**
 * Keeps a trial's checkpoint. A disk that is full costs who goes on from it a longer training, and this trial nothing.
 *
 * @param most of all that the folder may hold, bytes
 */
export function storeCheckpoint(folder: string, id: string, checkpoint: Checkpoint, most = MOST_BYTES): void {
  try {
    saveCheckpoint(checkpointFile(folder, id), checkpoint);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    process.stderr.write(`${error.message}; who goes on from it will be trained from the start\n`);
  }
  const files = filesIn(checkpointFolder(folder)).sort((a, b) => b.changed - a.changed);
  let bytes = 0;
  for (const { path, size } of files) {
    bytes += size;
    if (bytes > most && path !== checkpointFile(folder, id)) drop(path);
  }
}

/** Removes a trial's checkpoint, if there is one. */
export const dropCheckpoint = (folder: string, id: string): void => drop(checkpointFile(folder, id));

/** Removes all checkpoints of a folder. */
export const dropCheckpoints = (folder: string): void => drop(checkpointFolder(folder));

/** What cannot be removed is in nobody's way. */
function drop(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A folder that is read alone, or a file that another program holds open on Windows.
  }
}

/** Another worker may remove one at the same time. */
function filesIn(folder: string): { path: string; size: number; changed: number }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap(name => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, size: stats.size, changed: stats.mtimeMs }] : [];
  });
}
