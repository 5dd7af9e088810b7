/**
 * What cells await at their top, and where: a rejection without frames is placed at the `await` that met it.
 */

import { setImmediate as turn } from "node:timers/promises";
import { types } from "node:util";
import type { Position } from "../../source/cell.js";

/** What cells wait for. */
export class HeldAwaits {
  /** By cell, with the place of the `await`; that of a cell which never ends is never let go. */
  readonly #held = new Map<number, { at: Position; values: unknown[] }>();

  /** Called with what a cell is about to await, and where; gives what it is to await. */
  hold(cell: number, awaited: unknown, line: number, column: number): unknown {
    const value = isForeignThenable(awaited) ? new Promise(resolve => resolve(awaited)) : awaited;
    this.#held.set(cell, { at: { line, column }, values: [value] });
    return value;
  }

  /** Called with what `for await` goes through. */
  holdEach(cell: number, iterable: unknown, line: number, column: number): unknown {
    const at = { line, column };
    this.#held.set(cell, { at, values: [iterable] });
    const begin = Object(iterable)[Symbol.asyncIterator] as unknown;
    if (typeof begin !== "function") return iterable;
    const each = (method: "next" | "return" | "throw") => (iterator: AsyncIterator<unknown>) =>
      iterator[method] && {
        [method]: (...values: [unknown]) => {
          const step = (iterator[method] as (...given: [unknown]) => unknown)(...values);
          this.#held.set(cell, { at, values: [iterable, iterator, step] });
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

  /**
   * The place of the `await` that a cell failed at, as it was told: where what it last awaited was rejected with the
   * very thing that the cell has thrown. Nothing when it failed elsewhere.
   */
  async failedAt(cell: number, thrown: unknown): Promise<Position | undefined> {
    const { at, values = [] } = this.#held.get(cell) ?? {};
    const awaited = values.at(-1);
    if (!types.isPromise(awaited)) return undefined;
    const pending = Promise.resolve({ reason: undefined, isRejected: false });
    const rejected = Promise.prototype.then.call(
      awaited,
      () => pending,
      (reason: unknown) => ({ reason, isRejected: true }),
    );
    // What has rejected the cell is settled; anything else is not waited for.
    const found = (await Promise.race([rejected, turn(pending)])) as Awaited<typeof pending>;
    return found.isRejected && Object.is(found.reason, thrown) ? at : undefined;
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
