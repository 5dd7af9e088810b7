/**
 * A host: a package whose kernel this is, as it describes itself in its package.json.
 *
 * Name, version and `exports` are those of any package. What a kernel asks beyond them stands under `jupyterKernel`;
 * all of it may be left out.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

/** What a host says of itself to its kernel. */
export interface HostPackage {
  /** Where its package.json lies. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** Declaration files by what cells import, in the order of `exports`. */
  readonly declarations: Readonly<Record<string, string>>;
  /** Folders of its code, in which nothing is the user's own. */
  readonly code: readonly string[];
  /** Of what cells can import, that whose names are offered for import. */
  readonly offers: readonly string[];
  /** What the kernel is registered with, for whoever has to do it again. */
  readonly register: string | undefined;
  /** Pages for the menu Help of front ends. */
  readonly helpLinks: readonly { readonly text: string; readonly url: string }[];
  /** How files are read that are no code, by extension; `{file}` stands for the file's name. */
  readonly readers: Readonly<Record<string, string>>;
}

/** Thrown when a folder holds no package that could be a host. */
export class HostError extends Error {
  override readonly name = "HostError";
}

interface Manifest {
  name?: unknown;
  version?: unknown;
  exports?: unknown;
  jupyterKernel?: {
    offers?: string[];
    register?: string;
    helpLinks?: { text: string; url: string }[];
    readers?: Record<string, string>;
  };
}

/**
 * Reads what the package in a folder says.
 *
 * @throws HostError when there is none, or it has no name
 */
export function readHost(folder: string): HostPackage {
  const { name, version, exports, jupyterKernel = {} } = manifestIn(folder);
  if (typeof name !== "string" || name === "") {
    throw new HostError(`host: expected a name in ${path.join(folder, "package.json")}, found none`);
  }
  const entries = entriesOf(exports);
  const imported = (subpath: string): string => name + subpath.slice(1);
  const declarations = entries.flatMap(([subpath, target]) => {
    const file = typesOf(target);
    return file === undefined ? [] : [[imported(subpath), path.join(folder, file)] as const];
  });
  const tops = entries.flatMap(([, target]) => /^\.\/([^/]+)\//.exec(typesOf(target) ?? "")?.[1] ?? []);
  const { offers, register, helpLinks = [], readers = {} } = described(jupyterKernel, folder);
  return {
    folder,
    name,
    version: typeof version === "string" ? version : "0.0.0",
    declarations: Object.fromEntries(declarations),
    code: [...new Set(tops)].map(top => path.join(folder, top)),
    offers: offers?.map(imported) ?? declarations.map(([each]) => each),
    register,
    helpLinks,
    readers,
  };
}

const isText = (value: unknown): boolean => typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What each field under `jupyterKernel` must be. */
const FIELDS: Readonly<Record<string, readonly [is: (value: unknown) => boolean, expected: string]>> = {
  offers: [value => Array.isArray(value) && value.every(isText), "a list of subpaths"],
  register: [isText, "a command"],
  helpLinks: [
    value =>
      Array.isArray(value) &&
      value.every(each => isRecord(each) && isText(each["text"]) && isText(each["url"])),
    "a list of { text, url }",
  ],
  readers: [value => isRecord(value) && Object.values(value).every(isText), "sentences by extension"],
};

/** What stands under `jupyterKernel`, if it is what it should be. */
function described(found: unknown, folder: string): NonNullable<Manifest["jupyterKernel"]> {
  const wrong = (field: string, expected: string): HostError =>
    new HostError(`host: ${field} in ${path.join(folder, "package.json")} must be ${expected}`);
  if (!isRecord(found)) throw wrong("jupyterKernel", "an object");
  for (const [field, [is, expected]] of Object.entries(FIELDS)) {
    if (found[field] !== undefined && !is(found[field])) throw wrong(`jupyterKernel.${field}`, expected);
  }
  return found;
}

function manifestIn(folder: string): Manifest {
  const file = path.join(folder, "package.json");
  try {
    const found: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof found === "object" && found !== null) return found;
  } catch (error) {
    throw new HostError(`host: expected a package in ${folder}, ${(error as Error).message}`);
  }
  throw new HostError(`host: expected an object in ${file}, found something else`);
}

/** The subpaths of `exports` that stand for one module each. */
function entriesOf(exports: unknown): [subpath: string, target: unknown][] {
  if (typeof exports === "string") return [[".", exports]];
  if (typeof exports !== "object" || exports === null) return [];
  const entries = Object.entries(exports);
  // Without subpaths, these are conditions of the package itself.
  if (!entries.some(([key]) => key.startsWith("."))) return [[".", exports]];
  return entries.filter(([subpath]) => !subpath.includes("*") && !subpath.endsWith(".json"));
}

/** The declaration file that a target of `exports` names. */
function typesOf(target: unknown): string | undefined {
  if (typeof target === "string") return target.replace(/\.([cm]?)js$/, ".d.$1ts");
  const { types, import: imported, default: otherwise } = (target ?? {}) as Record<string, unknown>;
  return [types, imported, otherwise].map(each => (each ? typesOf(each) : undefined)).find(Boolean);
}
