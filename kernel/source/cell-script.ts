/**
 * What a cell is called in V8's stack frames: a prefix, the hash of its text, its id, and what its compilation depended
 * on, so that the debugger can compile it again.
 */

import { sourceHash } from "./source-hash.js";

const PREFIX = "kernel:cell/";

/** The name of a cell's script; `own` are the reserved names that mean bindings of earlier cells. */
export function cellScriptName(text: string, id: number, own: readonly string[]): string {
  return [`${PREFIX}${sourceHash(text)}`, id, ...(own.length > 0 ? [own.join(",")] : [])].join("/");
}

/** What a script's name says. */
export interface CellScript {
  hash: number;
  id: number;
  own: readonly string[];
}

/** What a script's name says; nothing when it is no cell's. */
export function parseCellScript(name: string): CellScript | undefined {
  const [hash, id, own] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("/") : [];
  if (hash === undefined || id === undefined) return undefined;
  return { hash: Number(hash), id: Number(id), own: own?.split(",") ?? [] };
}

/** Matches the names of all scripts that were made from a text with this hash. */
export function cellScriptPattern(hash: number): string {
  return `^${PREFIX}${hash}/\\d+(?:/|$)`;
}
