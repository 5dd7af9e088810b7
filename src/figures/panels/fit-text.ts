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

/** Characters that Open Sans has none of, such as subscripts: a text with one is set in DejaVu, which is wider. */
const FOREIGN = /[^ -\u024F\u0370-\u052F\u2010-\u2030\u2212\u221A\u221E\u2248\u2260\u2264\u2265]/u;
const WIDER = 1.15;
const stretch = (markup: string): number => (FOREIGN.test(markup) ? WIDER : 1);

const LINE = "<br>";

/** The width of a text in Plotly's markup, of its widest line. @param size of the font, pixels */
export const textWidth = (markup: string, size: number): number =>
  markup
    .split(LINE)
    .map(line => size * stretch(markup) * sum(piecesOf(line)))
    .reduce((widest, width) => Math.max(widest, width), 0);

/** How many lines a text has. */
export const linesOf = (markup: string): number => markup.split(LINE).length;

/**
 * A text in Plotly's markup, broken into lines between words where they are wider than their place, within words where
 * these are; what the lines cannot hold is cut off, with three dots for it.
 *
 * @param width of the place, pixels
 * @param size of the font, pixels
 * @param most lines
 */
export function fitText(markup: string, width: number, size: number, most: number): string {
  const room = Math.max(width / (size * stretch(markup)), 2);
  if (textWidth(markup, size) <= width && linesOf(markup) <= most) return markup;
  const lines: Piece[][] = [];
  for (const given of markup.split(LINE)) {
    let line: Piece[] = [];
    for (const word of wordsOf(piecesOf(given))) {
      if (line.length > 0 && sum(line) + sum(word) > room) {
        lines.push(line);
        line = [];
      }
      for (const piece of word) {
        if (sum(line) + piece.width > room && line.length > 0) {
          lines.push(line);
          line = [];
        }
        line.push(piece);
      }
    }
    lines.push(line);
  }
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

/** Words with the space after them. */
function wordsOf(pieces: readonly Piece[]): Piece[][] {
  const words: Piece[][] = [[]];
  for (const piece of pieces) {
    words.at(-1)!.push(piece);
    if (/^\s$/.test(piece.markup)) words.push([]);
  }
  return words;
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
