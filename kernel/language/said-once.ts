/**
 * What the type checker found and what the cell failed by are often one thing, which is said once: names that are not
 * there in one line, and what is wrong with a call in the error that came of it.
 */

import { type Node, parseSync } from "oxc-parser";
import { walk } from "../cells/rewrite/walk.js";
import type { ErrorReport } from "../protocol/evaluator.js";
import { declarations } from "./declarations.js";
import { type Diagnostic, undeclaredName, unknownName, unknownNames } from "./diagnostics.js";
import { HEADER_LINES } from "./cell-modules.js";
import { lspOffset } from "./positions.js";

/** What is left to say of a cell that failed. */
export interface SaidOnce {
  error: ErrorReport;
  /** Findings that are about something else. */
  errors: Diagnostic[];
}

/** Messages of JavaScript itself name neither what was expected nor what came; those of libraries may. */
const BARE = new Set(["TypeError", "ReferenceError"]);
/** How libraries begin that say which function of theirs objects. */
const NAMED = /^[\p{ID_Start}$_][\p{ID_Continue}$.]*: /u;

/** @param label what the cell is called in errors, `In [3]` */
export function saidOnce(
  error: ErrorReport,
  errors: readonly Diagnostic[],
  code: string,
  label: string,
): SaidOnce {
  const missing = missingName(error);
  const at = failedAt(error, code, label);
  if (at === undefined) return { error, errors: [...errors] };
  if (missing !== undefined) return namesOnce(error, missing, errors, code);
  const call = callAt(code, at);
  const about = errors.filter(each => call && isWithin(each, code, call));
  if (about.length === 0) return { error, errors: [...errors] };
  const isBare = BARE.has(error.ename) && !NAMED.test(error.evalue);
  const lines = about.flatMap(({ code: number, message }) => {
    const [said = "", ...hints] = message.split(/\n(?=hint: )/);
    return isBare ? [`TS${number}: ${said}`, ...hints] : hints;
  });
  const added = lines.length > 0 ? ["", ...new Set(lines)] : [];
  return {
    error: { ...error, traceback: [...error.traceback, ...added] },
    errors: errors.filter(each => !about.includes(each)),
  };
}

/** What is left to say of findings that came when the failure was shown already: the name that it names is said. */
export function notYetSaid(error: ErrorReport, errors: readonly Diagnostic[]): Diagnostic[] {
  const missing = missingName(error);
  return errors.filter(each => missing === undefined || unknownName(each) !== missing);
}

function missingName({ ename, evalue }: ErrorReport): string | undefined {
  return ename === "ReferenceError" ? /^(\S+) is not defined$/.exec(evalue)?.[1] : undefined;
}

/** The runtime knows of the first name that is not there, the checker of all. */
function namesOnce(
  error: ErrorReport,
  missing: string,
  errors: readonly Diagnostic[],
  code: string,
): SaidOnce {
  const about = errors.filter(each => undeclaredName(each) !== undefined || unknownName(each) === missing);
  const left = errors.filter(each => !about.includes(each));
  // What the evaluator knows better, such as a name of CommonJS, is there already; another name is what was misspelt;
  // and one of the cell's own has no value yet.
  const isHinted = error.traceback.some(line => line.startsWith("hint: "));
  const meant = about.flatMap(each => /Did you mean .*$/m.exec(each.message)?.[0] ?? []);
  if (isHinted || declarations(code).names.includes(missing)) return { error, errors: left };
  if (meant.length > 0)
    return { error: { ...error, traceback: [...error.traceback, "", `hint: ${meant[0]}`] }, errors: left };
  const names = [...new Set([missing, ...about.flatMap(each => undeclaredName(each) ?? [])])];
  const { said, hints } = unknownNames(names, about);
  const [headline = "", ...rest] = error.traceback;
  const traceback = [headline.replace(error.evalue, () => said), ...rest];
  if (hints.length > 0) traceback.push("", ...hints);
  return { error: { ...error, evalue: said, traceback }, errors: left };
}

/** Where in its own cell an error comes from: the first place that its text names. */
function failedAt({ traceback }: ErrorReport, code: string, label: string): number | undefined {
  for (const line of traceback) {
    const [, own, row, column] = /^(In \[\d+\]), line (\d+), column (\d+)$/.exec(line) ?? [];
    if (own === undefined) continue;
    if (own !== label) return undefined;
    return lspOffset(code, { line: Number(row) - 1, character: Number(column) - 1 });
  }
  return undefined;
}

/** The innermost call at an offset, or the access of a member. */
function callAt(code: string, offset: number): Node | undefined {
  let found: Node | undefined;
  const { program } = parseSync("cell.ts", code, { lang: "ts", sourceType: "module" });
  walk(program, {
    enter: node => {
      if (node.start > offset || node.end <= offset) return;
      if (node.type === "CallExpression" || node.type === "NewExpression") found = node;
      else if (node.type === "MemberExpression" && found?.type !== "CallExpression") found = node;
    },
  });
  return found;
}

function isWithin({ range: { start, end } }: Diagnostic, code: string, node: Node): boolean {
  const at = (place: typeof start): number => lspOffset(code, { ...place, line: place.line - HEADER_LINES });
  return at(start) >= node.start && at(end) <= node.end;
}
