/** Where a cell imports a module: for errors of loading it, which happen before the cell starts. */

import { parseSync } from "oxc-parser";
import { maskMagics } from "../../cells/mask-magics.js";
import type { Position } from "../../source/cell.js";
import { positionAt } from "../../source/positions.js";

/** The place of the declaration that imports `specifier`, or passes its names on; nothing when the cell has none. */
export function importPlace(source: string, specifier: string): Position | undefined {
  const { staticImports, staticExports } = parseSync("cell.ts", maskMagics(source), {
    sourceType: "module",
  }).module;
  const passedOn = staticExports.flatMap(({ start, entries }) =>
    entries.map(({ moduleRequest }) => ({ start, moduleRequest })),
  );
  const found = [...staticImports, ...passedOn].find(
    ({ moduleRequest }) => moduleRequest?.value === specifier,
  );
  return found && positionAt(source, found.start);
}
