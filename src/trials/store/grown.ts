/**
 * What a sweep was called before it grew, `grown.json` in its folder: its identity is the hash of its spec, so what was trained
 * with fewer networks is stored under another, and belongs to it all the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/node/replace-file.js";
import { say } from "../../base/say.js";
import { readStoreFile } from "./store.js";
import { StoreError } from "./store-error.js";

const grownFile = (folder: string): string => join(folder, "grown.json");

/**
 * Identities under which the folder's sweep was stored before; none if it never grew.
 *
 * @throws StoreError if they cannot be read: what was trained under them would count as never trained
 */
function earlierSweeps(folder: string): string[] {
  const file = grownFile(folder);
  if (!existsSync(file)) return [];
  const text = readStoreFile(file);
  try {
    const kept: unknown = JSON.parse(text);
    if (Array.isArray(kept) && kept.every(id => typeof id === "string")) return kept;
    throw new RangeError(`expected a list of texts, got ${say(kept)}`);
  } catch (cause) {
    throw new StoreError(
      `sweep: expected the earlier identities of a sweep that grew in ${file}, which cannot be read (${(cause as Error).message}); they are the values of "sweep" in the records of trials/: write them as a list, ["…"], or take the file away, then what was trained before it grew does not count`,
      { cause },
    );
  }
}

/** Notes durably what the sweep was called until now. */
export function noteGrowth(folder: string, sweep: string): void {
  const sweeps = [...new Set([...earlierSweeps(folder), sweep])];
  replaceFile(grownFile(folder), `${JSON.stringify(sweeps)}\n`, { durable: true });
}

/** The identities under which records of the folder's sweep are stored. */
export const sweepIdsIn = (folder: string, sweep: string): Set<string> =>
  new Set([sweep, ...earlierSweeps(folder)]);
