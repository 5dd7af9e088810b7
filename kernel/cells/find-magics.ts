/**
 * Where the magics of a cell are.
 *
 * A line magic begins a line, `%name` without a space between, outside of templates and comments; TypeScript
 * has the operator there only in code that nobody writes. A cell magic, `%%name`, stands in
 * the first line and takes the whole cell.
 */

import { parseSync } from "oxc-parser";
import { walk } from "./rewrite/walk.js";
import { MAGICS } from "../magics/index.js";

/** A magic in a cell; offsets are UTF-16. */
export interface FoundMagic {
  /** With its percent signs; may be none that is known. */
  name: string;
  /** What follows the name in its line, trimmed. */
  args: string;
  /** From the percent sign to the end of the line. */
  start: number;
  end: number;
  /** Where the arguments begin. */
  argsStart: number;
}

/** The magics of a cell. */
export interface FoundMagics {
  cell?: FoundMagic;
  lines: FoundMagic[];
}

const LINE = /^[^\S\n]*(%[a-z]\w*)(?:([^\S\n]+)(.*))?$/gim;
const CELL = /^\s*(%%\w*)(?:([^\S\n]+)(.*))?$/m;

/** Finds the magics of a cell; mostly there are none, and finding that costs next to nothing. */
export function findMagics(source: string): FoundMagics {
  if (!source.includes("%")) return { lines: [] };
  const whole = /^\s*%%/.test(source) ? CELL.exec(source) : null;
  if (whole) return { cell: found(whole, source.indexOf("%")), lines: [] };
  const candidates = [...source.matchAll(LINE)].map(match => found(match, source.indexOf("%", match.index)));
  if (candidates.length === 0) return { lines: [] };
  const known = candidates.some(({ name }) => MAGICS.has(name));
  if (!known && parse(source).errors.length === 0) return { lines: [] };
  const texts = textRanges(blank(source, candidates));
  const inText = ({ start }: FoundMagic) => texts.some(([from, to]) => from < start && start < to);
  return { lines: candidates.filter(candidate => !inText(candidate)) };
}

/** A text of the same length and lines in which some parts are blank. */
export function blank(source: string, parts: readonly { start: number; end: number }[]): string {
  let out = "";
  let at = 0;
  for (const { start, end } of parts) {
    out += source.slice(at, start) + source.slice(start, end).replace(/[^\n]/g, " ");
    at = end;
  }
  return out + source.slice(at);
}

/** Parses a cell, or what is left of one. */
export function parse(source: string) {
  return parseSync("cell.ts", source, { lang: "ts", sourceType: "module" });
}

function found(match: RegExpExecArray, start: number): FoundMagic {
  const [whole, name = "", gap = "", args = ""] = match;
  const end = match.index + whole.length;
  return { name, args: args.trim(), start, end, argsStart: start + name.length + gap.length };
}

/** Templates and comments, in which nothing is a magic. */
function textRanges(source: string): [number, number][] {
  const { program, comments } = parse(source);
  const ranges = comments.map(({ start, end }): [number, number] => [start, end]);
  walk(program, {
    enter: node => {
      if (node.type === "TemplateElement") ranges.push([node.start - 1, node.end + 1]);
    },
  });
  return ranges;
}
