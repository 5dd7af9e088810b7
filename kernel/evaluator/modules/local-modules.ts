/**
 * The notebook's own files as modules, which are loaded anew when they or what they import was edited.
 *
 * Node's loader keeps a module for ever, and takes no TypeScript but what can be made JavaScript by leaving types out.
 * So local files are modules of `vm`, linked here; packages and built-ins they import come from Node's loader.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import { type CellRegistry, Source } from "../../source/cell.js";
import { type CommonJs, stampOf } from "./commonjs.js";
import { compileFile, isModule } from "../../cells/compile-file.js";
import { checkAttributes } from "./import-attributes.js";
import { importedNames } from "../../cells/imported-names.js";
import { ModuleNotFound } from "../../modules/module-not-found.js";
import { jsonNamespace, type Namespace, valueOf } from "./namespace.js";
import { readJson } from "../../modules/read-json.js";
import { isLocal, isTypeScript } from "../../modules/resolve-local.js";
import { type Located, resolveModule } from "../../modules/resolve-module.js";
import { specifierOf } from "../../modules/specifier.js";
import { withoutTypeExports } from "../../modules/type-exports.js";
import { unknownExtension } from "./unknown-extension.js";

/** What local modules need from their surroundings. */
export interface LocalModulesOptions {
  /** Imports what is not the user's own, as from a folder. */
  foreign: (
    specifier: string,
    folder: string,
    located: Located | undefined,
    options?: ImportCallOptions,
  ) => Promise<Namespace>;
  /** What `import.meta.resolve` gives in a folder. */
  resolve: (specifier: string, folder: string) => string;
  /** Loads CommonJS. */
  commonJs: CommonJs;
  /** Where stack traces look for sources. */
  sources: CellRegistry;
}

interface Loaded {
  module: vm.Module;
  text: string;
  /** The text without types that it passes on, where there are such: what they are may change with their files. */
  withoutTypes: string | undefined;
  /** What it was compiled to; empty for what is not code of an ES module. */
  code: string;
  /** Time of change and size, to tell without reading that nothing was edited. */
  stamp: string;
  /** Local files it imports. */
  imports: Set<string>;
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
      if (module.status === "unlinked") {
        await module.link((specifier, from, { attributes }) =>
          this.#link(specifier, from, attributes as ImportAttributes),
        );
      }
      return module;
    });
    this.#linking = linked.catch(() => {});
    const module = await linked;
    await module.evaluate();
    return module.namespace as Namespace;
  }

  /** The namespace of an ES module that was imported and not edited since; nothing when it would have to be loaded. */
  evaluated(file: string): Namespace | undefined {
    const loaded = this.#loaded.get(file);
    if (!loaded?.code || loaded.module.status !== "evaluated" || isStale(file, loaded)) return undefined;
    return loaded.module.namespace as Namespace;
  }

  /** Forgets files that were edited or failed, and those that import them. @returns whether there were any */
  forgetEdited(): boolean {
    const stale = new Set<string>();
    for (const [file, loaded] of this.#loaded) {
      const isEdited = isStale(file, loaded) || this.#options.commonJs.edited(file).length > 0;
      if (isEdited) stale.add(file);
    }
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
    const unknown = unknownExtension(file);
    if (unknown) throw unknown;
    const text = readFileSync(file, "utf8");
    const loaded = {
      ...this.#module(file, text),
      text,
      withoutTypes: stripped(file, text),
      stamp: stampOf(file),
      imports: new Set<string>(),
    };
    this.#loaded.set(file, loaded);
    return loaded;
  }

  #module(file: string, text: string): { module: vm.Module; code: string } {
    const identifier = pathToFileURL(file).href;
    const made = (exports: Namespace) => ({ module: synthetic(identifier, exports), code: "" });
    if (file.endsWith(".json")) return made(jsonNamespace(readJson(file, text)));
    if (!isModule(file, text)) return made(this.#options.commonJs.namespace(file, text));
    const { code, source } = compileFile(file, text);
    this.#options.sources.addFile(identifier, new Source(source), code);
    const module = new vm.SourceTextModule(code, {
      identifier,
      initializeImportMeta: meta => {
        const folder = path.dirname(file);
        const resolve = (specifier: unknown) =>
          this.#options.resolve(specifierOf(specifier, "import.meta.resolve"), folder);
        Object.assign(meta, { url: identifier, filename: file, dirname: folder, main: false, resolve });
      },
      importModuleDynamically: (async (specifier: string, _: unknown, attributes: ImportAttributes) => {
        const located = this.#find(specifier, file);
        if (!located?.own) {
          return given(
            await this.#options.foreign(specifier, path.dirname(file), located, optionsOf(attributes)),
          );
        }
        check(located, attributes);
        return this.import(located.file);
      }) as unknown as NonNullable<vm.SourceTextModuleOptions["importModuleDynamically"]>,
    });
    return { module, code };
  }

  async #link(specifier: string, from: vm.Module, attributes: ImportAttributes): Promise<vm.Module> {
    const importer = fileURLToPath(from.identifier);
    const located = this.#find(specifier, importer);
    const loaded = this.#loaded.get(importer);
    if (located?.own) {
      check(located, attributes);
      loaded?.imports.add(located.file);
      return this.#load(located.file).module;
    }
    const folder = path.dirname(importer);
    const namespace = await this.#options.foreign(specifier, folder, located, optionsOf(attributes));
    // Of CommonJS, Node knows the exports that can be told without running it.
    const lacking = importedNames(loaded?.code ?? "", specifier).filter(name => !(name in namespace));
    const added = lacking.flatMap(name => {
      const found = valueOf(namespace, name);
      return found ? [[name, found.value] as const] : [];
    });
    return synthetic(
      specifier,
      added.length > 0 ? { ...namespace, ...Object.fromEntries(added) } : namespace,
    );
  }

  #find(specifier: string, importer: string): Located | undefined {
    const folder = path.dirname(importer);
    const located = resolveModule(specifier, folder);
    if (!located && isLocal(specifier)) throw new ModuleNotFound(specifier, folder, { importer });
    return located;
  }
}

function optionsOf(attributes: ImportAttributes): ImportCallOptions | undefined {
  return Object.keys(attributes).length > 0 ? { with: { ...attributes } } : undefined;
}

function check({ file }: Located, attributes: ImportAttributes): void {
  checkAttributes(attributes, pathToFileURL(file).href, file.endsWith(".json"));
}

/** What `import()` may be answered with: a namespace that V8 made. */
async function given(namespace: Namespace): Promise<Namespace> {
  if (types.isModuleNamespaceObject(namespace)) return namespace;
  const module = synthetic("kernel:json", namespace);
  await module.link(() => module);
  await module.evaluate();
  return module.namespace as Namespace;
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

function stripped(file: string, text: string): string | undefined {
  const without = isTypeScript(file) ? withoutTypeExports(file, text) : text;
  return without === text ? undefined : without;
}

function isStale(file: string, loaded: Loaded): boolean {
  if (loaded.module.status === "errored") return true;
  const { text, withoutTypes } = loaded;
  if (withoutTypes !== undefined && stripped(file, text) !== withoutTypes) return true;
  const stamp = stampOf(file);
  if (stamp === loaded.stamp) return false;
  loaded.stamp = stamp;
  try {
    return readFileSync(file, "utf8") !== loaded.text;
  } catch {
    return true;
  }
}
