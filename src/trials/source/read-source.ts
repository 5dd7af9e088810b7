/**
 * The source of a module of the user's: its text and that of everything it imports, bundled for loading and hashed for
 * the identity of the trials it leads to.
 *
 * What counts is the text of every file that ends up in the bundle: the module, the files it imports at any distance, and
 * the packages it uses. netspace itself and Node's modules are left out: the first is the one that runs, as for spaces
 * that come with it. Nothing is executed here.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutMark } from "../../base/byte-order-mark.js";
import { packageRoot } from "../../base/node/paths.js";
import { SpecError } from "../spec-error.js";

/** A module with all that it is made of. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** Hash of the texts, 32 hexadecimal digits: the same wherever the files lie. */
  readonly content: string;
  /** The texts by absolute path: what a copy needs to load elsewhere. */
  readonly files: ReadonlyMap<string, string>;
  /** One module in JavaScript, with its source map. */
  readonly bundle: string;
  readonly map: string;
}

/** What TypeScript and JavaScript are written in. */
const KINDS = /\.[cm]?[jt]sx?$/;

/**
 * Reads a module and what it imports.
 *
 * @param place a path, relative to `folder`, or a `file:` URL
 * @throws SpecError naming the file, or the line that cannot be read
 */
export function readSource(place: string, folder: string): Source {
  const given = fileOf(place, folder);
  const found = statSync(given, { throwIfNoEntry: false });
  if (!found?.isFile() || !KINDS.test(given)) {
    const got =
      found === undefined ? "which is not there" : found.isFile() ? "another file" : "which is no file";
    throw new SpecError(
      `sweep spec: space: expected a module in TypeScript or JavaScript, got ${given}, ${got}; paths are relative to the spec's file, in code to the working folder`,
    );
  }
  const file = realpathSync(given);
  const home = dirname(file);
  const { outputFiles, metafile } = bundled(file, home);
  const files = new Map<string, string>();
  for (const name of Object.keys(metafile.inputs)) addFile(files, resolve(home, name));
  const [map, bundle] = outputFiles.map(({ text }) => text);
  return { file, content: contentOf(home, basename(file), files), files, bundle, map };
}

function fileOf(place: string, folder: string): string {
  try {
    return /^file:/i.test(place) ? fileURLToPath(place) : resolve(folder, place);
  } catch (error) {
    throw new SpecError(`sweep spec: space: expected the place of a module, got ${place} (${String(error)})`);
  }
}

function bundled(file: string, home: string) {
  // Loaded only by sweeps of such modules: it is a process of its own, and takes a while.
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  try {
    return esbuild.buildSync({
      absWorkingDir: home,
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      target: "node20.19",
      // Compiled alike wherever it lies: no settings of the folders above it.
      tsconfigRaw: "{}",
      // The netspace that runs, whichever is installed next to the module: blocks are known by being the same ones.
      alias: ownEntries(),
      external: ["file:*"],
      sourcemap: "external",
      outfile: join(home, "bundle.mjs"),
      logLevel: "silent",
    });
  } catch (error) {
    const [first] = (error as Partial<import("esbuild").BuildFailure>).errors ?? [];
    const place = first?.location ? `${resolve(home, first.location.file)}:${first.location.line}: ` : "";
    throw new SpecError(
      `sweep spec: space: ${file} cannot be read: ${place}${first?.text ?? String(error)}; correct it, and install the packages it imports beside it`,
      { cause: error },
    );
  }
}

/** Our own doors by name, each as the file behind it. */
function ownEntries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    exports: object;
  };
  return Object.fromEntries(
    Object.keys(exports)
      .filter(door => !door.endsWith(".json"))
      .map(door => {
        const name = `netspace${door.slice(1)}`;
        return [name, import.meta.resolve(name)];
      }),
  );
}

/** Adds a file, and the description of the package it belongs to, without which a copy would not be found. */
function addFile(files: Map<string, string>, path: string): void {
  // Made up by the bundler, as for a package that is left out in browsers.
  if (!existsSync(path)) return;
  // Editors and Git write line ends their own way; to the language they are the same.
  files.set(path, withoutMark(readFileSync(path, "utf8")).replaceAll("\r\n", "\n"));
  const inPackage = path.lastIndexOf(PACKAGES);
  if (inPackage < 0) return;
  const root = path.slice(0, inPackage + PACKAGES.length);
  for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description)) files.set(description, readFileSync(description, "utf8"));
  }
}

const PACKAGES = `${sep}node_modules${sep}`;

/** Names are relative to the module, a package's to its folder of packages; the module's own name does not count. */
function contentOf(home: string, entry: string, files: ReadonlyMap<string, string>): string {
  const named = [...files]
    .filter(([path]) => basename(path) !== "package.json")
    .map(([path, text]): [string, string] => {
      const inPackage = path.lastIndexOf(PACKAGES);
      const name = inPackage < 0 ? relative(home, path) : path.slice(inPackage + 1);
      return [name === entry ? "" : name.replaceAll(sep, "/"), text];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(named)).digest("hex").slice(0, 32);
}
