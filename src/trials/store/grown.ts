/**
 * What a sweep was called before it grew, `grown.json` in its folder: its identity is the hash of its spec, so what was trained
 * with fewer networks is stored under another, and belongs to it all the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile } from "../../base/node/json-file.js";
import { replaceFile } from "../../base/node/replace-file.js";

const grownFile = (folder: string): string => join(folder, "grown.json");

/** Identities under which the folder's sweep was stored before; none if it never grew. */
function earlierSweeps(folder: string): string[] {
  const file = grownFile(folder);
  const kept: unknown = existsSync(file) ? readJsonFile(file) : [];
  return Array.isArray(kept) ? kept.filter(id => typeof id === "string") : [];
}

/** Notes durably what the sweep was called until now. */
export function noteGrowth(folder: string, sweep: string): void {
  const sweeps = [...new Set([...earlierSweeps(folder), sweep])];
  replaceFile(grownFile(folder), `${JSON.stringify(sweeps)}\n`, { durable: true });
}

/** The identities under which records of the folder's sweep are stored. */
export const sweepIdsIn = (folder: string, sweep: string): Set<string> =>
  new Set([sweep, ...earlierSweeps(folder)]);
