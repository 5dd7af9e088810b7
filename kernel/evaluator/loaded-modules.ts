/**
 * The modules that a cell's `import` declarations name, loaded before the cell starts.
 *
 * A module that does not load is no fault of the loading: the error is thrown where the cell reads the module, as
 * if it had been imported there.
 */

import type { Modules } from "./modules.js";
import type { CellImport } from "./rewrite.js";

/** An import that failed. */
export interface FailedImport {
  readonly specifier: string;
  readonly error: unknown;
}

type Loaded = { readonly namespace: unknown } | FailedImport;

export class LoadedModules {
  readonly #modules: Modules;
  readonly #cells = new Map<number, readonly Loaded[]>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** Loads one after the other, as declared, and stops at the first that fails. */
  async load(cell: number, imports: readonly CellImport[]): Promise<void> {
    const loaded: Loaded[] = [];
    this.#cells.set(cell, loaded);
    for (const { specifier, names } of imports) {
      try {
        loaded.push({ namespace: await this.#modules.import(specifier, names) });
      } catch (error) {
        loaded.push({ specifier, error });
        return;
      }
    }
  }

  /** What the cell's import of this index gave. @throws what loading it threw */
  get(cell: number, index: number): unknown {
    const loaded = this.#cells.get(cell)?.[index];
    if (!loaded) throw new Error(`LoadedModules.get: cell ${cell} has no import ${index}`);
    if ("error" in loaded) throw loaded.error;
    return loaded.namespace;
  }

  /** The import on which loading stopped. */
  failed(cell: number): FailedImport | undefined {
    const last = this.#cells.get(cell)?.at(-1);
    return last && "error" in last ? last : undefined;
  }

  /** The cell has ended: its bindings hold what it needs. */
  forget(cell: number): void {
    this.#cells.delete(cell);
  }
}
