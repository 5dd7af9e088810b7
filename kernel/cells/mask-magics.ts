/** A cell as the language service should see it: magics blanked out, every other character in its place. */

import { blank, findMagics } from "./find-magics.js";
import { MAGICS } from "../magics/index.js";
import { lineOptions } from "./magic-options.js";

/** The cell without its magics and the line that names a program to run it, of the same length; code that a magic is given stays. */
export function maskMagics(cell: string): string {
  return withoutMagics(cell.startsWith("#!") ? `//${cell.slice(2)}` : cell);
}

function withoutMagics(source: string): string {
  const { cell, lines } = findMagics(source);
  if (cell) {
    const { name, start, end } = cell;
    const isCode = MAGICS.get(name)?.magic.runs === "code";
    return blank(source, [{ start, end: isCode ? end : source.length }]);
  }
  const parts = lines.map(({ name, start, end, argsStart, args }) => {
    const magic = MAGICS.get(name)?.magic;
    if (magic?.runs !== "code") return { start, end };
    return { start, end: Math.min(end, argsStart + lineOptions(magic, args).length) };
  });
  return parts.length === 0 ? source : blank(source, parts);
}
