/**
 * A sweep's own copy of the code of its space, in `source/` of its folder: whoever opens it a year later reads, and on
 * request runs, what its networks were drawn by, whatever has become of the module since.
 *
 * The files themselves are kept, not the bundle: they are what a person wrote, and bundling them again gives the same
 * content.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { codeOf, contentsOf, type SpaceSpec } from "../space-spec.js";
import { SpecError } from "../spec-error.js";
import { sourceOf } from "./load-source.js";
import { writing } from "../store/store.js";
import { readSource, type Source } from "./read-source.js";

/** Texts by their path in the folder of copies, with slashes. */
export type KeptFiles = Readonly<Record<string, string>>;

const FOLDER = "source";

/** The copies' place in a sweep's folder. */
export const sourceFolder = (folder: string): string => join(folder, FOLDER);

/** The sources of a space whose modules were loaded. */
export const sourcesOf = (space: SpaceSpec): Source[] => contentsOf(space).map(content => sourceOf(content)!);

/** Where the modules will lie in a sweep's folder, as its spec has it: `./source/ghost.ts`. */
export function keptPlaces(sources: readonly Source[]): string[] {
  const root = commonFolder(sources);
  return sources.map(({ file }) => `./${posix.join(FOLDER, slashed(relative(root, file)))}`);
}

/** The texts of some modules by their path below the folder that they have in common. */
export function filesOf(sources: readonly Source[]): KeptFiles {
  const root = commonFolder(sources);
  return Object.fromEntries(
    sources.flatMap(({ files }) => [...files].map(([path, text]) => [slashed(relative(root, path)), text])),
  );
}

const slashed = (path: string): string => path.replaceAll(sep, "/");

function commonFolder(sources: readonly Source[]): string {
  const folders = sources.flatMap(({ files }) => [...files.keys()].map(dirname));
  let root = folders[0];
  while (
    !folders.every(folder => folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep))
  ) {
    root = dirname(root);
  }
  return root;
}

/**
 * Copies the code of a space into a sweep's folder; what is there already, as from a compact file, stays.
 *
 * @throws SpecError if a copy would not be the same code, as where a package is linked in from elsewhere
 * @throws StoreError if it cannot be written
 */
export function keepSources(folder: string, space: SpaceSpec): void {
  const parts = codeOf(space);
  const isKept = (at: string) =>
    parts.every(({ code }) => readCopy(code.module, at)?.content === code.content);
  if (parts.length === 0) return;
  // What came in a file without its code stays without it; running it says so.
  if (!parts.every(({ code }) => sourceOf(code.content!)) || isKept(folder)) return;
  const fresh = join(folder, `${FOLDER}.new`);
  try {
    writeFiles(join(fresh, FOLDER), filesOf(sourcesOf(space)));
    if (!isKept(fresh)) {
      const files = sourcesOf(space).map(({ file }) => file);
      throw new SpecError(
        `sweep: a copy of ${files.join(" and ")} would not be the same code; import what lies in other folders by relative paths, and packages from a node_modules that has them itself`,
      );
    }
    const kept = sourceFolder(folder);
    writing(kept, () => {
      rmSync(kept, { recursive: true, force: true });
      renameSync(join(fresh, FOLDER), kept);
    });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function readCopy(place: string, folder: string): Source | undefined {
  try {
    return readSource(place, folder);
  } catch {
    return undefined;
  }
}

/**
 * Writes files that came with a population into a folder, and nowhere else.
 *
 * @throws SpecError for a path that leads out of it
 */
export function writeFiles(folder: string, files: KeptFiles): void {
  for (const [name, text] of Object.entries(files)) {
    const parts = name.split("/");
    if (
      typeof text !== "string" ||
      parts.some(part => !/^[^<>:"\\|?*\0]+$/.test(part) || /^\.*$/.test(part))
    ) {
      throw new SpecError(
        `sweep: expected source files with paths below their folder, got ${JSON.stringify(name)}; nothing of it was written`,
      );
    }
  }
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, ...name.split("/"));
    writing(file, () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flush: true });
    });
  }
}

/** Puts source files that came in a compact file into a sweep's folder; what is there already stays. */
export function keepFiles(folder: string, files: KeptFiles): void {
  if (!existsSync(sourceFolder(folder))) writeFiles(sourceFolder(folder), files);
}

/** The copies in a sweep's folder; none where its space is no code. */
export function keptFiles(folder: string): KeptFiles | undefined {
  const root = sourceFolder(folder);
  if (!existsSync(root)) return undefined;
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [slashed(relative(root, file)), readFileSync(file, "utf8")]),
  );
}
