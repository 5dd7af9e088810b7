/**
 * A cell that is one object, `{ a: 1 }`, which by the letter is a block with a label. As in the REPLs of Node and Deno,
 * it is taken for the object whenever it can be one; a semicolon behind it makes it a block.
 */

import { MagicString } from "magic-string";
import { parseSync } from "oxc-parser";
import { firstError } from "../../source/cell-syntax-error.js";

/** White space and comments at the beginning, and the line that names a program. */
const GAP = /^(?:#![^\n]*(?:\n|$))?(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** What stands around the object to make it an expression; the second in a line of its own. */
export const OPEN = "(";
export const CLOSE = "\n)";

/** Whether code begins like an object, or a block. */
export function beginsWithBrace(code: string): boolean {
  return code[gap(code)] === "{";
}

/** Whether a cell is an object, or an expression that begins with one and nothing else. */
export function isObjectLiteral(code: string): boolean {
  const start = gap(code);
  if (code[start] !== "{") return false;
  const text = code.slice(0, start) + OPEN + code.slice(start) + CLOSE;
  return ["ts", "tsx"].some(lang => {
    const { program, errors } = parseSync(`cell.${lang}`, text, { sourceType: "module" });
    const [statement, more] = program.body;
    if (firstError(errors) || more || statement?.type !== "ExpressionStatement") return false;
    const { expression } = statement;
    // Nothing in the cell may have closed the bracket.
    if (expression.type !== "ParenthesizedExpression" || expression.start !== start) return false;
    if (expression.end !== text.length) return false;
    return expression.expression.type === "ObjectExpression" || !isBlock(code, lang);
  });
}

/** The cell as an expression, and the way back; nothing when it is no object. */
export function objectLiteral(code: string): { code: string; map: string } | undefined {
  if (!isObjectLiteral(code)) return undefined;
  const text = new MagicString(code).appendRight(gap(code), OPEN).append(CLOSE);
  return { code: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() };
}

function gap(code: string): number {
  return GAP.exec(code)?.[0].length ?? 0;
}

function isBlock(code: string, lang: string): boolean {
  return !firstError(parseSync(`cell.${lang}`, code, { sourceType: "module" }).errors);
}
