/** TypeScript of a cell to a script for V8's REPL mode: magics expanded, types removed, then rewritten. */

import { transformSync } from "oxc-transform";
import { expandMagics } from "../magics/expand-magics.js";
import { Cell, type Position } from "./cell.js";
import { CellSyntaxError, firstError } from "./cell-syntax-error.js";
import { type CellImport, HOOK, rewrite } from "./rewrite.js";

/** What identifies a cell. */
export interface CellIdentity {
  id: number;
  count: number;
}

/** A cell ready to run. */
export interface Compiled {
  cell: Cell;
  script: string;
  /** What must be loaded before the script starts. */
  imports: readonly CellImport[];
}

/**
 * Compiles one cell.
 *
 * @throws CellSyntaxError with offsets into `source`
 */
export function compile(source: string, { id, count }: CellIdentity): Compiled {
  const { code: expanded, map: magics } = expandMagics(source, HOOK);
  const maps = magics === undefined ? [] : [magics];
  /** Carries a place found on the way back to the user's text. */
  const offsetIn = (text: string, offset: number, steps: string[]): number => {
    if (steps.length === 0) return offset;
    const place = new Cell({ id, count, source, maps: steps }).locate(positionAt(text, offset));
    return place ? offsetAt(source, place) : 0;
  };
  const stripped = transformSync("cell.ts", expanded, {
    lang: "ts",
    sourceType: "module",
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
  });
  const failure = firstError(stripped.errors);
  if (failure) {
    // Of several labels, the last is where the parser gave up.
    const label = failure.labels.at(-1) ?? { start: 0, end: 0 };
    throw new CellSyntaxError(failure.message, {
      offset: offsetIn(expanded, label.start, maps),
      end: offsetIn(expanded, label.end, maps),
      help: failure.helpMessage ?? undefined,
    });
  }
  maps.unshift(JSON.stringify({ ...stripped.map, sourcesContent: undefined }));
  try {
    const { code, imports, map } = rewrite(stripped.code, id);
    const cell = new Cell({ id, count, source, maps: [map, ...maps] });
    return { cell, script: code + cell.sourceUrl, imports };
  } catch (error) {
    if (!(error instanceof CellSyntaxError)) throw error;
    const offset = offsetIn(stripped.code, error.fault.offset, maps);
    throw new CellSyntaxError(error.message, { ...error.fault, offset, end: offset });
  }
}

/** The line and column of an offset, both from 1. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}

/** The offset of a line and column; the inverse of `positionAt`. */
export function offsetAt(text: string, { line, column }: Position): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
