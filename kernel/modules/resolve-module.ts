/**
 * What a specifier means to code in a folder: a file, by one rule for cells, for local files and for
 * `import.meta.resolve`.
 *
 * Paths, `paths` of tsconfig.json and what packages have in place of a build are found as TypeScript finds them,
 * packages as Node's loader finds them; where these have no `exports`, an extension may be missing, as the type
 * checker allows.
 */

import { createRequire, findPackageJSON, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { userPackagesFolder } from "./packages-folder.js";
import { hostOf, isBrought, ownModule } from "./brought.js";
import { readJson } from "./read-json.js";
import { isLocal, isTypeScript, resolveLocal, resolvePath } from "./resolve-local.js";
import { aliased, readableTsconfigOf } from "./tsconfig.js";

/** A file that was found. */
export interface Located {
  readonly file: string;
  /** Whether it is the user's own, loaded anew when edited, rather than a package's, which Node's loader keeps. */
  readonly own: boolean;
}

/** What Node's own `import` goes by. */
const CONDITIONS = new Set(["node", "import", "module-sync", "node-addons"]);

const WITH_TYPES = new Set([...CONDITIONS, "types"]);

/**
 * Finds what `specifier` means in `folder`.
 *
 * @returns nothing for built-ins, URLs, and what is not there
 * @throws FileSyntaxError when a package.json that matters is no JSON
 */
export function resolveModule(specifier: string, folder: string): Located | undefined {
  if (isLocal(specifier)) return located(resolveLocal(specifier, folder));
  if (specifier === "" || isUrl(specifier)) return undefined;
  const config = readableTsconfigOf(folder);
  const alias = config && aliased(specifier, config);
  if (alias !== undefined) return located(alias);
  if (isBuiltin(specifier)) return undefined;
  if (specifier.startsWith("#")) return located(installed(specifier, folder));
  const file =
    installed(specifier, folder) ?? brought(specifier) ?? installed(specifier, userPackagesFolder());
  // A linked package is a package, unless it has to be compiled.
  return file === undefined ? undefined : { file, own: isTypeScript(file) };
}

/** Whether a specifier is a URL, `node:` and `data:` among them. */
export function isUrl(specifier: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(specifier);
}

/** Whether there is a package that a specifier names, be it without the file that it asks for. */
export function isInstalled(specifier: string, folder: string): boolean {
  return [folder, userPackagesFolder()].some(each => manifestOf(specifier, each) !== undefined);
}

function located(file: string | undefined): Located | undefined {
  if (file === undefined) return undefined;
  // What Node alone can load stays as it is.
  return { file, own: isTypeScript(file) || !/[\\/]node_modules[\\/]|\.node$/.test(file) };
}

/** What the kernel has, where the folder has none of its own. */
function brought(specifier: string): string | undefined {
  const host = hostOf(specifier);
  return host ? installed(specifier, host.folder) : ownModule(specifier);
}

function installed(specifier: string, folder: string): string | undefined {
  const failed: { said?: Error } = {};
  const file =
    resolved(specifier, folder, CONDITIONS, failed) ?? substitute(failed.said) ?? source(specifier, folder);
  if (file === undefined) requireValid(failed.said, specifier);
  return file;
}

/** `require.resolve` with the conditions of `import`: Node's rules for `exports`, and extensions where there are none. */
function resolved(
  specifier: string,
  folder: string,
  conditions: ReadonlySet<string>,
  failed: { said?: Error } = {},
): string | undefined {
  const { resolve } = createRequire(path.join(folder, "notebook.cjs"));
  try {
    // The types do not know of the conditions.
    const file = resolve(specifier, { conditions } as object);
    return path.isAbsolute(file) ? file : undefined;
  } catch (error) {
    failed.said = error as Error;
    return undefined;
  }
}

/** What TypeScript lets a package.json name by what it will be compiled to. */
function substitute(said: Error | undefined): string | undefined {
  const missing = /^Cannot find module '(\/[^']*|[A-Za-z]:\\[^']*)'/.exec(said?.message ?? "")?.[1];
  const file = missing === undefined ? undefined : resolvePath(missing);
  return file !== undefined && isTypeScript(file) ? file : undefined;
}

/** The TypeScript of a package that was not built, which its entry for types may name. */
function source(specifier: string, folder: string): string | undefined {
  if (specifier.startsWith("#")) return undefined;
  const manifest = manifestOf(specifier, folder);
  if (manifest === undefined) return undefined;
  const { exports, types, typings, main } = readJson(manifest) as Record<string, unknown>;
  if (exports !== undefined && exports !== null) {
    const failed: { said?: Error } = {};
    const file = resolved(specifier, folder, WITH_TYPES, failed) ?? substitute(failed.said);
    return file !== undefined && isTypeScript(file) ? file : undefined;
  }
  const within = specifier
    .split("/")
    .slice(specifier.startsWith("@") ? 2 : 1)
    .join("/");
  const entries = within === "" ? [types, typings, main, "index"] : [within];
  return entries
    .map(entry =>
      typeof entry === "string" ? resolvePath(path.resolve(path.dirname(manifest), entry)) : undefined,
    )
    .find(file => file !== undefined && isTypeScript(file));
}

/** The declarations that a package names for a specifier; nothing where it has none. */
export function declarationsOf(specifier: string, folder: string): string | undefined {
  const file = resolved(specifier, folder, WITH_TYPES);
  return file !== undefined && /\.d\.[cm]?ts$/.test(file) ? file : undefined;
}

function manifestOf(specifier: string, folder: string): string | undefined {
  try {
    return findPackageJSON(specifier, pathToFileURL(path.join(folder, "notebook.mjs")));
  } catch {
    return undefined;
  }
}

/** @throws FileSyntaxError when the search ended at a package.json that is none, of which Node says little */
function requireValid(said: Error | undefined, specifier: string): void {
  if ((said as { code?: string } | undefined)?.code !== "ERR_INVALID_PACKAGE_CONFIG") return;
  // What the kernel brings needs nobody's package.json.
  if (isBrought(specifier)) return;
  const file = /Invalid package config (.*?package\.json)/.exec(said?.message ?? "")?.[1];
  if (file !== undefined) readJson(file);
}
