/** The front's end of the Chrome DevTools Protocol, which V8's inspector speaks in the evaluator's process. */

import type { InspectorCall, InspectorMessage } from "../protocol/evaluator.js";
import { DapError, ProcessEndedError } from "../protocol/dap.js";

interface Pending {
  resolve(result: object): void;
  reject(error: Error): void;
}

/** Calls, and waits for their answers. */
export class InspectorClient {
  readonly #send: (call: InspectorCall) => void;
  readonly #event: (method: string, params: Record<string, unknown>) => void;
  readonly #pending = new Map<number, Pending>();
  #alive = false;
  #lastId = 0;

  constructor(
    send: (call: InspectorCall) => void,
    event: (method: string, params: Record<string, unknown>) => void,
  ) {
    this.#send = send;
    this.#event = event;
  }

  /** Calls a method. @throws DapError when V8 refuses, ProcessEndedError when the process ends first */
  call<T extends object>(method: string, params: object = {}): Promise<T> {
    if (!this.#alive) return Promise.reject(new ProcessEndedError());
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: result => resolve(result as T), reject });
      this.#send({ id, method, params: params as Record<string, unknown> });
    });
  }

  /** Takes what the process says. */
  received(message: InspectorMessage): void {
    if ("method" in message) {
      this.#event(message.method, message.params);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ("error" in message) pending?.reject(new DapError(message.error));
    else pending?.resolve(message.result);
  }

  /** The process has ended: nobody answers what is still asked. */
  ended(): void {
    this.#alive = false;
    for (const pending of this.#pending.values()) pending.reject(new ProcessEndedError());
    this.#pending.clear();
  }

  /** A process is there. */
  started(): void {
    this.#alive = true;
  }
}
