/** Where this package lies, and which version it is. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, "package.json"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("packageRoot: expected a package.json above this file, found none");
  return findRoot(parent);
}

/** The folder of this package's package.json. */
export const packageRoot = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** This package's version. */
export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
