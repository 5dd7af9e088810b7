/** TypeScript of a cell to a script for V8's REPL mode: types removed, then rewritten. */

import { transformSync } from "oxc-transform";
import { Cell, type Position } from "./cell.js";
import { CellSyntaxError, firstError } from "./cell-syntax-error.js";
import { rewrite } from "./rewrite.js";

/** What identifies a cell. */
export interface CellIdentity {
  id: number;
  count: number;
}

/** A cell ready to run. */
export interface Compiled {
  cell: Cell;
  script: string;
}

/**
 * Compiles one cell.
 *
 * @throws CellSyntaxError with offsets into `source`
 */
export function compile(source: string, { id, count }: CellIdentity): Compiled {
  const stripped = transformSync("cell.ts", source, {
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
      offset: label.start,
      end: label.end,
      help: failure.helpMessage ?? undefined,
    });
  }
  const types = JSON.stringify({ ...stripped.map, sourcesContent: undefined });
  try {
    const { code, map } = rewrite(stripped.code, id);
    const cell = new Cell({ id, count, source, maps: [map, types] });
    return { cell, script: code + cell.sourceUrl };
  } catch (error) {
    if (!(error instanceof CellSyntaxError)) throw error;
    // Found in the stripped text: carry it back to the user's.
    const back = new Cell({ id, count, source, maps: [types] });
    const place = back.locate(positionAt(stripped.code, error.fault.offset));
    const offset = place ? offsetAt(source, place) : 0;
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
