/** What the type checker finds in a cell, in the words and places of the cell. */

import { codeFrame } from "../evaluator/code-frame.js";
import type { ErrorReport } from "../evaluator/protocol.js";
import { report } from "../evaluator/report.js";
import { HEADER_LINES } from "./cell-modules.js";
import type { LspPosition } from "./positions.js";

/** When types are checked: the cell runs and what is found is shown with it, the cell does not run, or never. */
export type TypecheckMode = "warn" | "error" | "off";

/** The modes, for those who read one from a user. */
export const TYPECHECK_MODES: readonly TypecheckMode[] = ["warn", "error", "off"];

/** One finding of the language server. */
export interface Diagnostic {
  range: { start: LspPosition; end: LspPosition };
  severity?: number;
  code?: number | string;
  message: string;
}

const ERROR = 1;
const SHOWN = 5;

/**
 * Findings that say nothing about a cell's types:
 *
 * - 1000–1999, syntax: the evaluator's own parser reports it;
 * - 7000–7099, types that are implicitly `any`: plain JavaScript is welcome here;
 * - 2307 and 2882, a module that cannot be found: running says so, or finds it where the checker does not look;
 * - 2588 and 2451, assignment to a constant and a name declared twice: refused by the evaluator;
 * - 2632, assignment to an import, which names of other cells are to the checker alone.
 */
function isNoise(code: number): boolean {
  return (
    (code >= 1000 && code < 2000) ||
    (code >= 7000 && code < 7100) ||
    [2307, 2451, 2588, 2632, 2882].includes(code)
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
  return Number(code) >= 1000 && Number(code) < 2000;
}

/** The name that a finding says is not known. */
export function unknownName({ code, message }: Diagnostic): string | undefined {
  return [2304, 2503, 2552, 2580, 2582, 2584, 18004].includes(Number(code))
    ? /'([^']+)'/.exec(message)?.[1]
    : undefined;
}

/** The findings as text, each with its place and a code frame. */
export function formatTypeErrors(errors: readonly Diagnostic[], source: string, label: string): string {
  const shown = errors.slice(0, SHOWN).map(({ range: { start, end }, code, message }) => {
    const position = { line: start.line - HEADER_LINES + 1, column: start.character + 1 };
    const width = start.line === end.line ? end.character - start.character : 1;
    const place = `${label}, line ${position.line}, column ${position.column}`;
    return `\u001b[33mTS${code}\u001b[0m ${place}: ${message}\n${codeFrame(source, position, width, 0)}`;
  });
  if (errors.length > SHOWN) shown.push(`… ${errors.length - SHOWN} more type errors`);
  return shown.join("\n");
}

/** The error of a cell that is not run because of its types. */
export function typeErrorReport(errors: readonly Diagnostic[], source: string, label: string): ErrorReport {
  const evalue = `TS${errors[0]?.code}: ${errors[0]?.message}`;
  const hint = "hint: the cell was not run; %typecheck warn runs cells that have type errors";
  return report("TypeCheckError", evalue, ["", formatTypeErrors(errors, source, label), "", hint]);
}
