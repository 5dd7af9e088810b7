/** What a module imports or passes on by name. */

import { parseSync } from "oxc-parser";

/** The names that JavaScript asks of `specifier`, `default` left out. */
export function importedNames(code: string, specifier: string): string[] {
  const { staticImports, staticExports } = parseSync("module.js", code, { sourceType: "module" }).module;
  const imports = staticImports
    .filter(({ moduleRequest }) => moduleRequest.value === specifier)
    .flatMap(({ entries }) => entries.map(({ importName }) => importName));
  const exports = staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ moduleRequest }) => moduleRequest?.value === specifier)
    .map(({ importName }) => importName);
  return [...imports, ...exports].flatMap(({ kind, name }) =>
    (kind as string) === "Name" && typeof name === "string" && name !== "default" ? [name] : [],
  );
}
