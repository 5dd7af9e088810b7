/**
 * Modules for cells: what `import` in a cell means.
 *
 * Specifiers are resolved as from a file in the notebook's folder. The user's own files are loaded here, and anew
 * when they were edited; packages, built-ins and URLs by Node's own loader. Where the folder has none of its own,
 * the kernel's hosts and its own modules are there all the same, `tslab` is a module with its display functions, and
 * others are what `%npm` installed for the user.
 */

import { isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import type { CellRegistry } from "../../source/cell.js";
import { CommonJs } from "./commonjs.js";
import { hasDeclarations } from "../../modules/has-declarations.js";
import { attributesOf, checkAttributes } from "./import-attributes.js";
import { LocalModules } from "./local-modules.js";
import { ModuleNotFound } from "../../modules/module-not-found.js";
import { jsonNamespace, type Namespace } from "./namespace.js";
import { readJson } from "../../modules/read-json.js";
import { isBrought } from "../../modules/brought.js";
import { isLocal } from "../../modules/resolve-local.js";
import { isInstalled, isUrl, type Located, resolveModule } from "../../modules/resolve-module.js";
import { checkScheme, specifierOf } from "../../modules/specifier.js";
import { tsconfigOf } from "../../modules/tsconfig.js";

type Importer = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

/** What the loader takes for the importing file; it need not exist. */
export const IMPORTER = "kernel-notebook.mjs";

/** An evaluator in a process of somebody else's may lack `--experimental-vm-modules`. */
const CAN_RELOAD = typeof (vm as { SourceTextModule?: unknown }).SourceTextModule === "function";

/** Loads modules as from one folder. */
export class Modules {
  readonly folder: string;
  readonly #importers = new Map<string, Importer>();
  readonly #local: LocalModules;
  readonly #commonJs: CommonJs;

  /**
   * @param folder absolute path, usually of the notebook
   * @param sources learns of local files, whose frames stack traces then show in their own lines
   */
  constructor(folder: string, sources: CellRegistry) {
    this.folder = folder;
    this.#commonJs = new CommonJs(sources, file => this.#local.evaluated(file));
    this.#local = new LocalModules({
      foreign: (specifier, from, located, options) => this.#foreign(specifier, from, located, options),
      resolve: (specifier, from) => this.#resolve(specifier, from),
      commonJs: this.#commonJs,
      sources,
    });
  }

  /** What `import.meta` is in a cell. */
  get meta(): Record<string, unknown> {
    const filename = path.join(this.folder, "notebook.ts");
    return {
      url: pathToFileURL(filename).href,
      filename,
      dirname: this.folder,
      main: true,
      resolve: (specifier: unknown) =>
        this.#resolve(specifierOf(specifier, "import.meta.resolve"), this.folder),
    };
  }

  /** `require` as from the folder. */
  get require(): NodeJS.Require {
    return this.#commonJs.requireFrom(path.join(this.folder, "notebook.cjs"));
  }

  /**
   * Imports a module for a cell.
   *
   * @returns the module's namespace
   * @throws ModuleNotFound when it is nowhere to be found
   */
  async import(specifier: unknown, options?: ImportCallOptions): Promise<Namespace> {
    const wanted = specifierOf(specifier);
    const located = resolveModule(wanted, this.folder);
    if (located?.own) {
      checkAttributes(
        attributesOf(options),
        pathToFileURL(located.file).href,
        located.file.endsWith(".json"),
      );
      if (CAN_RELOAD) return this.#local.import(located.file);
      if (located.file.endsWith(".json")) return jsonNamespace(readJson(located.file));
    }
    return this.#foreign(wanted, this.folder, located, options);
  }

  /** Whether an error is about a module that a cell asks for, of which there are types at least. */
  isDeclared(error: ModuleNotFound, specifier: string): boolean {
    return (
      error.specifier === specifier && error.folder === this.folder && hasDeclarations(specifier, this.folder)
    );
  }

  /** Whether a module is a package of which nobody has declared any type, so that all it exports are values. */
  isUntyped(specifier: string): boolean {
    if (isBuiltin(specifier) || isLocal(specifier) || isUrl(specifier) || isBrought(specifier)) return false;
    const located = resolveModule(specifier, this.folder);
    if (located && (located.own || !located.file.includes(`${path.sep}node_modules${path.sep}`)))
      return false;
    return !hasDeclarations(specifier, this.folder);
  }

  /** What `import.meta.resolve` gives, which may be the URL of a file that is not there. */
  #resolve(specifier: string, folder: string): string {
    const located = resolveModule(specifier, folder);
    if (located) return pathToFileURL(located.file).href;
    if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    if (isUrl(specifier)) return new URL(specifier).href;
    if (isLocal(specifier)) return new URL(specifier, pathToFileURL(path.join(folder, IMPORTER))).href;
    throw this.#notFound(specifier, folder);
  }

  /** What is not the user's own. */
  async #foreign(
    specifier: string,
    from: string,
    located: Located | undefined,
    options?: ImportCallOptions,
  ): Promise<Namespace> {
    if (!located && isLocal(specifier)) throw new ModuleNotFound(specifier, from);
    if (!located && isUrl(specifier)) checkScheme(specifier);
    const wanted = located ? pathToFileURL(located.file).href : specifier;
    try {
      return await this.#native(wanted, from, options);
    } catch (error) {
      if (located || !isUnresolved(error, from)) throw withoutImporter(error, from);
      throw this.#notFound(specifier, from, error as Error);
    }
  }

  /** @param said by Node's loader, which knows more of what a package exports */
  #notFound(specifier: string, from: string, said?: Error): ModuleNotFound {
    // A configuration that cannot be read may be why.
    tsconfigOf(from);
    const code = (said as { code?: string } | undefined)?.code;
    const isFolder = code === "ERR_UNSUPPORTED_DIR_IMPORT";
    if (said === undefined || code === "ERR_MODULE_NOT_FOUND" || isFolder) {
      return new ModuleNotFound(specifier, from, { isInstalled: isInstalled(specifier, from), isFolder });
    }
    return new ModuleNotFound(specifier, from, { said: said.message.replace(/ imported from .*$/s, "") });
  }

  /** Node's own `import`, but that JSON need not be asked for as such, and has its keys for exports. */
  async #native(specifier: string, from: string, options?: ImportCallOptions): Promise<Namespace> {
    let importer = this.#importers.get(from);
    if (!importer) this.#importers.set(from, (importer = importerAt(from)));
    const json = specifier.endsWith(".json");
    try {
      const namespace = await importer(specifier, options);
      return json ? jsonNamespace(namespace["default"]) : namespace;
    } catch (error) {
      if (!json || (error as { code?: string }).code !== "ERR_IMPORT_ATTRIBUTE_MISSING") throw error;
      return jsonNamespace((await importer(specifier, { with: { type: "json" } }))["default"]);
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

/** Whether the module that code in a folder asks for is not there, as opposed to one that this module asks for. */
function isUnresolved(error: unknown, folder: string): boolean {
  const { code = "", message } = error as { code?: string; message?: string };
  return UNRESOLVED.has(code) && Boolean(message?.endsWith(importedBy(folder)));
}

const UNRESOLVED = new Set([
  "ERR_MODULE_NOT_FOUND",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_PACKAGE_IMPORT_NOT_DEFINED",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

/** An error of Node's loader, whose text does not name the file that stands for the cell. */
function withoutImporter(error: unknown, folder: string): unknown {
  if (types.isNativeError(error) && error.message.includes(importedBy(folder))) {
    error.message = error.message.replace(importedBy(folder), "");
  }
  return error;
}

function importedBy(folder: string): string {
  return ` imported from ${path.join(folder, IMPORTER)}`;
}
