/**
 * A design space has one colour in all panels of all figures, whichever other spaces are drawn with it; what is no space
 * that the paper names gets the colours that are left.
 */
import { colours, seriesColour } from "./style.js";

/** By the last letters of their names; AnyNetX without a letter is A. */
const fixed: Readonly<Record<string, number>> = { A: 0, B: 5, C: 3, D: 4, E: 2, RegNetX: 1, RegNetY: 6 };

/** `AnyNetXE`, `E`, `E: what it is`, `5 stages, E`: the space at a name's end or before a colon. */
function spaceOf(name: string): string | undefined {
  const last = name.split(":", 1)[0].split(", ").at(-1)!.trim();
  const [, letter] = /^(?:AnyNetX)?([A-E])$/.exec(last) ?? [];
  if (letter) return letter;
  if (last === "AnyNetX") return "A";
  if (last === "RegNet") return "RegNetX";
  return last === "RegNetX" || last === "RegNetY" ? last : undefined;
}

/**
 * A colour for each name, in the order given; names of one space share theirs.
 *
 * @param names as the panel shows them, before markup
 */
export function spaceColours(names: readonly string[]): string[] {
  const spaces = names.map(spaceOf);
  const taken = new Set(spaces.flatMap(space => (space ? fixed[space] : [])));
  // Without a known space the colours are those of any series; where all are taken, they begin again.
  const free = colours.flatMap((_, i) => (taken.has(i) ? [] : [i]));
  let others = 0;
  return spaces.map(space => {
    if (space) return colours[fixed[space]];
    const i = others++;
    return seriesColour(free.length > 0 ? free[i % free.length] : i);
  });
}
