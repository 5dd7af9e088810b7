/** What went wrong, in the words and places of the user's cell. */

import { types } from "node:util";
import { inspectSafely } from "../../display/inspect-safely.js";
import { className, peek } from "../../display/foreign/look.js";
import type { Position, Source } from "../../source/cell.js";
import type { CellSyntaxError } from "../../source/cell-syntax-error.js";
import { codeFrame } from "../../source/code-frame.js";
import { FileSyntaxError } from "../../source/file-syntax-error.js";
import { positionAt } from "../../source/positions.js";
import type { ErrorReport } from "../../protocol/evaluator.js";
import { Interrupted } from "../../protocol/interrupted.js";
import { isError, nameOf, partsOf, readError } from "./read-error.js";
import { cut, report } from "../../cells/report.js";
import { shellHint } from "../../cells/shell-line.js";
import { formatFrame, type Frame, type Stacks } from "./stack.js";

const MAX_FRAMES = 20;
const MAX_CAUSES = 4;
/** Of an aggregate, so many errors are shown. */
const MAX_PARTS = 5;
/** Errors of HTTP libraries carry the request and the response, sockets and all. */
const MAX_DETAIL_LINES = 24;
const DETAIL = { depth: 1, maxArrayLength: 10, maxStringLength: 300, breakLength: 100 } as const;

/** What stands in place of a name when something else than an error was thrown. */
export const UNCAUGHT = "Uncaught";

/** Where an error without frames comes from. */
export interface Origin {
  cell: Source;
  /** Where V8 saw it, in the script. */
  place: Position;
  /** The import that failed, in the cell's own text. */
  importedAt?: Position;
  /** The `await` of the cell's top level that failed, in the cell's own text. */
  awaitedAt?: Position;
}

/** Describes whatever was thrown. It does not throw, whatever that is. */
export function describeThrown(thrown: unknown, stacks: Stacks, origin?: Origin): ErrorReport {
  try {
    return described(thrown, stacks, origin);
  } catch {
    // Nothing hears of what fails here but the process, which would end.
    return report(UNCAUGHT, inspectSafely(thrown, { depth: 0, customInspect: false }));
  }
}

/**
 * Describes what was thrown by what is stored in it alone, once code of it that was asked has been stopped: for a cell
 * that was interrupted by this, or for what is told beside it.
 */
export function describeUnasked(thrown: unknown, stacks: Stacks, late: boolean): ErrorReport {
  const stored = (key: string): string => {
    const value = typeof thrown === "object" && thrown !== null ? peek(thrown, key) : undefined;
    return typeof value === "string" ? value : "";
  };
  const isObject = typeof thrown === "object" && thrown !== null && !types.isProxy(thrown);
  const ename = stored("name") || (isObject && className(thrown)) || UNCAUGHT;
  const evalue = stored("message");
  const where = inCell(stacks.known(thrown)) ?? [];
  if (late) return report(ename, evalue, [...where, "", "its description was interrupted"]);
  const said = new Interrupted(" while its error was described");
  return report(said.name, said.message, [
    ...where,
    "",
    `the error: ${ename}${evalue && `: ${cut(evalue, 1000)}`}`,
  ]);
}

function described(thrown: unknown, stacks: Stacks, origin?: Origin): ErrorReport {
  const frames = stacks.frames(thrown);
  const where = placeOf(thrown, frames, stacks, origin);
  if (!isError(thrown)) {
    const text = inspectSafely(thrown, { depth: 2, maxStringLength: 10_000 });
    // An error behind a proxy is shown with its stack.
    return report(UNCAUGHT, text, where.length > 0 ? where : (inCell(stacks.framesIn(text)) ?? []));
  }
  const { ename, evalue } = nameOf(thrown);
  const lines: string[] = thrown instanceof FileSyntaxError ? place(thrown.file, thrown.position) : [];
  lines.push(...where, ...writtenStack(thrown, stacks));
  if (frames.length > 0) lines.push("");
  for (const frame of frames.slice(0, MAX_FRAMES)) lines.push(`    at ${cut(formatFrame(frame), 500)}`);
  if (frames.length > MAX_FRAMES) lines.push(`    … ${frames.length - MAX_FRAMES} more`);
  lines.push(...details(thrown), ...causes(thrown, stacks));
  return report(ename, evalue, lines);
}

