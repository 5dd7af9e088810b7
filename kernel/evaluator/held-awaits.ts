/**
 * Holds what cells await at their top.
 *
 * Of a promise that nothing can settle any more, nothing else may be left that knows of it. V8 would then collect the
 * cell that waits, and tell so in the middle of its collection, when no JavaScript may run: the process would abort.
 */

import { types } from "node:util";

/** What cells wait for. */
export class HeldAwaits {
  /** By cell; that of a cell which never ends is never let go. */
  readonly #held = new Map<number, unknown[]>();

  /** Called with what a cell is about to await; gives what it is to await. */
  hold(cell: number, awaited: unknown): unknown {
    const value = isForeignThenable(awaited) ? new Promise(resolve => resolve(awaited)) : awaited;
    this.#held.set(cell, [value]);
    return value;
  }

  /** Called with what `for await` goes through. */
  holdEach(cell: number, iterable: unknown): unknown {
    this.#held.set(cell, [iterable]);
    const begin = Object(iterable)[Symbol.asyncIterator] as unknown;
    if (typeof begin !== "function") return iterable;
    const each = (method: "next" | "return" | "throw") => (iterator: AsyncIterator<unknown>) =>
      iterator[method] && {
        [method]: (...values: [unknown]) => {
          const step = (iterator[method] as (...given: [unknown]) => unknown)(...values);
          this.#held.set(cell, [iterable, iterator, step]);
          return step;
        },
      };
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = Reflect.apply(begin, iterable, []) as AsyncIterator<unknown>;
        return { ...each("next")(iterator), ...each("return")(iterator), ...each("throw")(iterator) };
      },
    };
  }

  /** The cell has come to its end. */
  release(cell: number): void {
    this.#held.delete(cell);
  }
}

/** A thenable that is no promise of this realm may keep nothing that leads back to who awaits it. */
function isForeignThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return !types.isPromise(value) && typeof (value as { then?: unknown }).then === "function";
}
