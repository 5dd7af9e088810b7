/** Positions in text: Jupyter counts Unicode code points, JavaScript and language servers UTF-16 units. */

/** A place as language servers count: lines and UTF-16 units, both from 0. */
export interface LspPosition {
  line: number;
  character: number;
}

/** The UTF-16 offset of the code point number `count`; past the end it is the end. */
export function utf16Offset(text: string, count: number): number {
  let offset = 0;
  for (let i = 0; i < count && offset < text.length; i++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** How many code points precede a UTF-16 offset. */
export function codePoints(text: string, offset: number): number {
  let count = 0;
  for (let i = 0; i < offset; count++) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/** Line and character of an offset. */
export function lspPosition(text: string, offset: number): LspPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length - 1, character: offset - lineStart };
}

/** The offset of line and character. */
export function lspOffset(text: string, { line, character }: LspPosition): number {
  let start = 0;
  for (let i = 0; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start + character;
}
