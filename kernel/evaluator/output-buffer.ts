/**
 * Gathers written text, so that a cell of twenty thousand short lines costs tens of messages.
 *
 * Text of one execution and stream is joined as long as nothing else comes between; the order of all
 * outputs is kept. Text goes out when there is much of it, when it has waited, or when another event must
 * follow it. A spinning cell starves timers, so age is also looked at when text arrives.
 */

import type { StreamEvent } from "./protocol.js";

const MAX_LENGTH = 64 * 1024;
const MAX_AGE_MS = 25;

/** Collects stream text and hands it on in larger pieces. */
export class OutputBuffer {
  readonly #send: (event: StreamEvent) => void;
  #open:
    | { id: number; name: StreamEvent["name"]; parts: string[]; length: number; since: number }
    | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (event: StreamEvent) => void) {
    this.#send = send;
  }

  /** Adds text of an execution. */
  write(id: number, name: StreamEvent["name"], text: string): void {
    if (text === "") return;
    if (this.#open && (this.#open.id !== id || this.#open.name !== name)) this.flush();
    this.#open ??= { id, name, parts: [], length: 0, since: performance.now() };
    this.#open.parts.push(text);
    this.#open.length += text.length;
    if (this.#open.length >= MAX_LENGTH || performance.now() - this.#open.since >= MAX_AGE_MS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_AGE_MS).unref();
  }

  /** Sends what there is. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = undefined;
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#send({ type: "stream", id: open.id, name: open.name, text: open.parts.join("") });
  }
}
