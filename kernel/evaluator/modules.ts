/**
 * Modules for cells: what `import` in a cell means.
 *
 * Specifiers are resolved as from a file in the notebook's folder, with Node's own loader: packages (ESM and
 * CommonJS), relative files, built-ins, URLs. Where the folder has none of its own, `netspace` resolves to this
 * package, `tslab` to a module with its display functions, and others to what `%npm` installed for the user.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { userPackagesFolder } from "../magics/packages-folder.js";
import { packageRoot } from "../package-root.js";
import type { CellRegistry } from "./cell.js";
import { isLocal, LocalModules, resolveLocal } from "./local-modules.js";

type Namespace = Record<string, unknown>;
type Importer = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

/** What the loader takes for the importing file; it need not exist. */
export const IMPORTER = "netspace-notebook.mjs";

/** An evaluator in a process of somebody else's may lack `--experimental-vm-modules`. */
const CAN_RELOAD = typeof (vm as { SourceTextModule?: unknown }).SourceTextModule === "function";

/** Loads modules as from one folder. */
export class Modules {
  readonly folder: string;
  readonly #importers = new Map<string, Importer>();
  readonly #local: LocalModules;
  readonly #importOwn: Importer;
  readonly #importUsers: Importer;
  readonly #usersFolder = userPackagesFolder();

  /**
   * @param folder absolute path, usually of the notebook
   * @param sources learns of local files, whose frames stack traces then show in their own lines
   */
  constructor(folder: string, sources: CellRegistry) {
    this.folder = folder;
    this.#local = new LocalModules({
      foreign: (specifier, from, options) => this.#load(specifier, options, from),
      sources,
    });
    this.#importOwn = importerAt(packageRoot);
    this.#importUsers = importerAt(this.#usersFolder);
  }

  /** What `import.meta` is in a cell. */
  get meta(): Record<string, unknown> {
    const filename = path.join(this.folder, "notebook.ts");
    return {
      url: pathToFileURL(filename).href,
      filename,
      dirname: this.folder,
      resolve: (specifier: string) => pathToFileURL(this.require.resolve(specifier)).href,
    };
  }

  /** `require` as from the folder. */
  get require(): NodeJS.Require {
    return createRequire(path.join(this.folder, "notebook.cjs"));
  }

  /**
   * Imports a module for a cell.
   *
   * @param names exports that the cell uses as values, or import options when called as `import(…)`
   * @returns the module's namespace
   * @throws SyntaxError when an export in `names` does not exist
   */
  async import(specifier: unknown, names?: readonly string[] | ImportCallOptions): Promise<Namespace> {
    const wanted = String(specifier);
    const namespace = await this.#load(
      wanted,
      Array.isArray(names) ? undefined : (names as ImportCallOptions),
    );
    return Array.isArray(names) ? bind(namespace, wanted, names) : namespace;
  }

  async #load(specifier: string, options?: ImportCallOptions, from = this.folder): Promise<Namespace> {
    if (isLocal(specifier)) {
      const file = resolveLocal(specifier, from);
      if (file === undefined) throw missing(`Cannot find module "${specifier}" from ${from}`);
      // What npm installed and what Node alone can load stays as it is.
      if (CAN_RELOAD && !/[\\/]node_modules[\\/]|\.node$/.test(file)) return this.#local.import(file);
      if (file.endsWith(".json")) return { default: JSON.parse(readFileSync(file, "utf8")) as unknown };
    }
    let importer = this.#importers.get(from);
    if (!importer) this.#importers.set(from, (importer = importerAt(from)));
    try {
      return await importer(specifier, options);
    } catch (error) {
      if (!isMissing(error, from)) throw error;
      // Of a missing package the loader speaks by name, of a missing file by path.
      if (!(error as Error).message.includes("Cannot find package")) {
        throw missing(`Cannot find module "${specifier}" from ${from}`);
      }
      return this.#elsewhere(specifier, options);
    }
  }

  /** A package that the folder does not have. */
  async #elsewhere(specifier: string, options?: ImportCallOptions): Promise<Namespace> {
    if (/^netspace(\/|$)/.test(specifier)) return this.#importOwn(specifier, options);
    if (specifier === "tslab") return import("../compat/tslab.js");
    try {
      return await this.#importUsers(specifier, options);
    } catch (error) {
      if (!isMissing(error, this.#usersFolder)) throw error;
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      throw missing(`Cannot find package "${name}" from ${this.folder}; install it: %npm install ${name}`);
    }
  }
}

/** A native `import()` that resolves as from a file in `folder`. */
function importerAt(folder: string): Importer {
  const script = new vm.Script("(specifier, options) => import(specifier, options)", {
    filename: path.join(folder, IMPORTER),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as Importer;
}

/** The names a cell asked for; CommonJS modules may have them on their default export only. */
function bind(namespace: Namespace, specifier: string, names: readonly string[]): Namespace {
  const absent = names.filter(name => !(name in namespace));
  if (absent.length === 0) return namespace;
  const fallback = Object(namespace["default"]) as Namespace;
  const unknown = absent.find(name => !(name in fallback));
  if (unknown === undefined) {
    return { ...namespace, ...Object.fromEntries(absent.map(name => [name, fallback[name]])) };
  }
  const exported = Object.keys(namespace);
  const shown = exported.slice(0, 12).join(", ") + (exported.length > 12 ? ", …" : "");
  throw new SyntaxError(`"${specifier}" has no export named "${unknown}"; it exports ${shown || "nothing"}`);
}

/** Whether the module a cell asked for is missing, as opposed to one that this module asks for in turn. */
function isMissing(error: unknown, folder: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    code === "ERR_MODULE_NOT_FOUND" &&
    Boolean(message?.endsWith(`imported from ${path.join(folder, IMPORTER)}`))
  );
}

function missing(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
}
