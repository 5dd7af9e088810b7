/** The names a module exports, read off its declaration file and those it passes on. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parseSync } from "oxc-parser";

/** Of a package that passes on more files than this, the rest is left out: its names come by the thousand. */
const MAX_FILES = 400;

interface PackageJson {
  types?: unknown;
  typings?: unknown;
  main?: unknown;
  exports?: unknown;
}

/** The exports of a declaration file, types included and `default` as that. */
export function exportedNames(file: string): Set<string> {
  const names = new Set<string>();
  const seen = new Set([file]);
  const files = [file];
  // Not recursive: files that pass on each other are read once.
  for (let next = files.pop(); next !== undefined && seen.size <= MAX_FILES; next = files.pop()) {
    for (const from of readExports(next, next === file, names)) {
      if (seen.has(from)) continue;
      seen.add(from);
      files.push(from);
    }
  }
  return names;
}

/** Adds the names that a file itself exports; @returns the files all of whose names it passes on */
function readExports(file: string, first: boolean, names: Set<string>): string[] {
  const passedOn: string[] = [];
  const { staticExports } = parseSync(file, readFileSync(file, "utf8")).module;
  for (const { importName, exportName, moduleRequest } of staticExports.flatMap(({ entries }) => entries)) {
    const exported: string = exportName.kind;
    const imported: string = importName.kind;
    if (exported === "Name" && exportName.name) names.add(exportName.name);
    // `export *` leaves the default out.
    else if (exported === "Default" && first) names.add("default");
    else if (imported === "AllButDefault" && moduleRequest) {
      const from = declarationFile(file, moduleRequest.value);
      if (from !== undefined) passedOn.push(from);
    }
  }
  return passedOn;
}

/** The declaration file of what `file` calls `specifier`; nothing when it has none. */
function declarationFile(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return packageDeclarations(specifier, path.dirname(file));
  return declarationsOf(path.resolve(path.dirname(file), specifier));
}

/** The declaration file of an installed package as seen from a folder; nothing when it has none. */
export function packageDeclarations(name: string, folder: string): string | undefined {
  for (const each of [name, `@types/${name.replace(/^@(.+)\/(.+)$/, "$1__$2")}`]) {
    const root = packageFolder(each, folder);
    if (root === undefined) continue;
    const { types, typings, main, exports } = JSON.parse(
      readFileSync(path.join(root, "package.json"), "utf8"),
    ) as PackageJson;
    const entries = [exportedTypes(exports), types, typings, main, "index.js"];
    for (const entry of entries) {
      const found = typeof entry === "string" ? declarationsOf(path.resolve(root, entry)) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Where a package is installed, as seen from a folder; nothing when it is not. */
export function packageFolder(name: string, folder: string): string | undefined {
  const places = createRequire(path.join(folder, "file.cjs")).resolve.paths(name) ?? [];
  return places
    .map(place => path.join(place, name))
    .find(root => existsSync(path.join(root, "package.json")));
}

/** What the `exports` of a package.json say of its main entry, as an importing module sees it. */
function exportedTypes(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const conditions = exports as Record<string, unknown>;
  for (const condition of [".", "types", "import", "node", "default", "require"]) {
    const found = exportedTypes(conditions[condition]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The declarations beside a source file, or of a folder's index. */
function declarationsOf(file: string): string | undefined {
  const candidates = [
    ...(/\.d\.[cm]?ts$/.test(file) ? [file] : []),
    file.replace(/\.([cm]?)js$/, ".d.$1ts"),
    `${file}.d.ts`,
    path.join(file, "index.d.ts"),
  ];
  return candidates.find(each => /\.d\.[cm]?ts$/.test(each) && isFile(each));
}

function isFile(file: string): boolean {
  // statSync fails when a part of the path is a file.
  return existsSync(file) && statSync(file).isFile();
}
