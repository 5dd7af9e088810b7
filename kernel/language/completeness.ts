/** Whether code is ready to run, and what is wrong with it, from the parser alone. */

import { type OxcError, parseSync } from "oxc-parser";
import { firstError } from "../source/cell-syntax-error.js";
import { beginsWithBrace, isObjectLiteral, OPEN } from "../cells/rewrite/object-literal.js";
import type { IsCompleteReply } from "../protocol/messages.js";

const INDENT = "  ";

/**
 * Tells complete, incomplete and invalid code apart.
 *
 * Code is incomplete when the parser's complaint is about its end: something is still open there. An empty
 * last line after an open expression that could end does not make code invalid.
 */
export function completeness(code: string): IsCompleteReply {
  const error = syntaxError(code, "ts");
  if (!error || hasJsx(code) || isObjectLiteral(code)) return { status: "complete" };
  if (isAtEnd(code, error) || isOpenObject(code)) return { status: "incomplete", indent: indentAfter(code) };
  return { status: "invalid" };
}

/** Whether code is the beginning of an object, which as a block makes no sense. */
function isOpenObject(code: string): boolean {
  if (!beginsWithBrace(code)) return false;
  const text = OPEN + code;
  const error = syntaxError(text, "ts");
  return error !== undefined && isAtEnd(text, error);
}

/** Whether code can be parsed as TypeScript with JSX, and not without. */
export function hasJsx(code: string): boolean {
  return (
    /<[\w>]/.test(code) && syntaxError(code, "ts") !== undefined && syntaxError(code, "tsx") === undefined
  );
}

function syntaxError(code: string, lang: "ts" | "tsx"): OxcError | undefined {
  return firstError(parseSync(`cell.${lang}`, code, { lang, sourceType: "module" }).errors);
}

function isAtEnd(code: string, error: OxcError): boolean {
  const end = code.trimEnd().length;
  // An arrow without its body is complained about before the arrow, and `?.` for the question mark.
  if (/(?:=>|\?\.)$/.test(code.slice(0, end))) return true;
  if (/^Unterminated (multiline comment|string)/.test(error.message)) {
    // A string in quotes cannot go on in the next line; a template and a comment can.
    const start = error.labels[0]?.start ?? 0;
    return code[start] !== '"' && code[start] !== "'";
  }
  return error.labels.some(label => label.start >= end);
}

/** The last line's indent, one step deeper after an opening bracket. */
function indentAfter(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /([{([]|=>)$/.test(line) ? indent + INDENT : indent;
}
