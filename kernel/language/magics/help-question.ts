/** `?name`, `??name`, `name?` or `name??`, and nothing else in the cell; magics can be asked about, too. */

const HELP =
  /^\s*(?:(\?{1,2})\s*(%{0,2}[\p{ID_Continue}$.]+)|(%{0,2}[\p{ID_Continue}$.]+)\s*(\?{1,2}))\s*;?\s*$/u;
const MAX_HELP = 200;

/** What a cell asks about that is a question for help, which is no code; `detail` 1 asks for the source, too. */
export function helpQuestion(code: string): { name: string; detail: 0 | 1 } | undefined {
  const asked = code.length <= MAX_HELP && code.includes("?") ? HELP.exec(code) : null;
  if (!asked) return undefined;
  return { name: asked[2] ?? asked[3] ?? "", detail: (asked[1] ?? asked[4]) === "??" ? 1 : 0 };
}
