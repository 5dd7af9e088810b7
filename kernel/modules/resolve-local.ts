/** The file that a path in an import means, found as TypeScript finds it. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** In the order of preference. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
/** What TypeScript lets one write for a file, and what the file may be called. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};
const DECLARATIONS = /\.d\.(?:[^./\\]+\.)?[cm]?ts$/;

/** Whether a specifier names a file rather than a package. */
export function isLocal(specifier: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier);
}

/** Whether a file is written in what only a compiler makes JavaScript of. */
export function isTypeScript(file: string): boolean {
  return /\.(?:[cm]?ts|[jt]sx)$/.test(file) && !DECLARATIONS.test(file);
}

/** The file a specifier means, with links followed; nothing when there is none, or declarations alone. */
export function resolveLocal(specifier: string, folder: string): string | undefined {
  const plain = specifier.replace(/[?#].*$/s, "");
  if (plain.startsWith("file:")) return resolvePath(fileURLToPath(plain));
  const found = resolvePath(path.resolve(folder, plain), /(?:^|\/)\.{0,2}$/.test(plain));
  // A specifier is a URL, in which some characters may be written by their codes.
  return found ?? (plain.includes("%") ? resolvePath(path.resolve(folder, decoded(plain))) : undefined);
}

/** The file a path means whose extension may be missing. @param isFolder whether it can only be a folder */
export function resolvePath(base: string, isFolder = false): string | undefined {
  const found = isFolder ? indexOf(base) : (fileOf(base) ?? indexOf(base));
  return found === undefined ? undefined : realpathSync(found);
}

function fileOf(base: string): string | undefined {
  const extension = path.extname(base);
  const stem = base.slice(0, base.length - extension.length);
  return [
    base,
    ...(WRITTEN[extension] ?? []).map(other => stem + other),
    ...EXTENSIONS.map(other => base + other),
  ].find(isCode);
}

/** What a folder stands for: the main file of its package.json, or its index. */
function indexOf(folder: string): string | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const main = mainOf(folder);
  const found = main === undefined ? undefined : fileOf(path.resolve(folder, main));
  return found ?? EXTENSIONS.map(extension => path.join(folder, `index${extension}`)).find(isCode);
}

function mainOf(folder: string): string | undefined {
  try {
    const { main } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      main?: unknown;
    };
    return typeof main === "string" ? main : undefined;
  } catch {
    // There is none as a rule, and a folder with one that cannot be read still has its index.
    return undefined;
  }
}

function isCode(file: string): boolean {
  return !DECLARATIONS.test(file) && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function decoded(specifier: string): string {
  try {
    return decodeURIComponent(specifier);
  } catch {
    return specifier;
  }
}
