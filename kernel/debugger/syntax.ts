/** What a debugger must know of a program's syntax: where it can stop, and where an exception would be caught. */

import { type Node, parseSync } from "oxc-parser";
import { isFunction, walk } from "../cells/rewrite/walk.js";
import type { Position } from "../source/cell.js";

/** The syntax of one program in TypeScript. */
export interface Syntax {
  /** The first place of each line where V8 can stop, in the order of lines. */
  stops: readonly Position[];
  /** Whether an exception thrown at a place is caught by the function that the place is in. */
  isCaught(place: Position): boolean;
}

const STATEMENTS = new Set<Node["type"]>([
  "ReturnStatement",
  "ThrowStatement",
  "IfStatement",
  "ForStatement",
  "ForOfStatement",
  "ForInStatement",
  "WhileStatement",
  "DoWhileStatement",
  "SwitchStatement",
  "BreakStatement",
  "ContinueStatement",
  "DebuggerStatement",
]);

/** Reads a program; one that cannot be parsed has nowhere to stop. */
export function readSyntax(text: string, file: string): Syntax {
  const { program } = parseSync(file, text, { sourceType: "module" });
  const firsts = new Map<number, Position>();
  const guarded: { start: number; end: number; inner: { start: number; end: number }[] }[] = [];
  const lines = lineStarts(text);
  const stop = (offset: number): void => {
    const place = placeAt(lines, offset);
    const known = firsts.get(place.line);
    if (!known || place.column < known.column) firsts.set(place.line, place);
  };
  walk(program, {
    enter: node => {
      for (const offset of stopsOf(node)) stop(offset);
      if (node.type === "TryStatement" && node.handler)
        guarded.push({ start: node.block.start, end: node.block.end, inner: [] });
      if (isFunction(node)) for (const block of guarded) block.inner.push(node);
    },
  });
  return {
    stops: [...firsts.values()].sort((a, b) => a.line - b.line),
    isCaught: ({ line, column }) => {
      const offset = (lines[line - 1] ?? text.length) + column - 1;
      const holds = ({ start, end }: { start: number; end: number }) => start <= offset && offset < end;
      return guarded.some(block => holds(block) && !block.inner.some(inside(block, holds)));
    },
  };
}

/** A function within a `try` block does not throw into it when it is called elsewhere. */
function inside(
  block: { start: number; end: number },
  holds: (range: { start: number; end: number }) => boolean,
): (range: { start: number; end: number }) => boolean {
  return range => range.start >= block.start && range.end <= block.end && holds(range);
}

/** The offsets at which V8 can stop because of a node itself. */
function stopsOf(node: Node): number[] {
  if (STATEMENTS.has(node.type)) return [node.start];
  switch (node.type) {
    case "ExpressionStatement":
      return "directive" in node && typeof node.directive === "string" ? [] : [node.start];
    case "VariableDeclaration":
      return node.declare
        ? []
        : node.declarations
            .filter(each => each.init)
            .map(() => node.start)
            .slice(0, 1);
    case "ExportDefaultDeclaration":
      return [node.start];
    case "ArrowFunctionExpression":
      return [node.body.type === "BlockStatement" ? node.body.end - 1 : node.body.start];
    case "FunctionDeclaration":
    case "FunctionExpression":
      return node.body ? [node.body.end - 1] : [];
    case "CallExpression":
    case "NewExpression":
      return [node.callee.type === "MemberExpression" ? node.callee.property.start : node.start];
    default:
      return [];
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The line and column of an offset, found in the starts of lines. */
function placeAt(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
