/**
 * Words of a figure that have to fit into a place: how wide they are, and where they are broken or cut off.
 *
 * Estimated rather than measured, as live figures are drawn in fonts that are unknown here; Open Sans is as wide as the
 * widest of those that replace it.
 */

/** Widths of Open Sans' characters, in shares of the font's size; of all others, letters and digits mostly, the last. */
const widths: readonly (readonly [characters: RegExp, width: number])[] = [
  [/[ ,.;:!'`iIjlJ|()[\]-]/, 0.29],
  [/[frt/\\{}*"_?]/, 0.42],
  [/[mMW@%]/, 0.91],
  [/[A-Zw&₀-₉]/, 0.68],
  // Signs of mathematics and arrows, which Open Sans has not: DejaVu's.
  [/[\u2190-\u21FF\u2200-\u2211\u2213-\u2219\u221B-\u22FF]/, 0.84],
  [/[\u2E80-\u9FFF\uAC00-\uFFEF]/, 1],
  [/(?:)/, 0.57],
];

const characterWidth = (character: string): number => widths.find(([kind]) => kind.test(character))![1];

/** A piece of markup that is not broken: a character, an entity, a tag. */
interface Piece {
  readonly markup: string;
  /** In shares of the font's size; tags have none. */
  readonly width: number;
}

const piecesOf = (markup: string): Piece[] =>
  (markup.match(/<[^>]*>|&(?:\w+|#\d+);|[^]/gu) ?? []).map(piece => {
    if (/^<.+>$/s.test(piece)) return { markup: piece, width: 0 };
    return { markup: piece, width: piece.startsWith("&") && piece.length > 1 ? 0.6 : characterWidth(piece) };
  });

const sum = (pieces: readonly Piece[]): number => pieces.reduce((total, { width }) => total + width, 0);

const LINE = "<br>";

/** The width of a text in Plotly's markup, of its widest line. @param size of the font, pixels */
export const textWidth = (markup: string, size: number): number =>
  markup
    .split(LINE)
    .map(line => size * sum(piecesOf(line)))
    .reduce((widest, width) => Math.max(widest, width), 0);

/** How many lines a text has. */
export const linesOf = (markup: string): number => markup.split(LINE).length;

/**
 * A text in Plotly's markup, broken into lines of about one width between words where it is wider than its place, within
 * words where these are; what the lines cannot hold is cut off, with three dots for it. `n = 64`, `95 %` and the like stay
 * together.
 *
 * @param width of the place, pixels
 * @param size of the font, pixels
 * @param most lines
 */
export function fitText(markup: string, width: number, size: number, most: number): string {
  const room = Math.max(width / size, 2);
  if (textWidth(markup, size) <= width && linesOf(markup) <= most) return markup;
  const lines = markup.split(LINE).flatMap(given => evenly(wordsOf(piecesOf(given), room), room));
  const kept = lines.slice(0, most);
  if (kept.length < lines.length) kept[most - 1] = cutOff(kept[most - 1], room);
  return closed(
    kept
      .map(line =>
        line
          .map(piece => piece.markup)
          .join("")
          .trim(),
      )
      .join(LINE),
  );
}

/** Words in lines that are no wider than a room, in shares of the font's size. */
function broken(words: readonly (readonly Piece[])[], room: number): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const word of words) {
    if (lines.at(-1)!.length > 0 && sum(lines.at(-1)!) + sum(trimmed(word)) > room) lines.push([]);
    for (const piece of word) {
      const line = lines.at(-1)!;
      const isSpace = /^\s$/.test(piece.markup);
      if (!isSpace && sum(line) + piece.width > room && line.length > 0) lines.push([piece]);
      else line.push(piece);
    }
  }
  return lines;
}

/** As few lines as the room takes, the widest of them as narrow as it can be: no word is left alone on the last. */
function evenly(words: readonly (readonly Piece[])[], room: number): Piece[][] {
  const lines = broken(words, room);
  if (lines.length === 1) return lines;
  const widest = words.reduce((most, word) => Math.max(most, sum(trimmed(word))), 0);
  let even = lines;
  for (let narrower = room - STEP; narrower >= widest; narrower -= STEP) {
    const found = broken(words, narrower);
    if (found.length > lines.length) break;
    even = found;
  }
  return even;
}

/** By how much lines are made narrower at a time, in shares of the font's size. */
const STEP = 0.5;

const trimmed = (word: readonly Piece[]): readonly Piece[] =>
  /^\s$/.test(word.at(-1)?.markup ?? "") ? word.slice(0, -1) : word;

/** Between what stays together: a sign and its numbers, a number and its unit. */
const SIGN = /^[=±×≤≥<>≈+−]$/;
const UNIT = /^(?:%|MF|GF|M|G|k|ms|s|px|pixels|epochs|points)(?![\p{L}\d])/u;

/** Words with the space after them; what stays together is one, unless it is wider than the room. */
function wordsOf(pieces: readonly Piece[], room: number): Piece[][] {
  const words: Piece[][] = [[]];
  for (const piece of pieces) {
    words.at(-1)!.push(piece);
    if (/^\s$/.test(piece.markup)) words.push([]);
  }
  const said = (word: readonly Piece[]) =>
    word
      .map(({ markup, width }) => (width > 0 ? markup : ""))
      .join("")
      .trim();
  return words.reduce<Piece[][]>((joined, word) => {
    const before = joined.at(-1);
    if (!before) return [word];
    const [left, right] = [said(before).split(/\s/).at(-1)!, said(word)];
    const stays = SIGN.test(left) || SIGN.test(right) || (/\d$/.test(left) && UNIT.test(right));
    if (!stays || sum(before) + sum(word) > room) return [...joined, word];
    return [...joined.slice(0, -1), [...before, ...word]];
  }, []);
}

function cutOff(line: readonly Piece[], room: number): Piece[] {
  const dots = { markup: "…", width: 0.8 };
  let end = line.length;
  while (end > 0 && sum(line.slice(0, end)) + dots.width > room) end--;
  return [...line.slice(0, end), dots];
}

/** Tags that were opened before the end are closed. */
function closed(markup: string): string {
  const open: string[] = [];
  for (const [, slash, name] of markup.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash) open.pop();
    else if (name !== "br") open.push(name);
  }
  return (
    markup +
    open
      .toReversed()
      .map(name => `</${name}>`)
      .join("")
  );
}
