/**
 * The package that brings a copy of the kernel along, in its `dist/kernel`.
 *
 * Kernelspecs named no hosts while the kernel was a part of such a package. They still start it, and mean that package.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

const BROUGHT = /^(.*)[\\/]dist[\\/]kernel[\\/]main\.js$/;

/** The folder in which the kernel's program would be brought along, by where the program lies; none if it is elsewhere. */
export const bringersFolder = (program: string): string | undefined => BROUGHT.exec(program)?.[1];

/** The folder of the package that brings the kernel's program along; none if the program is in a package of its own. */
export function bringer(program: string): string | undefined {
  const folder = bringersFolder(program);
  if (folder === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return typeof found === "object" && found !== null && "jupyterKernel" in found ? folder : undefined;
  } catch {
    return undefined;
  }
}
