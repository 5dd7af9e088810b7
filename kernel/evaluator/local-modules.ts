/**
 * The notebook's own files as modules, which are loaded anew when they or what they import was edited.
 *
 * Node's loader keeps a module for ever, and Node 20's knows no TypeScript. So local files are modules of
 * `vm`, linked here; packages and built-ins they import come from Node's loader.
 */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { type CellRegistry, Source } from "./cell.js";
import { compileFile, isModule } from "./compile-file.js";

type Namespace = Record<string, unknown>;

/** What local modules need from their surroundings. */
export interface LocalModulesOptions {
  /** Imports what is not local, as from a folder. */
  foreign: (specifier: string, folder: string, options?: ImportCallOptions) => Promise<Namespace>;
  /** Where stack traces look for sources. */
  sources: CellRegistry;
}

interface Loaded {
  module: vm.Module;
  text: string;
  /** Time of change and size, to tell without reading that nothing was edited. */
  stamp: string;
  /** Local files it imports. */
  imports: Set<string>;
}

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
/** What TypeScript lets one write for a file, and what the file may be called. */
const WRITTEN: Record<string, string[]> = { ".js": [".ts", ".tsx"], ".mjs": [".mts"], ".jsx": [".tsx"] };

/** Whether a specifier names a file rather than a package. */
export function isLocal(specifier: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier);
}

/** The file a specifier means, found as TypeScript finds it; nothing when there is none. */
export function resolveLocal(specifier: string, folder: string): string | undefined {
  const plain = specifier.replace(/\?.*$/, "");
  const base = plain.startsWith("file:") ? fileURLToPath(plain) : path.resolve(folder, plain);
  const extension = path.extname(base);
  const stem = base.slice(0, base.length - extension.length);
  return [
    base,
    ...(WRITTEN[extension] ?? []).map(other => stem + other),
    ...EXTENSIONS.map(other => base + other),
    ...EXTENSIONS.map(other => path.join(base, `index${other}`)),
  ].find(isFile);
}

/** Loads local files. */
export class LocalModules {
  readonly #options: LocalModulesOptions;
  readonly #loaded = new Map<string, Loaded>();
  /** Linking is one thing at a time, since it looks at files and at what is loaded. */
  #linking: Promise<unknown> = Promise.resolve();

  constructor(options: LocalModulesOptions) {
    this.#options = options;
  }

  /** The namespace of a file, evaluated; that of the edited file when it was edited. */
  async import(file: string): Promise<Namespace> {
    const linked = this.#linking.then(async () => {
      this.forgetEdited();
      const { module } = this.#load(file);
      if (module.status === "unlinked") await module.link((specifier, from) => this.#link(specifier, from));
      return module;
    });
    this.#linking = linked.catch(() => {});
    const module = await linked;
    await module.evaluate();
    return module.namespace as Namespace;
  }

  /** Forgets files that were edited or failed, and those that import them. @returns whether there were any */
  forgetEdited(): boolean {
    const stale = new Set<string>();
    for (const [file, loaded] of this.#loaded) if (isStale(file, loaded)) stale.add(file);
    if (stale.size === 0) return false;
    for (let size = 0; size !== stale.size; ) {
      size = stale.size;
      for (const [file, { imports }] of this.#loaded)
        if ([...imports].some(each => stale.has(each))) stale.add(file);
    }
    for (const file of stale) this.#loaded.delete(file);
    return true;
  }

  #load(file: string): Loaded {
    const known = this.#loaded.get(file);
    if (known) return known;
    const text = readFileSync(file, "utf8");
    const loaded = {
      module: this.#module(file, text),
      text,
      stamp: stampOf(file),
      imports: new Set<string>(),
    };
    this.#loaded.set(file, loaded);
    return loaded;
  }

  #module(file: string, text: string): vm.Module {
    const identifier = pathToFileURL(file).href;
    if (file.endsWith(".json")) return synthetic(identifier, { default: JSON.parse(text) as unknown });
    if (!isModule(file, text)) {
      const require = createRequire(file);
      delete require.cache[file];
      const exports: unknown = require(file);
      return synthetic(identifier, { ...(Object(exports) as Namespace), default: exports });
    }
    const { code, source } = compileFile(file, text);
    this.#options.sources.addFile(identifier, new Source(source), code);
    return new vm.SourceTextModule(code, {
      identifier,
      initializeImportMeta: meta => {
        const resolve = (specifier: string) => this.#resolve(specifier, file);
        Object.assign(meta, { url: identifier, filename: file, dirname: path.dirname(file), resolve });
      },
      importModuleDynamically: (async (specifier: string) => {
        const folder = path.dirname(file);
        if (isLocal(specifier)) return this.import(existing(specifier, file));
        return this.#options.foreign(specifier, folder);
      }) as unknown as NonNullable<vm.SourceTextModuleOptions["importModuleDynamically"]>,
    });
  }

  async #link(specifier: string, from: vm.Module): Promise<vm.Module> {
    const importer = fileURLToPath(from.identifier);
    if (isLocal(specifier)) {
      const file = existing(specifier, importer);
      this.#loaded.get(importer)?.imports.add(file);
      return this.#load(file).module;
    }
    const namespace = await this.#options.foreign(specifier, path.dirname(importer));
    return synthetic(specifier, namespace);
  }

  #resolve(specifier: string, file: string): string {
    if (isLocal(specifier)) return pathToFileURL(existing(specifier, file)).href;
    return pathToFileURL(createRequire(file).resolve(specifier)).href;
  }
}

/** A module with given exports. */
function synthetic(identifier: string, exports: Namespace): vm.Module {
  const names = Object.keys(exports);
  return new vm.SyntheticModule(
    names,
    function (this: vm.SyntheticModule) {
      for (const name of names) this.setExport(name, exports[name]);
    },
    { identifier },
  );
}

function existing(specifier: string, importer: string): string {
  const file = resolveLocal(specifier, path.dirname(importer));
  if (file !== undefined) return file;
  const message = `Cannot find module "${specifier}" imported from ${importer}`;
  throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
}

function isStale(file: string, loaded: Loaded): boolean {
  if (loaded.module.status === "errored") return true;
  const stamp = stampOf(file);
  if (stamp === loaded.stamp) return false;
  loaded.stamp = stamp;
  try {
    return readFileSync(file, "utf8") !== loaded.text;
  } catch {
    return true;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}
