/**
 * Gathers written text, so that a cell of twenty thousand short lines costs tens of messages.
 *
 * A cell that computes keeps the event loop from turning, so no timer may decide when its text goes out:
 * the first few pieces of any moment are sent as they come, and only a flood is gathered. Text of one
 * execution and stream is joined as long as nothing else comes between; the order of all outputs is kept.
 */

import type { StreamEvent } from "./protocol.js";

const MAX_LENGTH = 64 * 1024;
const WINDOW_MS = 25;
/** Pieces sent at once in each window of time. */
const PROMPT = 8;

/** Collects stream text and hands it on in larger pieces. */
export class OutputBuffer {
  readonly #send: (event: StreamEvent) => void;
  #open: { id: number; name: StreamEvent["name"]; parts: string[]; length: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowStart = -Infinity;
  #sentInWindow = 0;

  constructor(send: (event: StreamEvent) => void) {
    this.#send = send;
  }

  /** Adds text of an execution. */
  write(id: number, name: StreamEvent["name"], text: string): void {
    if (text === "") return;
    if (this.#open && (this.#open.id !== id || this.#open.name !== name)) this.flush();
    this.#open ??= { id, name, parts: [], length: 0 };
    this.#open.parts.push(text);
    this.#open.length += text.length;
    if (this.#open.length >= MAX_LENGTH || this.#isPrompt()) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
  }

  /** Whether text is rare enough now to be sent as it comes. */
  #isPrompt(): boolean {
    const now = performance.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#sentInWindow = 0;
    }
    return this.#sentInWindow++ < PROMPT;
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
