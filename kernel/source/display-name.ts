/** How the user knows a file. */

import path from "node:path";

/** Files below the working folder are shown relative to it. */
export function displayName(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
