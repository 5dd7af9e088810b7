/**
 * Which reserved names stand for bindings of cells in this session.
 *
 * A cell that uses `Map` means the cells' own when one of them has declared it, and come to its declaration, by the time
 * the cell is compiled; else the global. A declaration that failed leaves the name what it was.
 */

import { hiddenName, isGlobal } from "./reserved-names.js";

/** What compilation asks about reserved names that the cell does not declare. */
export interface CellNames {
  /** Whether a name stands for the cells' own. */
  isOwn(name: string): boolean;
}

/** Of no session: the global is meant. */
export const NO_NAMES: CellNames = { isOwn: () => false };

/** Cells' code may replace the global. */
// oxlint-disable-next-line no-eval
const evaluate = globalThis.eval as (source: string) => unknown;

/** The reserved names of one session. */
export class SessionNames implements CellNames {
  /** Declared by cells, which may have failed before. */
  readonly #declared = new Set<string>();
  readonly #own = new Set<string>();
  readonly #awaited = new Set<string>();

  /** Learns what a cell that is about to run declares. */
  declare(names: Iterable<string>): void {
    for (const name of names) this.#declared.add(name);
  }

  isOwn(name: string): boolean {
    if (this.#own.has(name)) return true;
    if (this.#declared.has(name) && hasValue(name)) {
      this.#own.add(name);
      return true;
    }
    // No global: what is meant can only be a cell's, be it a later one's, as with other names.
    if (isGlobal(name) || name in globalThis) return false;
    this.#await(name);
    return true;
  }

  /** Until a cell declares the name, it means a global that code may yet define. */
  #await(name: string): void {
    if (this.#awaited.has(name)) return;
    this.#awaited.add(name);
    const existing = (): void => {
      if (!(name in globalThis)) throw new ReferenceError(`${name} is not defined`);
    };
    Object.defineProperty(globalThis, hiddenName(name), {
      configurable: true,
      enumerable: false,
      get: () => {
        existing();
        return Reflect.get(globalThis, name) as unknown;
      },
      set: (value: unknown) => {
        existing();
        Reflect.set(globalThis, name, value);
      },
    });
  }
}

/**
 * What this kernel offers cells under another program's name. Code that asks by `typeof` whether it runs in that program
 * is told that it does not.
 */
export const standIns = new WeakSet<object>();

/** What `typeof` gives for a reserved name that may not exist. */
export function typeOfReserved(name: string): string {
  try {
    const value = evaluate(hiddenName(name));
    return standIns.has(value as object) ? typeof Reflect.get(globalThis, name) : typeof value;
  } catch {
    return typeof Reflect.get(globalThis, name);
  }
}

/** Whether the declaration of a name was reached. */
function hasValue(name: string): boolean {
  try {
    evaluate(hiddenName(name));
    return true;
  } catch {
    return false;
  }
}
