/** What went wrong, in the words and places of the user's cell. */

import { inspect } from "node:util";
import type { Position, Source } from "./cell.js";
import type { CellSyntaxError } from "./cell-syntax-error.js";
import { codeFrame } from "./code-frame.js";
import { FileSyntaxError } from "./file-syntax-error.js";
import { positionAt } from "./positions.js";
import type { ErrorReport } from "./protocol.js";
import { report } from "./report.js";
import { formatFrame, type Stacks } from "./stack.js";

const MAX_FRAMES = 20;
const MAX_CAUSES = 4;

/** What stands in place of a name when something else than an error was thrown. */
export const UNCAUGHT = "Uncaught";

/** Where an error without frames comes from. */
export interface Origin {
  cell: Source;
  /** Where V8 saw it, in the script. */
  place: Position;
  /** The import that failed, in the cell's own text. */
  importedAt?: Position;
}

/** Describes whatever was thrown. */
export function describeThrown(thrown: unknown, stacks: Stacks, origin?: Origin): ErrorReport {
  if (!isError(thrown)) {
    const evalue = inspect(thrown, { depth: 2 });
    return report(UNCAUGHT, evalue, originFrame(origin));
  }
  const { ename, evalue } = nameOf(thrown);
  const frames = stacks.frames(thrown);
  const lines: string[] = thrown instanceof FileSyntaxError ? place(thrown.file, thrown.position) : [];
  const inCell = frames.find(frame => frame.cell && frame.position);
  if (inCell?.cell && inCell.position) {
    lines.push(...place(inCell.cell, inCell.position));
  } else if (origin?.importedAt) {
    lines.push(...place(origin.cell, origin.importedAt));
  } else if (thrown instanceof SyntaxError) {
    // V8's own compiler refused the script: no frame, but a place.
    lines.push(...originFrame(origin));
  }
  if (frames.length > 0) lines.push("");
  for (const frame of frames.slice(0, MAX_FRAMES)) lines.push(`    at ${formatFrame(frame)}`);
  if (frames.length > MAX_FRAMES) lines.push(`    … ${frames.length - MAX_FRAMES} more`);
  lines.push(...details(thrown), ...causes(thrown));
  return report(ename, evalue, lines);
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
  if (help) lines.push("", `hint: ${help}`);
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

/** Errors of other realms count too. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** User code may have put anything in place of a name or message. */
function nameOf(error: Error): { ename: string; evalue: string } {
  const text = (value: unknown): string => (typeof value === "string" ? value : inspect(value, { depth: 1 }));
  const ename = text(error.name || error.constructor.name || "Error");
  return { ename, evalue: text(error.message) };
}

/** Own properties such as `code` and `path` of system errors. */
function details(error: Error): string[] {
  const own = Object.fromEntries(
    Object.entries(error).filter(([key]) => !["name", "message", "stack", "cause", "errors"].includes(key)),
  );
  return Object.keys(own).length > 0 ? ["", inspect(own, { depth: 2 })] : [];
}

/** The chain of causes and the parts of an aggregate, each with its frames. */
function causes(error: Error, depth = 0): string[] {
  if (depth >= MAX_CAUSES) return [];
  const inner = [
    ...(error.cause === undefined ? [] : [{ label: "caused by", value: error.cause }]),
    ...(error instanceof AggregateError
      ? error.errors.map((value: unknown) => ({ label: "one of", value }))
      : []),
  ];
  return inner.flatMap(({ label, value }) => {
    const text = isError(value) ? String(value.stack) : inspect(value, { depth: 2 });
    return ["", `${label} ${text}`, ...(isError(value) ? causes(value, depth + 1) : [])];
  });
}
