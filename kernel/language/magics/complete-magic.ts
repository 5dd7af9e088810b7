/** Completion of magics' names, and of the words that may follow them. */

import { codePoints, utf16Offset } from "../positions.js";
import type { CompleteReply } from "../../protocol/messages.js";
import { findMagics } from "../../cells/find-magics.js";
import { MAGICS, type WrittenMagic } from "../../magics/index.js";

/**
 * Completes a magic's name or arguments at a cursor in code points; nothing where TypeScript is being typed. Behind a
 * magic that takes none of a few words there is nothing to complete, which is an answer, too.
 */
export function completeMagic(code: string, cursor: number): CompleteReply | undefined {
  const offset = utf16Offset(code, cursor);
  const before = code.slice(0, offset);
  const typed = /(?:^|\n)(%{1,2}[a-z]*)$/i.exec(before)?.[1];
  if (typed === undefined) return completeWord(code, offset);
  // A magic of the whole cell has its place in the first line only.
  const first = code.slice(0, offset - typed.length).trim() === "";
  const found = [...MAGICS.values()].filter(
    ({ name }) =>
      (name.startsWith(typed) || name.startsWith(`%${typed}`)) && (first || !name.startsWith("%%")),
  );
  if (found.length === 0) return undefined;
  return reply(
    code,
    offset,
    typed,
    found.map(magic => ({ text: magic.name, magic })),
  );
}

/** The word that is being typed behind a magic's name. */
function completeWord(code: string, offset: number): CompleteReply | undefined {
  const { cell, lines } = findMagics(code);
  const inLine = [...(cell ? [cell] : []), ...lines].find(
    ({ start, end }) => start < offset && offset <= end,
  );
  const magic = inLine && MAGICS.get(inLine.name);
  if (!inLine || !magic || offset < inLine.argsStart) return undefined;
  const [typed = ""] = /\S*$/.exec(code.slice(inLine.argsStart, offset)) ?? [];
  const isFirst = code.slice(inLine.argsStart, offset - typed.length).trim() === "";
  const { runs, words: known = [] } = magic.magic;
  // Code follows the options, whose dash may as well be a minus.
  if (runs === "code" && !(isFirst && typed === "-" && known.length > 0)) return undefined;
  const words = isFirst ? known.filter(word => word.startsWith(typed)) : [];
  return reply(
    code,
    offset,
    typed,
    words.map(text => ({ text, magic })),
  );
}

function reply(
  code: string,
  offset: number,
  typed: string,
  found: readonly { text: string; magic: WrittenMagic }[],
): CompleteReply {
  const start = codePoints(code, offset - typed.length);
  const end = codePoints(code, offset);
  const types = found.map(({ text, magic: { usage, summary } }) => ({
    start,
    end,
    text,
    type: "magic",
    signature: usage,
    documentation: summary,
  }));
  return {
    matches: found.map(({ text }) => text),
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: types },
  };
}
