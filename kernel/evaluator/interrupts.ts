/**
 * Stopping a cell, whatever it is doing.
 *
 * Three means together reach what no single one does on Node: a flag that every loop of a cell reads, also
 * after an await; a SIGINT that breaks synchronous library code the cell called; and giving up the wait for
 * promises. (Terminating V8 from another thread would reach more, but corrupts Node's async hooks.)
 */

import { MessageChannel, Worker } from "node:worker_threads";
import { executions, type Execution } from "./execution.js";
import { ABANDONED, FOREGROUND, type InterruptFlags, REQUESTED, stopAsked, TARGET } from "./flags.js";
import { Interrupted } from "./interrupted.js";
import { waitForAnswer } from "./prompt.js";

/** Watches over one execution at a time. */
export class Interrupts {
  readonly #flags: InterruptFlags;
  readonly #answers = new MessageChannel();
  #foreground: { execution: Execution; giveUp: (reason: Interrupted) => void } | undefined;

  constructor(flags: InterruptFlags) {
    this.#flags = flags;
  }

  /**
   * Does the work of an execution, and stops waiting for it when the execution is interrupted.
   *
   * @throws Interrupted when it was given up; code of it that is still alive stops at its next loop turn
   */
  async watch<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    const interrupted = new Promise<never>((_, giveUp) => {
      this.#foreground = { execution, giveUp };
    });
    Atomics.store(this.#flags, REQUESTED, 0);
    Atomics.store(this.#flags, FOREGROUND, execution.id);
    try {
      if (Atomics.load(this.#flags, TARGET) === execution.id) throw new Interrupted();
      const result = work();
      // When it is given up, its later failure concerns nobody.
      result
        .catch(() => {})
        .finally(() => this.#ended(execution))
        .catch(() => {});
      return await Promise.race([result, interrupted]);
    } finally {
      this.#foreground = undefined;
      Atomics.store(this.#flags, FOREGROUND, 0);
    }
  }

  /** Stops the foreground execution if it has this id. Called on the main thread, so nothing spins now. */
  interrupt(id: number): void {
    // The listening thread may have heard of a later execution already.
    if (id > Atomics.load(this.#flags, TARGET)) Atomics.store(this.#flags, TARGET, id);
    if (this.#foreground?.execution.id !== id) return;
    Atomics.store(this.#flags, REQUESTED, 0);
    const { execution, giveUp } = this.#foreground;
    const reason = new Interrupted();
    Atomics.add(this.#flags, ABANDONED, 1);
    execution.abandon(reason);
    giveUp(reason);
  }

  /** What a loop does when it sees a flag: stops when it is meant. */
  stopLoop(): void {
    if (stopAsked(this.#flags) || executions.getStore()?.abandoned) throw new Interrupted();
  }

  /** Whether an execution is the one in the foreground. */
  isRunning(execution: Execution): boolean {
    return this.#foreground?.execution === execution;
  }

  /** Blocks until the front answers. @throws Interrupted when the user stops the cell instead */
  answer(): string {
    return waitForAnswer(this.#answers.port1, this.#flags);
  }

  /** Hears the front on a thread of its own, because the main thread may be spinning. */
  listen(fd: number): void {
    const worker = new Worker(new URL("./interrupt-listener.js", import.meta.url), {
      workerData: { flags: this.#flags, fd, answers: this.#answers.port2 },
      transferList: [this.#answers.port2],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    });
    worker.on("message", (id: number) => this.interrupt(id));
    worker.unref();
  }

  #ended(execution: Execution): void {
    if (execution.abandoned) Atomics.sub(this.#flags, ABANDONED, 1);
  }
}
