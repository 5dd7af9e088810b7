/** What a cell is called in V8's stack frames: a prefix, the hash of its text, and its id. */

import { sourceHash } from "./source-hash.js";

const PREFIX = "netspace:cell/";

/** The name of a cell's script. */
export function cellScriptName(text: string, id: number): string {
  return `${PREFIX}${sourceHash(text)}/${id}`;
}

/** The hash and id in a script's name; nothing when it is no cell's. */
export function parseCellScript(name: string): { hash: number; id: number } | undefined {
  const [hash, id] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("/") : [];
  return hash === undefined || id === undefined ? undefined : { hash: Number(hash), id: Number(id) };
}

/** Matches the names of all scripts that were made from a text with this hash. */
export function cellScriptPattern(hash: number): string {
  return `^${PREFIX}${hash}/\\d+$`;
}
