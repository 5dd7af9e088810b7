/** Whether code that is to be stopped had better be left to the flag that its loops read. */

import { type Node, parseSync } from "oxc-parser";
import type { Position, Source } from "../../source/cell.js";
import { offsetAt } from "../../source/positions.js";
import type { Frame } from "../errors/stack.js";
import { isLoop, walk } from "../../cells/rewrite/walk.js";

/**
 * Whether cells or local files among the functions that run stand in a loop, which sees the flag in its next turn, and
 * in a `try`, which only an exception gets to clean up. Looked at once a Stop, of code that one native call has kept.
 */
export function endsByItsLoop(frames: readonly Frame[]): boolean {
  let inLoop = false;
  let inTry = false;
  for (const { cell, position } of frames) {
    if (!cell || !position) continue;
    for (const node of around(cell, position)) {
      inLoop ||= isLoop(node);
      inTry ||= node.type === "TryStatement" || isUsing(node);
    }
    if (inLoop && inTry) return true;
  }
  return false;
}

/** The nodes of the user's text around a place; none of a text that no parser takes as it stands, such as magics. */
function around(source: Source, place: Position): Node[] {
  const offset = offsetAt(source.source, place);
  const found: Node[] = [];
  const { program } = parseSync("cell.tsx", source.source, { sourceType: "module" });
  walk(program, {
    enter: node => {
      if (node.start <= offset && offset < node.end) found.push(node);
    },
  });
  return found;
}

/** Whether a block or body declares what is disposed of at its end. */
function isUsing(node: Node): boolean {
  return (
    node.type === "BlockStatement" &&
    node.body.some(
      each => each.type === "VariableDeclaration" && (each.kind === "using" || each.kind === "await using"),
    )
  );
}
