/**
 * Subshells (JEP 91): further queues of cells beside the main shell's. All share one evaluator, and so one state.
 *
 * JavaScript has one thread: a subshell's cell starts at once when the other shells' cells await, and otherwise when
 * they next do. What needs no evaluator (completion, inspection, history) never waits.
 */

import { randomUUID } from "node:crypto";
import { described } from "../base/described.js";
import { ExecutionQueue } from "./execution-queue.js";
import { FieldError } from "../base/fields.js";
import type { Header } from "../protocol/messages.js";

/** The shell of a request: a subshell's id, or `undefined` for the main shell. */
export type ShellId = string | undefined;

/** Thrown when a request names a subshell that does not exist. */
export class UnknownSubshellError extends FieldError {
  override readonly name = "UnknownSubshellError";
}

/** The shell that a request is meant for. */
export function shellOf(header: Header): ShellId {
  return header.subshell_id ?? undefined;
}

/** The queues of the main shell and of all subshells. */
export class Subshells {
  readonly #queues = new Map<ShellId, ExecutionQueue>();
  readonly #received: () => Promise<void>;

  /** @param received resolves when every request that has arrived by now was added to its queue */
  constructor(received: () => Promise<void>) {
    this.#received = received;
    this.#queues.set(undefined, new ExecutionQueue(received));
  }

  /** Makes a subshell. @returns its id */
  create(): string {
    const id = randomUUID();
    this.#queues.set(id, new ExecutionQueue(this.#received));
    return id;
  }

  /** Takes a subshell away; its waiting cells are aborted. @throws UnknownSubshellError when there is none */
  delete(id: string): void {
    const queue = this.queue(id);
    this.#queues.delete(id);
    queue.abort();
  }

  /** The ids of all subshells, oldest first. */
  list(): string[] {
    return [...this.#queues.keys()].filter(id => id !== undefined);
  }

  /** The queue of a shell. @throws UnknownSubshellError when there is none */
  queue(id: ShellId): ExecutionQueue {
    const queue = this.#queues.get(id);
    if (queue) return queue;
    const known = this.list().join(", ");
    throw new UnknownSubshellError(
      `"subshell_id" must be ${known ? `one of ${known}` : "left out, as there are no subshells"}, got ${described(id)}`,
    );
  }
}
