/** TypeScript of a cell to a script for V8's REPL mode: magics expanded, types removed, then rewritten. */

import { transformSync } from "oxc-transform";
import { expandMagics } from "./expand-magics.js";
import { Cell } from "../source/cell.js";
import { type CellNames, NO_NAMES } from "./rewrite/cell-names.js";
import { CellSyntaxError, firstError } from "../source/cell-syntax-error.js";
import { oxcJsx } from "./compile-file.js";
import { withGivenNames } from "./rewrite/given-names.js";
import { lower, needsLowering } from "./lower.js";
import { offsetAt, positionAt } from "../source/positions.js";
import { HOOK } from "./hook.js";
import { objectLiteral } from "./rewrite/object-literal.js";
import { type CellImport, rewrite, type TypeNames } from "./rewrite/rewrite.js";
import type { JsxOptions } from "../modules/tsconfig.js";

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
  /** Reserved names that the cell declares. */
  declared: readonly string[];
}

/** A step's result, and the way back to what it was given, when asked for. */
interface Step {
  code: string;
  /** The last step first. */
  maps: string[];
  /** Whether a declaration in the code was made here, rather than by the user. */
  isMade?: (name: string) => boolean;
}

/**
 * Compiles one cell.
 *
 * @param names which reserved names mean what earlier cells have declared
 * @param types imported names that turned out to be types when the modules were loaded
 * @throws CellSyntaxError with offsets into `source`
 */
export function compile(
  source: string,
  { id, count, jsx }: CellIdentity,
  names: CellNames = NO_NAMES,
  types?: TypeNames,
): Compiled {
  /** Maps are made when something goes wrong: few cells need them. */
  const back = (steps: () => string[], own: readonly string[] = []): Cell =>
    new Cell({ id, count, source, own, maps: steps });
  const expanded = expandMagics(source, HOOK);
  const before = expanded.map === undefined ? [] : [expanded.map];
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
  const object = objectLiteral(expanded.code);
  const code = object?.code ?? expanded.code;
  if (object) before.unshift(object.map);
  let stripped: Step;
  try {
    stripped = strip(code, false, jsx);
  } catch (error) {
    throw carried(error, code, () => before);
  }
  const fresh = madeAnew(code);
  try {
    const about = { fresh, ...(types && { types }) };
    const {
      code: script,
      imports,
      declared,
      own,
    } = rewrite(stripped.code, id, { ...about, isMade: stripped.isMade, names });
    // Made later, the maps must be those of this script, whatever the names mean by then.
    const meant = new Set(own);
    const then: CellNames = { isOwn: name => meant.has(name) };
    const cell = back(() => {
      const { code: js, maps, isMade } = strip(code, true, jsx);
      return [rewrite(js, id, { ...about, isMade, map: true, names: then }).map, ...maps, ...before];
    }, own);
    return { cell, script: script + cell.sourceUrl, imports, declared };
  } catch (error) {
    throw carried(error, stripped.code, () => [...strip(code, true, jsx).maps, ...before]);
  }
}

const ANEW = /\b(?:enum|namespace|module)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** The enums and namespaces of a cell, which become `var`s that take up what there is. */
function madeAnew(code: string): Set<string> {
  return new Set([...code.matchAll(ANEW)].map(([, name = ""]) => name));
}

/** Removes types, and what this Node does not know. */
function strip(source: string, sourcemap: boolean, jsx: CellIdentity["jsx"]): Step {
  const lowered = needsLowering(source) && lower(source, { file: "cell.ts", sourcemap, keepImports: true });
  if (lowered) {
    const named = withGivenNames(lowered.code, source);
    const maps = [...(named ? [named.map] : []), lowered.map];
    return { code: named?.code ?? lowered.code, maps, isMade: notIn(source) };
  }
  const options = { sourceType: "module", sourcemap, typescript: { onlyRemoveTypeImports: true } } as const;
  let stripped = transformSync("cell.ts", source, { ...options, lang: "ts" });
  const failure = firstError(stripped.errors);
  if (!failure) return step(stripped, sourcemap);
  // Types in angle brackets and JSX exclude each other; JSX is the rarer of the two.
  if (/<[\w>]/.test(source))
    stripped = transformSync("cell.tsx", source, { ...options, lang: "tsx", jsx: oxcJsx(jsx?.()) });
  if (stripped.errors.length === 0 || !firstError(stripped.errors)) {
    return { ...step(stripped, sourcemap), isMade: notIn(source) };
  }
  // Of several labels, the last is where the parser gave up.
  const label = failure.labels.at(-1) ?? { start: 0, end: 0 };
  throw new CellSyntaxError(failure.message, {
    offset: label.start,
    end: label.end,
    help: failure.helpMessage ?? undefined,
  });
}

/** Compilers begin the names of their helpers like this, and choose names that the code does not have. */
function notIn(source: string): (name: string) => boolean {
  const names = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  return name => name.startsWith("_") && !names.has(name);
}

function step({ code, map }: ReturnType<typeof transformSync>, sourcemap: boolean): Step {
  return { code, maps: sourcemap ? [JSON.stringify({ ...map, sourcesContent: undefined })] : [] };
}
