/** One run of one cell, and how code finds the run it belongs to. */

import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";

/**
 * One run of one cell, or of what a message from a front end calls. Its identity follows the code through awaits,
 * timers and callbacks.
 */
export class Execution {
  readonly id: number;
  readonly count: number;
  /** Whether the front end answers prompts. */
  readonly allowStdin: boolean;
  /** The execution under which its output appears; negative when it is caught on its way. */
  readonly outputTo: number;
  /** Set when the cell's last expression was reached; holds its value. */
  value: { value: unknown } | undefined;
  /** Whether code of it was stopped that it did not wait for. */
  isCutShort = false;
  /** The groups of the console that it has open, shared by its output elsewhere. */
  groups = { open: 0 };
  #stop = new AbortController();
  #pending = new Set<Promise<unknown>>();

  constructor(id: number, count: number, allowStdin = false, outputTo = id) {
    this.id = id;
    this.count = count;
    this.allowStdin = allowStdin;
    this.outputTo = outputTo;
  }

  /** This run, as far as stopping and waiting go, with its output elsewhere. */
  redirected(outputTo: number): Execution {
    const execution = new Execution(this.id, this.count, this.allowStdin, outputTo);
    execution.groups = this.groups;
    execution.#stop = this.#stop;
    execution.#pending = this.#pending;
    return execution;
  }

  /** Resources that note down their cell say no more of it. */
  [inspect.custom](): string {
    return "[its cell]";
  }

  /** Aborted when the cell is interrupted; long work finds it as `globalThis[Symbol.for("Jupyter.signal")]`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the run was given up: code of it that is still alive stops at the next chance. */
  get abandoned(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Gives the run up. */
  abandon(reason: Error): void {
    this.#stop.abort(reason);
  }

  /** Makes the end of the cell wait for `work`, which must not reject. */
  await(work: Promise<unknown>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  /** Whether something handed to `await` is not done. */
  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Resolves when everything handed to `await` is done. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}

/**
 * The run to which the code now on the stack belongs. There is no "current" execution beside this one:
 * several cells may be alive at a time, and each output goes to the cell that caused it.
 */
export const executions = new AsyncLocalStorage<Execution>();

/** What runs without any message or cell, such as a timer of a library's. */
export const NOBODY = new Execution(0, 0);
