/** What the type checker finds in a cell, in the words and places of the cell. */

import { codeFrame } from "../source/code-frame.js";
import type { ErrorReport } from "../protocol/evaluator.js";
import { report } from "../cells/report.js";
import { HEADER_LINES } from "./cell-modules.js";
import type { LspPosition } from "./positions.js";

/** One finding of the language server. */
export interface Diagnostic {
  range: { start: LspPosition; end: LspPosition };
  severity?: number;
  code?: number | string;
  message: string;
  relatedInformation?: readonly { message: string }[];
}

const ERROR = 1;
const SHOWN = 5;
/** Of many names that are not known, so many are said. */
const NAMED = 10;
/** A module without a default export is asked for one. */
const NO_DEFAULT = 1192;
/** Findings of names that nothing declares, and that are no slips of the pen. */
const UNDECLARED = new Set([2304, 2503, 18004]);

/**
 * Findings that say nothing about a cell's types:
 *
 * - 1000–1999, syntax: the evaluator's own parser reports it, but for a default export that a module does not have;
 * - 7000–7099, types that are implicitly `any`: plain JavaScript is welcome here;
 * - 2307, 2664 and 2882, a module that cannot be found: running says so, or finds it where the checker does not look;
 * - 2588 and 2451, assignment to a constant and a name declared twice: refused by the evaluator;
 * - 2632, assignment to an import, which names of other cells are to the checker alone.
 */
function isNoise(code: number): boolean {
  return (
    (code >= 1000 && code < 2000 && code !== NO_DEFAULT) ||
    (code >= 7000 && code < 7100) ||
    [2307, 2451, 2588, 2632, 2664, 2882].includes(code)
  );
}

/** The errors among the findings, in source order, those in what the kernel wrote around the cell left out. */
export function typeErrors(found: readonly Diagnostic[], lines: number): Diagnostic[] {
  const inCell = ({ range }: Diagnostic): boolean => {
    const line = range.start.line - HEADER_LINES;
    return line >= 0 && line < lines;
  };
  return found
    .filter(each => each.severity === ERROR && !isNoise(Number(each.code)) && inCell(each))
    .toSorted((a, b) => a.range.start.line - b.range.start.line);
}

/** Whether a finding is about how the code is written, not about its types. */
export function isSyntax({ code }: Diagnostic): boolean {
  return Number(code) >= 1000 && Number(code) < 2000 && Number(code) !== NO_DEFAULT;
}

/** The name that a finding says is not known. */
export function unknownName({ code, message }: Diagnostic): string | undefined {
  return [2304, 2503, 2552, 2580, 2582, 2584, 18004].includes(Number(code))
    ? /'([^']+)'/.exec(message)?.[1]
    : undefined;
}

/** The name of a finding that nothing declares it, and that is no slip of the pen. */
export function undeclaredName(error: Diagnostic): string | undefined {
  return UNDECLARED.has(Number(error.code)) ? unknownName(error) : undefined;
}

/** What the server asks beside a finding, such as whether an `await` was forgotten; nothing when it does not ask. */
export function question({ relatedInformation = [] }: Diagnostic): string | undefined {
  return relatedInformation.find(({ message }) => message.startsWith("Did you"))?.message;
}

/** Texts and lists that were kept in a variable, where texts and tuples of a kind are wanted. */
const WIDENED =
  /'(?:string' is not assignable to [\w ]*type '[^'\n]*"|(?:\w+)\[\]' is not assignable to [\w ]*type '[^'\n]*\[\w)/;

/** What helps where a constant has lost its exact type on the way through a variable; nothing elsewhere. */
export function exactType({ code, message }: Diagnostic): string | undefined {
  if (![2322, 2345, 2769].includes(Number(code)) || !WIDENED.test(message)) return undefined;
  return "a text or list that is kept in a variable has a wider type; write `as const` behind its value there";
}

/** The findings as text, each with its place and a code frame; names that nothing declares stand in one line. */
export function formatTypeErrors(errors: readonly Diagnostic[], source: string, label: string): string {
  const undeclared = errors.filter(error => undeclaredName(error) !== undefined);
  const names = [...new Set(undeclared.map(error => undeclaredName(error) ?? ""))];
  const isGrouped = names.length > 1;
  const others = isGrouped ? errors.filter(error => !undeclared.includes(error)) : errors;
  const shown = others.slice(0, SHOWN).map(({ range: { start, end }, code, message }) => {
    const position = { line: start.line - HEADER_LINES + 1, column: start.character + 1 };
    const width = start.line === end.line ? end.character - start.character : 1;
    const place = `${label}, line ${position.line}, column ${position.column}`;
    return `${coloured(code)} ${place}: ${message}\n${codeFrame(source, position, width, 0)}`;
  });
  if (others.length > SHOWN) shown.push(`… ${others.length - SHOWN} more type errors`);
  if (!isGrouped) return shown.join("\n");
  const { said, hints } = unknownNames(names, undeclared);
  return [`${coloured(2304)} ${label}: ${said}`, ...hints, ...shown].join("\n");
}

/** A line about names that cells above this one are likely to declare, and how those are imported that can be. */
export function unknownNames(
  names: readonly string[],
  errors: readonly Diagnostic[],
): { said: string; hints: string[] } {
  const first = names.slice(0, NAMED);
  const rest = names.length - first.length;
  const last = rest > 0 ? `${rest} more` : (first.pop() ?? "");
  const hints = errors.flatMap(({ message }) => /\nhint: .*$/s.exec(message)?.[0].trim() ?? []);
  const listed = first.length > 0 ? `${first.join(", ")} and ${last} are` : `${last} is`;
  const isImportable = hints.length > 0 && hints.length === errors.length;
  const remedy = `run the cells above first${isImportable ? ", or import what is missing" : ""}`;
  return { said: `${listed} not defined; ${remedy}`, hints: [...new Set(hints)].slice(0, SHOWN) };
}

function coloured(code: Diagnostic["code"]): string {
  return `\u001b[33mTS${code}\u001b[0m`;
}

/** The error of a cell that is not run because of its types. */
export function typeErrorReport(errors: readonly Diagnostic[], source: string, label: string): ErrorReport {
  const evalue = `TS${errors[0]?.code}: ${errors[0]?.message}`;
  const hint = "hint: the cell was not run; %typecheck warn runs cells that have type errors";
  return report("TypeCheckError", evalue, ["", formatTypeErrors(errors, source, label), "", hint]);
}
