/** Completion of magics' names. */

import { codePoints, utf16Offset } from "../language/positions.js";
import type { CompleteReply } from "../messages.js";
import { MAGICS } from "./known.js";

/** Completes a magic's name at a cursor in code points; nothing when no magic is being typed there. */
export function completeMagic(code: string, cursor: number): CompleteReply | undefined {
  const offset = utf16Offset(code, cursor);
  const typed = /(?:^|\n)(%{1,2}[a-z]*)$/i.exec(code.slice(0, offset))?.[1];
  if (typed === undefined) return undefined;
  const cursor_start = codePoints(code, offset - typed.length);
  // A magic of the whole cell has its place in the first line only.
  const first = code.slice(0, offset - typed.length).trim() === "";
  const found = [...MAGICS.values()].filter(
    ({ name }) =>
      (name.startsWith(typed) || name.startsWith(`%${typed}`)) && (first || !name.startsWith("%%")),
  );
  if (found.length === 0) return undefined;
  const types = found.map(({ name, usage, summary }) => ({
    start: cursor_start,
    end: cursor,
    text: name,
    type: "magic",
    signature: usage,
    documentation: summary,
  }));
  return {
    matches: found.map(({ name }) => name),
    cursor_start,
    cursor_end: cursor,
    metadata: { _jupyter_types_experimental: types },
  };
}
