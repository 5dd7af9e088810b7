/**
 * Completion in a text that a call is given: `population.column("`, `sweep({ space: "`. Which names fit is known to the
 * value that is called, by `[Symbol.for("Jupyter.completions")]`, and not to its type.
 */

import type { CompleteReply } from "../protocol/messages.js";
import { completeReply } from "./completion.js";

/** The symbol under which a function, or an object of its methods, says which texts it takes. */
const COMPLETIONS = "Jupyter.completions";

/** A text that is being typed as a call's argument, or in a field of one. */
export interface TypedText {
  /** What is called: names joined by dots. */
  callee: string;
  /** The field, where the text is in an object literal. */
  field?: string;
  /** Where the text begins, and what of it stands before the cursor. */
  start: number;
  typed: string;
  quote: string;
}

/** Calls are looked for no further back. */
const FAR = 2000;
const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const CALLEE =
  /(?<![\p{ID_Continue}$.)\]])[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;

/** The language server's number for a value. */
const VALUE = 12;

/**
 * Completes the text that a cursor is in by the names that the value knows which is called with it.
 *
 * @param lookUp what an expression shows itself as, in one form
 */
export async function completeText(
  code: string,
  offset: number,
  lookUp: (expression: string, form: string) => Promise<unknown>,
): Promise<CompleteReply | undefined> {
  const text = typedText(code, offset);
  return text && namesReply(code, offset, text, await lookUp(namesExpression(text), "application/json"));
}

/** The text that a cursor is in, when it is one that a call of a name is given. */
export function typedText(code: string, offset: number): TypedText | undefined {
  const [, quote, typed] = /(["'])([^"'`\n\\]*)$/.exec(code.slice(0, offset)) ?? [];
  if (quote === undefined || typed === undefined) return undefined;
  const start = offset - typed.length;
  const before = code.slice(Math.max(0, start - 1 - FAR), start - 1);
  const opened = openedBefore(before);
  if (!opened) return undefined;
  const callee = CALLEE.exec(before.slice(0, opened.call).trimEnd())?.[0];
  if (callee === undefined) return undefined;
  return { callee, start, typed, quote, ...(opened.field !== undefined && { field: opened.field }) };
}

/** The bracket of the call that a place is in, through lists and one object. */
function openedBefore(before: string): { call: number; field?: string } | undefined {
  const closed: string[] = [];
  let field: string | undefined;
  let end = before.length;
  for (let at = before.length - 1; at >= 0; at--) {
    const character = before.charAt(at);
    if (/["'`]/.test(character)) {
      // A text before this one: brackets in it open nothing.
      const from = before.lastIndexOf(character, at - 1);
      if (from < 0) return undefined;
      at = from;
      continue;
    }
    if (character in OPENING) closed.push(OPENING[character] ?? "");
    if (!/[([{]/.test(character)) continue;
    if (closed.length > 0) {
      if (closed.pop() !== character) return undefined;
      continue;
    }
    if (character === "(") return { call: at, ...(field !== undefined && { field }) };
    if (character === "{") {
      if (field !== undefined) return undefined;
      field = /(?:^|[{,\s])([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*:\s*$/u.exec(before.slice(at, end))?.[1];
      if (field === undefined) return undefined;
    }
    // In a list, the field is the list's.
    end = at;
  }
  return undefined;
}

/** An expression for the evaluator, whose value shows itself as the list of names. It calls nothing but what says them. */
function namesExpression({ callee, field }: TypedText): string {
  const dot = callee.lastIndexOf(".");
  const [of, method] = dot < 0 ? ["undefined", ""] : [callee.slice(0, dot), callee.slice(dot + 1)];
  const asked = JSON.stringify({ ...(method && { method }), ...(field !== undefined && { field }) });
  return `((own, of, asked) => {
    const key = Symbol.for("${COMPLETIONS}");
    const names = own?.[key]?.(asked) ?? of?.[key]?.(asked) ?? [];
    return { [Symbol.for("Jupyter.display")]: () => ({ "application/json": [...names].map(String) }) };
  })(${callee}, ${of}, ${asked})`;
}

/** The reply, when any of the names fits what was typed. */
function namesReply(
  code: string,
  offset: number,
  { start, typed, quote }: TypedText,
  names: unknown,
): CompleteReply | undefined {
  if (!Array.isArray(names)) return undefined;
  const texts = names.filter(
    (name): name is string => typeof name === "string" && !name.includes(quote) && !/[\n\\]/.test(name),
  );
  const fits = texts.filter(name => name.toLowerCase().startsWith(typed.toLowerCase()));
  if (fits.length === 0) return undefined;
  return completeReply(code, { start, end: offset, items: fits.map(label => ({ label, kind: VALUE })) });
}
