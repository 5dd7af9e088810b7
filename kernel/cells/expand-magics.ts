/**
 * Magics to TypeScript: each becomes a call of the kernel in the same line, so that the lines of the rest stay
 * what they are; a source map tells the columns.
 */

import { MagicString } from "magic-string";
import type { Node } from "oxc-parser";
import { CellSyntaxError } from "../source/cell-syntax-error.js";
import { isFunction, walk } from "./rewrite/walk.js";
import { blank, findMagics, type FoundMagic, parse } from "./find-magics.js";
import { MAGICS, unknownMagic } from "../magics/index.js";
import type { CodeMagic } from "../magics/magic.js";
import { lineOptions } from "./magic-options.js";

/** A cell whose magics are calls. */
export interface Expanded {
  code: string;
  /** Source map from the code to the cell; nothing when they are the same. */
  map?: string;
}

/**
 * Expands the magics of a cell.
 *
 * @param hook the name through which code reaches the kernel's `magic`, and what magics put around code
 * @throws CellSyntaxError when a magic does not exist, or has no code where it needs some
 */
export function expandMagics(source: string, hook: string): Expanded {
  const { cell, lines } = findMagics(source);
  if (!cell && lines.length === 0) return { code: source };
  const text = new MagicString(source);
  for (const magic of cell ? [cell] : lines) expand(text, source, magic, hook);
  return { code: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() };
}

function expand(text: MagicString, source: string, found: FoundMagic, hook: string): void {
  const { name, args, start, end } = found;
  const known = MAGICS.get(name);
  if (!known) throw fault(found, "UnknownMagic", unknownMagic(name));
  const { magic, usage } = known;
  switch (magic.runs) {
    case "code":
      return surround(text, source, { found, magic, usage }, hook);
    case "server":
      // It was dealt with before the cell came here.
      return void text.remove(start, end);
    case "evaluator":
      if (!name.startsWith("%%")) return void text.overwrite(start, end, call(hook, name, args));
      text.overwrite(start, source.length, call(hook, name, args, source.slice(end).replace(/^\r?\n/, "")));
  }
}

function call(hook: string, ...parts: string[]): string {
  return `await ${hook}.magic(${parts.map(part => JSON.stringify(part)).join(",")});`;
}

/** Has the code behind a magic surrounded by what the magic makes of it. */
function surround(
  text: MagicString,
  source: string,
  { found, magic, usage }: { found: FoundMagic; magic: CodeMagic; usage: string },
  hook: string,
): void {
  const { name, args, start, end, argsStart } = found;
  const wholeCell = name.startsWith("%%");
  const options = wholeCell ? args : lineOptions(magic, args);
  const from = wholeCell ? end : Math.min(end, argsStart + options.length);
  const to = wholeCell ? source.length : end;
  if (source.slice(from, to).trim() === "")
    throw fault(found, "UsageError", `expected code to run: ${usage}`);
  text.remove(start, from);
  const body = statements(source, from, to);
  const [first] = body;
  const last = body.at(-1);
  // Code that does not parse is left to the compiler to complain about.
  if (!first || !last) return;
  const value = last.type === "ExpressionStatement" ? last.expression : undefined;
  const around = magic.surround(
    {
      isExpression: value !== undefined && first === last,
      endsInExpression: value !== undefined,
      awaits: body.some(awaits),
      options,
    },
    hook,
  );
  if (around.first !== undefined) text.appendLeft(first.start, around.first);
  if (value && around.value) {
    text.appendLeft(value.start, around.value[0]);
    text.appendRight(value.end, around.value[1]);
  }
  if (around.last !== undefined) text.appendRight(last.end, around.last);
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
