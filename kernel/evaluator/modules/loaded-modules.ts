/**
 * The modules that a cell's `import` declarations name, loaded before the cell starts.
 *
 * A module that does not load is no fault of the loading: the error is thrown where the cell reads the module, as
 * if it had been imported there. Names that are only types are told apart here: they are not bound, and a later cell
 * that takes one for a value is told why it is none.
 */

import { ModuleNotFound } from "../../modules/module-not-found.js";
import type { Modules } from "./modules.js";
import { valueOf } from "./namespace.js";
import type { CellImport, ImportedName, TypeNames } from "../../cells/rewrite/rewrite.js";

/** An import that failed. */
export interface FailedImport {
  readonly specifier: string;
  readonly error: unknown;
}

/** What a declaration reads: the module's namespace, and the values of the names that it imports. */
interface Values {
  readonly namespace: object;
  readonly names: Readonly<Record<string, unknown>>;
}

type Loaded = Values | FailedImport;

export class LoadedModules {
  readonly #modules: Modules;
  readonly #cells = new Map<number, readonly Loaded[]>();
  /** Why a name that a cell has imported is no value. */
  readonly #types = new Map<string, string>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /**
   * Loads one after the other, as declared, and stops at the first that fails.
   *
   * @returns the names that are types
   */
  async load(cell: number, imports: readonly CellImport[]): Promise<TypeNames> {
    const loaded: Loaded[] = [];
    const types = new Map<number, ReadonlySet<string>>();
    this.#cells.set(cell, loaded);
    for (const [index, each] of imports.entries()) {
      const { specifier, attributes, mayBeTypes, names } = each;
      try {
        const namespace = await this.#modules.import(specifier, attributes && { with: attributes });
        const { values, absent } = read(namespace, each);
        const [first] = absent;
        if (first && this.#modules.isUntyped(specifier))
          throw unknownExport(namespace, specifier, first.imported);
        loaded.push({ namespace, names: values });
        if (first) types.set(index, new Set(absent.map(({ local }) => local)));
        for (const { local, imported } of absent)
          this.#types.set(local, unknownExport(namespace, specifier, imported).message);
      } catch (error) {
        if (
          !mayBeTypes ||
          !(error instanceof ModuleNotFound) ||
          !this.#modules.isDeclared(error, specifier)
        ) {
          loaded.push({ specifier, error });
          return types;
        }
        loaded.push({ namespace: {}, names: {} });
        types.set(index, new Set(names.map(({ local }) => local)));
        for (const { local } of names) this.#types.set(local, error.message);
      }
    }
    return types;
  }

  /** What the cell's import of this index gave: its namespace, or the names. @throws what loading it threw */
  get(cell: number, index: number, names: boolean): unknown {
    const loaded = this.#cells.get(cell)?.[index];
    if (!loaded) throw new Error(`LoadedModules.get: cell ${cell} has no import ${index}`);
    if ("error" in loaded) throw loaded.error;
    return names ? loaded.names : loaded.namespace;
  }

  /** The import on which loading stopped. */
  failed(cell: number): FailedImport | undefined {
    const last = this.#cells.get(cell)?.at(-1);
    return last && "error" in last ? last : undefined;
  }

  /** Why a name that was imported last for a type is no value; nothing when it was not. */
  whyType(name: string): string | undefined {
    return this.#types.get(name);
  }

  /** The cell has ended: its bindings hold what it needs. */
  forget(cell: number): void {
    this.#cells.delete(cell);
  }
}

/**
 * The values of the imported names, and those names that the module does not have.
 *
 * @throws SyntaxError when one of these is used as a value
 */
function read(
  namespace: Record<string, unknown>,
  { specifier, names }: CellImport,
): { values: Record<string, unknown>; absent: ImportedName[] } {
  // Without a prototype, `__proto__` is a name like others.
  const values = Object.create(null) as Record<string, unknown>;
  const absent: ImportedName[] = [];
  for (const name of names) {
    const { imported, used } = name;
    if (imported === "*") continue;
    const found = valueOf(namespace, imported);
    if (found) values[imported] = found.value;
    else if (used) throw unknownExport(namespace, specifier, imported);
    else absent.push(name);
  }
  return { values, absent };
}

function unknownExport(namespace: object, specifier: string, name: string): SyntaxError {
  const exported = Object.keys(namespace);
  const shown = exported.slice(0, 12).join(", ") + (exported.length > 12 ? ", …" : "");
  return new SyntaxError(`"${specifier}" has no export named "${name}"; it exports ${shown || "nothing"}`);
}
