/** CommonJS modules of the user's: loaded anew when edited, TypeScript among them. */

import { existsSync, readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { type CellRegistry, Source } from "../../source/cell.js";
import { compileCommonJs } from "../../cells/compile-file.js";
import type { Namespace } from "./namespace.js";
import { isLocal, isTypeScript } from "../../modules/resolve-local.js";
import { isUrl, resolveModule } from "../../modules/resolve-module.js";
import { checkScheme } from "../../modules/specifier.js";

/** What Node's modules have that its types do not tell; other loaders of TypeScript rest on it too. */
interface NodeModule extends NodeJS.Module {
  _compile(code: string, file: string): void;
}

/** A file that another has required, as it was then. */
interface Part {
  stamp: string;
  requires: readonly string[];
}

/** Loads CommonJS modules. */
export class CommonJs {
  readonly #sources: CellRegistry;
  readonly #evaluated: (file: string) => Namespace | undefined;
  /** What each file that was imported has required. */
  readonly #parts = new Map<string, ReadonlyMap<string, Part>>();
  /** The text that each module was made of. */
  readonly #texts = new WeakMap<object, string>();

  /**
   * @param sources learns of files, whose frames stack traces then show in their own lines
   * @param evaluated the namespace of a file that was imported as an ES module
   */
  constructor(sources: CellRegistry, evaluated: (file: string) => Namespace | undefined) {
    this.#sources = sources;
    this.#evaluated = evaluated;
  }

  /** Runs a file, and gives its exports as those of an ES module. */
  namespace(file: string, text: string): Namespace {
    const require = createRequire(file);
    delete require.cache[file];
    for (const each of this.edited(file)) delete require.cache[each];
    const exports: unknown = isTypeScript(file) ? this.#run(file, text) : require(file);
    this.#parts.set(file, parts(require.cache[file]));
    const named = { ...(Object(exports) as Namespace) };
    // TypeScript with `export default` has that for its default, as its types say.
    const isCompiled = isTypeScript(file) && (Object(exports) as Namespace)["__esModule"] === true;
    return isCompiled && "default" in named ? named : { ...named, default: exports };
  }

  /** The user's own files that a file has required, and that were edited since or require such; they are run anew. */
  edited(file: string): string[] {
    const known = this.#parts.get(file) ?? new Map<string, Part>();
    const stale = new Set(
      [...known].filter(([each, { stamp }]) => stampOf(each) !== stamp).map(([each]) => each),
    );
    for (let size = stale.size === 0 ? 0 : -1; size !== stale.size; ) {
      size = stale.size;
      for (const [each, { requires }] of known) if (requires.some(one => stale.has(one))) stale.add(each);
    }
    return [...stale];
  }

  /** `require` as in a file, which knows TypeScript, and finds local files as `import` does. */
  requireFrom(file: string): NodeJS.Require {
    const native = createRequire(file);
    const require = (specifier: string): unknown => {
      const found = this.#find(specifier, path.dirname(file));
      if (found !== undefined && isTypeScript(found)) return this.#require(found);
      if (typeof specifier === "string" && isUrl(specifier)) checkScheme(specifier);
      try {
        return native(found ?? specifier);
      } catch (error) {
        throw withoutRequirer(error, file);
      }
    };
    return Object.assign(require, native);
  }

  #find(specifier: unknown, folder: string): string | undefined {
    if (typeof specifier !== "string") return undefined;
    const located = resolveModule(specifier, folder);
    // Of a package, other files are meant for those who require it.
    if (!located || (!isLocal(specifier) && !isTypeScript(located.file))) return undefined;
    return located.file;
  }

  #require(file: string): unknown {
    const namespace = this.#evaluated(file);
    if (namespace) return namespace;
    const text = readFileSync(file, "utf8");
    const known = createRequire(file).cache[file];
    if (known && this.#texts.get(known) === text) return known.exports;
    return this.#run(file, text);
  }

  #run(file: string, text: string): unknown {
    const { cache } = createRequire(file);
    const url = pathToFileURL(file).href;
    const { code, source } = compileCommonJs(file, text);
    // V8 names frames by the URL, as those of ES modules.
    const script = `${code}\n//# sourceURL=${url}`;
    this.#sources.addFile(url, new Source(source), script);
    const module = new Module(file) as NodeModule;
    Object.assign(module, {
      filename: file,
      paths: createRequire(file).resolve.paths("package") ?? [],
      require: this.requireFrom(file),
    });
    this.#texts.set(module, text);
    // Modules that require each other in a circle see what there is so far.
    cache[file] = module;
    try {
      module._compile(script, file);
    } catch (error) {
      delete cache[file];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }
}

/** An error of Node's loader, whose text does not name a file that is not there: the one that stands for the cell. */
function withoutRequirer(error: unknown, file: string): unknown {
  if (!types.isNativeError(error) || existsSync(file)) return error;
  const { requireStack } = error as { requireStack?: string[] };
  if (requireStack?.at(-1) !== file) return error;
  requireStack.pop();
  const stack = requireStack.map(each => `\n- ${each}`).join("");
  error.message = error.message.replace(/\nRequire stack:[^]*$/, stack && `\nRequire stack:${stack}`);
  return error;
}

/** The user's own files below a module, each once. */
function parts(module: NodeJS.Module | undefined): Map<string, Part> {
  const found = new Map<string, Part>();
  const open = [...(module?.children ?? [])];
  for (let next = open.pop(); next; next = open.pop()) {
    const { filename, children } = next;
    if (found.has(filename) || filename === module?.filename || /[\\/]node_modules[\\/]/.test(filename))
      continue;
    found.set(filename, { stamp: stampOf(filename), requires: children.map(child => child.filename) });
    open.push(...children);
  }
  return found;
}

/** Time of change and size; empty for a file that is not there. */
export function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}
