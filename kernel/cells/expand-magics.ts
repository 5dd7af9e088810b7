/**
 * Magics to TypeScript: each becomes a call of the kernel in the same line, so that the lines of the rest stay
 * what they are; a source map tells the columns.
 */

import { MagicString } from "magic-string";
import type { Node } from "oxc-parser";
import { CellSyntaxError } from "../source/cell-syntax-error.js";
import { isFunction, walk } from "./rewrite/walk.js";
import { blank, findMagics, type FoundMagic, parse } from "./find-magics.js";
import { MAGICS, unknownMagic } from "./known-magics.js";
import { TIMING, timingOption, timingOptions } from "./timing-options.js";

/** A cell whose magics are calls. */
export interface Expanded {
  code: string;
  /** Source map from the code to the cell; nothing when they are the same. */
  map?: string;
}

/** Magics that the front has dealt with before the cell comes here. */
const FRONT = new Set(["%reset", "%typecheck"]);

/**
 * Expands the magics of a cell.
 *
 * @param hook the name through which code reaches the kernel's `magic`, `clock`, `timed`, `tick`, `tock`, `timeit`
 * @throws CellSyntaxError when a magic does not exist, or has no code where it needs some
 */
export function expandMagics(source: string, hook: string): Expanded {
  const { cell, lines } = findMagics(source);
  if (!cell && lines.length === 0) return { code: source };
  const text = new MagicString(source);
  for (const magic of cell ? [cell] : lines) expand(text, source, magic, hook);
  return { code: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() };
}

function expand(text: MagicString, source: string, magic: FoundMagic, hook: string): void {
  const { name, args, start, end, argsStart } = magic;
  if (!MAGICS.has(name)) throw fault(magic, "UnknownMagic", unknownMagic(name));
  const wholeCell = name.startsWith("%%");
  if (TIMING.has(name)) {
    const options = wholeCell ? args : timingOptions(name, args);
    const from = wholeCell ? end : Math.min(end, argsStart + options.length);
    const body = statements(source, from, wholeCell ? source.length : end);
    const [first] = body;
    const last = body.at(-1);
    const missing = source.slice(from, wholeCell ? source.length : end).trim() === "";
    if (missing) throw fault(magic, "UsageError", `expected code to run: ${MAGICS.get(name)?.usage}`);
    text.remove(start, from);
    // Code that does not parse is left to the compiler to complain about.
    if (!first || !last) return;
    if (name.endsWith("timeit")) timeit(text, { body, first, last, options }, hook);
    else time(text, { body, first, last }, hook);
  } else if (FRONT.has(name)) {
    text.remove(start, end);
  } else if (wholeCell) {
    text.overwrite(start, source.length, call(hook, name, args, source.slice(end).replace(/^\r?\n/, "")));
  } else {
    text.overwrite(start, end, call(hook, name, args));
  }
}

function call(hook: string, ...parts: string[]): string {
  return `await ${hook}.magic(${parts.map(part => JSON.stringify(part)).join(",")});`;
}

/** The code that a magic times. */
interface Timed {
  body: Node[];
  first: Node;
  last: Node;
}

/** An expression keeps its value; around statements the clock is started and read. */
function time(text: MagicString, { first, last }: Timed, hook: string): void {
  const value = last.type === "ExpressionStatement" ? last.expression : undefined;
  if (value && first === last) {
    text.appendLeft(value.start, `${hook}.timed(${hook}.clock(),(`);
    text.appendRight(value.end, "))");
    return;
  }
  text.appendLeft(first.start, `${hook}.tick();`);
  if (value) text.appendLeft(value.start, `${hook}.tock((`);
  text.appendRight(value?.end ?? last.end, value ? "))" : `;${hook}.tock();`);
}

function timeit(
  text: MagicString,
  { body, first, last, options }: Timed & { options: string },
  hook: string,
): void {
  const value = first === last && first.type === "ExpressionStatement" ? first.expression : undefined;
  const wanted = JSON.stringify({ loops: timingOption(options, "n"), runs: timingOption(options, "r") });
  const head = `await ${hook}.timeit(${wanted},${body.some(awaits) ? "async " : ""}()=>`;
  text.appendLeft(value?.start ?? first.start, head + (value ? "(" : "{"));
  text.appendRight(value?.end ?? last.end, value ? "))" : "})");
}

/** The statements between two offsets, at their places in the cell. */
function statements(source: string, from: number, to: number): Node[] {
  const outside = [
    { start: 0, end: from },
    { start: to, end: source.length },
  ];
  return parse(blank(source, outside)).program.body;
}

/** Whether code awaits outside of functions of its own. */
function awaits(statement: Node): boolean {
  let found = false;
  walk(statement, {
    enter: (node, ancestors) => {
      const waits = node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await);
      if (waits && !ancestors.some(isFunction)) found = true;
    },
  });
  return found;
}

function fault({ name, start }: FoundMagic, ename: string, message: string): CellSyntaxError {
  const text = ename === "UsageError" ? `${name}: ${message}` : message;
  return new CellSyntaxError(text, { offset: start, end: start + name.length, ename });
}
