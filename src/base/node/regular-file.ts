/** Files that can be read to their end and replaced: a pipe would be waited on for ever, a device is every program's. */
import { type Stats, statSync } from "node:fs";

/** @throws Error saying in a few words what it is instead, or Node's own where it is not there */
export function requireRegular(file: string, stats: Stats = statSync(file)): void {
  if (!stats.isFile()) throw new Error(`it is no regular file but ${kindOf(stats)}`);
}

/** What a path leads to that is no regular file. */
export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  return stats.isSocket() ? "a socket" : "a device";
}
