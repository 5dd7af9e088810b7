/**
 * What `using` at the top of a cell is given, which is disposed of at the cell's end: a script has no such declarations,
 * and the end of what V8's REPL mode makes of one is not that of the cell.
 */

import type { Outcome } from "../run.js";

/** Resources of cells. */
export class UsedResources {
  readonly #cells = new Map<number, (() => void | PromiseLike<void>)[]>();

  /**
   * Called with what a declaration is given.
   *
   * @param isAsync whether it is one of `await using`
   * @returns the same
   * @throws TypeError, in V8's words, when there is no way to dispose of it
   */
  use<T>(cell: number, value: T, isAsync: boolean): T {
    const used = this.#cells.get(cell) ?? [];
    this.#cells.set(cell, used);
    if (isAsync) {
      const stack = new AsyncDisposableStack();
      stack.use(value as AsyncDisposable | null | undefined);
      used.push(() => stack.disposeAsync());
    } else {
      const stack = new DisposableStack();
      stack.use(value as Disposable | null | undefined);
      used.push(() => stack.dispose());
    }
    return value;
  }

  /** Whether a cell has something to dispose of. */
  has(cell: number): boolean {
    return this.#cells.has(cell);
  }

  /** Disposes of what a cell has used, the last first. @returns how the cell ends with that */
  async dispose(cell: number, outcome: Outcome): Promise<Outcome> {
    const used = this.#cells.get(cell) ?? [];
    this.#cells.delete(cell);
    let ended = outcome;
    for (const dispose of used.toReversed()) {
      try {
        await dispose();
      } catch (error) {
        const thrown = ended.status === "thrown" ? new SuppressedError(error, ended.thrown) : error;
        ended = { status: "thrown", thrown, place: { line: 1, column: 1 } };
      }
    }
    return ended;
  }
}