/** The place in a cell that an error comes from, as far as anything tells. */
function placeOf(
  thrown: unknown,
  frames: readonly Frame[],
  stacks: Stacks,
  origin: Origin | undefined,
): string[] {
  const own = inCell(frames);
  if (own) return own;
  if (!origin) return [];
  if (origin.importedAt) return place(origin.cell, origin.importedAt);
  if (origin.awaitedAt) return place(origin.cell, origin.awaitedAt);
  const inner = isError(thrown) ? [readError(thrown, "cause"), ...(partsOf(thrown) ?? [])] : [];
  for (const each of inner.slice(0, MAX_PARTS)) {
    const found = inCell(stacks.frames(each));
    if (found) return found;
  }
  // V8's own compiler refused the script: no frame, but a place.
  return isError(thrown) && thrown instanceof SyntaxError ? originFrame(origin) : [];
}

function inCell(frames: readonly Frame[]): string[] | undefined {
  const found = frames.find(frame => frame.cell && frame.position);
  return found?.cell && found.position && place(found.cell, found.position);
}

/** Describes a cell that could not be compiled. */
export function describeSyntaxError(error: CellSyntaxError, source: string, label: string): ErrorReport {
  const { offset, end, ename = "SyntaxError", help } = error.fault;
  const position = positionAt(source, offset);
  const lines = [
    "",
    `${label}, line ${position.line}, column ${position.column}`,
    codeFrame(source, position, end - offset),
  ];
  // The parser's own help would mend a line that was never meant for it.
  const hint = shellHint(source, offset) ?? help;
  if (hint) lines.push("", `hint: ${hint}`);
  return report(ename, `${error.message} (${position.line}:${position.column})`, lines);
}

function place(cell: Source, position: Position): string[] {
  const where = `${cell.label}, line ${position.line}, column ${position.column}`;
  return ["", where, codeFrame(cell.source, position)];
}

function originFrame(origin: Origin | undefined): string[] {
  const position = origin?.cell.locate(origin.place);
  return origin && position ? place(origin.cell, position) : [];
}

/** What code says in the place of a stack, which is all that is known when V8's own was written over. */
function writtenStack(error: Error, stacks: Stacks): string[] {
  const written = stacks.writtenBy(error);
  return written.length === 0 ? [] : ["", ...limited(written, MAX_DETAIL_LINES)];
}

/** Own properties such as `code` and `path` of system errors, the simple ones first; getters are not run. */
function details(error: Error): string[] {
  const shown = new Set(["name", "message", "stack", "cause", ...(partsOf(error) ? ["errors"] : [])]);
  const own = Object.entries(Object.getOwnPropertyDescriptors(error)).filter(
    ([key, { enumerable }]) => enumerable && !shown.has(key),
  );
  if (own.length === 0) return [];
  const isSimple = ([, { value }]: [string, PropertyDescriptor]): boolean =>
    value === null || (typeof value !== "object" && typeof value !== "function");
  const simpleFirst = [...own.filter(isSimple), ...own.filter(each => !isSimple(each))].slice(0, 100);
  const text = inspectSafely(Object.create(Object.prototype, Object.fromEntries(simpleFirst)), DETAIL);
  return ["", ...limited(text.split("\n"), MAX_DETAIL_LINES)];
}

/** The chain of causes and the parts of an aggregate, each with its frames. */
function causes(error: Error, stacks: Stacks, seen = new Set<unknown>(), depth = 0): string[] {
  if (depth >= MAX_CAUSES) return [];
  seen.add(error);
  const cause = readError(error, "cause");
  const parts = partsOf(error) ?? [];
  const inner = [
    ...(cause === undefined ? [] : [{ label: "caused by", value: cause }]),
    ...parts.slice(0, MAX_PARTS).map(value => ({ label: "one of", value })),
  ];
  const lines = inner.flatMap(({ label, value }) => {
    if (seen.has(value)) return ["", `${label} an error that is shown above`];
    if (!isError(value)) return ["", `${label} ${cut(inspectSafely(value, DETAIL), 1000)}`];
    return ["", ...stackOf(label, value, stacks), ...causes(value, stacks, seen, depth + 1)];
  });
  if (parts.length > MAX_PARTS) lines.push("", `… ${parts.length - MAX_PARTS} more errors`);
  return lines;
}

function stackOf(label: string, error: Error, stacks: Stacks): string[] {
  const { ename, evalue } = nameOf(error);
  const frames = stacks.frames(error).map(frame => `    at ${cut(formatFrame(frame), 500)}`);
  const headline = `${label} ${ename}${evalue ? `: ${cut(evalue, 1000)}` : ""}`;
  return [headline, ...limited(stacks.writtenBy(error), MAX_FRAMES), ...limited(frames, MAX_FRAMES)];
}

function limited(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `… ${lines.length - most} more lines`];
}
