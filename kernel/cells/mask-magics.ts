/** A cell as the language service should see it: magics blanked out, every other character in its place. */

import { blank, findMagics } from "./find-magics.js";
import { TIMING, timingOptions } from "./timing-options.js";

/** The cell without its magics and the line that names a program to run it, of the same length; code behind `%time` stays. */
export function maskMagics(cell: string): string {
  return withoutMagics(cell.startsWith("#!") ? `//${cell.slice(2)}` : cell);
}

function withoutMagics(source: string): string {
  const { cell, lines } = findMagics(source);
  if (cell) {
    const { name, start, end } = cell;
    return blank(source, [{ start, end: TIMING.has(name) ? end : source.length }]);
  }
  const parts = lines.map(({ name, start, end, argsStart, args }) => {
    if (!TIMING.has(name)) return { start, end };
    return { start, end: Math.min(end, argsStart + timingOptions(name, args).length) };
  });
  return parts.length === 0 ? source : blank(source, parts);
}
