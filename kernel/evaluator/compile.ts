/** TypeScript of a cell to a script for V8's REPL mode: magics expanded, types removed, then rewritten. */

import { transformSync } from "oxc-transform";
import { expandMagics } from "../magics/expand-magics.js";
import { Cell } from "./cell.js";
import { CellSyntaxError, firstError } from "./cell-syntax-error.js";
import { oxcJsx } from "./compile-file.js";
import { lower, needsLowering } from "./lower.js";
import { offsetAt, positionAt } from "./positions.js";
import { HOOK } from "./hook.js";
import { type CellImport, rewrite, type TypeNames } from "./rewrite.js";
import type { JsxOptions } from "./tsconfig.js";

/** What identifies a cell. */
export interface CellIdentity {
  id: number;
  count: number;
  /** How JSX is to be written out, asked of cells that have some. */
  jsx?: () => JsxOptions | undefined;
}

/** A cell ready to run. */
export interface Compiled {
  cell: Cell;
  script: string;
  /** What must be loaded before the script starts. */
  imports: readonly CellImport[];
}

/** A step's result, and the way back to what it was given, when asked for. */
interface Step {
  code: string;
  map: string;
}

/**
 * Compiles one cell.
 *
 * @param types imported names that turned out to be types when the modules were loaded
 * @throws CellSyntaxError with offsets into `source`
 */
export function compile(source: string, { id, count, jsx }: CellIdentity, types?: TypeNames): Compiled {
  /** Maps are made when something goes wrong: few cells need them. */
  const back = (steps: () => string[]): Cell => new Cell({ id, count, source, maps: steps });
  const expanded = expandMagics(source, HOOK);
  const magics = expanded.map === undefined ? [] : [expanded.map];
  /** Carries an error found on the way back to the user's text. */
  const carried = (error: unknown, text: string, steps: () => string[]): unknown => {
    if (!(error instanceof CellSyntaxError)) return error;
    const cell = back(steps);
    const carry = (at: number): number => {
      const place = cell.locate(positionAt(text, at));
      return place ? offsetAt(source, place) : 0;
    };
    const { offset, end } = error.fault;
    const start = carry(offset);
    const width = text === source ? end - offset : 0;
    return new CellSyntaxError(error.message, { ...error.fault, offset: start, end: start + width });
  };
  let stripped: Step;
  try {
    stripped = strip(expanded.code, false, jsx);
  } catch (error) {
    throw carried(error, expanded.code, () => magics);
  }
  try {
    const { code, imports } = rewrite(stripped.code, id, { ...(types && { types }) });
    const cell = back(() => {
      const { code: js, map } = strip(expanded.code, true, jsx);
      return [rewrite(js, id, { map: true, ...(types && { types }) }).map, map, ...magics];
    });
    return { cell, script: code + cell.sourceUrl, imports };
  } catch (error) {
    throw carried(error, stripped.code, () => [strip(expanded.code, true, jsx).map, ...magics]);
  }
}

/** Removes types, and what this Node does not know. */
function strip(source: string, sourcemap: boolean, jsx: CellIdentity["jsx"]): Step {
  const lowered = needsLowering(source) && lower(source, { file: "cell.ts", sourcemap, keepImports: true });
  if (lowered) return lowered;
  const options = { sourceType: "module", sourcemap, typescript: { onlyRemoveTypeImports: true } } as const;
  let stripped = transformSync("cell.ts", source, { ...options, lang: "ts" });
  const failure = firstError(stripped.errors);
  if (failure) {
    // Types in angle brackets and JSX exclude each other; JSX is the rarer of the two.
    if (/<[\w>]/.test(source))
      stripped = transformSync("cell.tsx", source, { ...options, lang: "tsx", jsx: oxcJsx(jsx?.()) });
    if (stripped.errors.length === 0 || !firstError(stripped.errors)) return step(stripped, sourcemap);
    // Of several labels, the last is where the parser gave up.
    const label = failure.labels.at(-1) ?? { start: 0, end: 0 };
    throw new CellSyntaxError(failure.message, {
      offset: label.start,
      end: label.end,
      help: failure.helpMessage ?? undefined,
    });
  }
  return step(stripped, sourcemap);
}

function step({ code, map }: ReturnType<typeof transformSync>, sourcemap: boolean): Step {
  return { code, map: sourcemap ? JSON.stringify({ ...map, sourcesContent: undefined }) : "" };
}
