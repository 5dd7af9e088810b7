/**
 * A design space has one colour in all panels of all figures, whichever other spaces are drawn with it, and so has a way
 * to search; what is neither a space that the paper names nor such a way gets the colours that are left.
 */
import { colours, seriesColour, seriesDash } from "./style.js";

/** By the last letters of their names; AnyNetX without a letter is A. */
const fixed: Readonly<Record<string, number>> = { A: 0, B: 5, C: 3, D: 4, E: 2, RegNetX: 1, RegNetY: 6 };

/** Ways to search, by what their names have: a variant, such as evolution without aging, is its strategy. */
const strategies: readonly (readonly [name: RegExp, colour: number])[] = [
  [/^random\b/i, 0],
  [/\b(?:evolution|aging)\b/i, 1],
  [/\blocal[ -]search\b/i, 2],
  [/\breinforce\b/i, 3],
  [/\bsurrogate\b/i, 4],
  // The two blues are those of ways that are seldom compared alone.
  [/\bppo\b/i, 6],
  [/\bsuccessive[ -]halving\b/i, 5],
];

/** `AnyNetXE`, `E`, `E: what it is`, `5 stages, E`: the space at a name's end or before a colon. */
function spaceOf(name: string): string | undefined {
  const last = name.split(":", 1)[0].split(", ").at(-1)!.trim();
  const [, letter] = /^(?:AnyNetX)?([A-E])$/.exec(last) ?? [];
  if (letter) return letter;
  if (last === "AnyNetX") return "A";
  if (last === "RegNet") return "RegNetX";
  return last === "RegNetX" || last === "RegNetY" ? last : undefined;
}

/** The number of the colour that a name has everywhere. */
function fixedColour(name: string): number | undefined {
  const space = spaceOf(name);
  return space ? fixed[space] : strategies.find(([kind]) => kind.test(name))?.[1];
}

/**
 * A colour for each name, in the order given; names of one space, or of one way to search, share theirs.
 *
 * @param names as the panel shows them, before markup
 */
export function spaceColours(names: readonly string[]): string[] {
  const known = names.map(fixedColour);
  const taken = new Set(known);
  // Without a known name the colours are those of any series; where all are taken, they begin again.
  const free = colours.flatMap((_, i) => (taken.has(i) ? [] : [i]));
  let others = 0;
  return known.map(colour => {
    if (colour !== undefined) return colours[colour];
    const i = others++;
    return seriesColour(free.length > 0 ? free[i % free.length] : i);
  });
}

/** A line for each name: its colour, and a dash where an earlier name has the same colour. */
export function seriesLines(
  names: readonly string[],
): { color: string; dash: ReturnType<typeof seriesDash> }[] {
  const given = spaceColours(names);
  return given.map((color, i) => {
    const before = given.slice(0, i).filter(each => each === color).length;
    return { color, dash: seriesDash(before * colours.length) };
  });
}
