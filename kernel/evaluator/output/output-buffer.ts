/**
 * Gathers written text, so that a cell of twenty thousand short lines costs tens of messages.
 *
 * The first few pieces of any moment are sent as they come, and only a flood is gathered. Text of one execution and
 * stream is joined as long as nothing else comes between; the order of all outputs is kept. A cell that computes keeps
 * timers from sending the end of a flood; another thread then tells it.
 */

import type { StreamEvent } from "../../protocol/evaluator.js";
import type { WaitingText } from "./waiting-text.js";

const MAX_LENGTH = 64 * 1024;
/** Text waits for this long at most, when the event loop turns. */
export const WINDOW_MS = 25;
/** Pieces sent at once in each window of time. */
const PROMPT = 8;

/** Where another thread sees what waits. */
export interface SeenByOthers {
  text: WaitingText;
  /** Told when text begins to wait. */
  waits(turn: number): void;
}

/** Collects stream text and hands it on in larger pieces. */
export class OutputBuffer {
  readonly #send: (event: StreamEvent) => void;
  readonly #seen: SeenByOthers | undefined;
  #open: { id: number; name: StreamEvent["name"]; parts: string[]; length: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowStart = -Infinity;
  #sentInWindow = 0;

  constructor(send: (event: StreamEvent) => void, seen?: SeenByOthers) {
    this.#send = send;
    this.#seen = seen;
  }

  /**
   * Adds text of an execution. Each text is encoded by itself, as where Node writes it: what becomes of half a character
   * must not depend on what is gathered with it.
   */
  write(id: number, name: StreamEvent["name"], written: string): void {
    if (written === "") return;
    const text = written.toWellFormed();
    if (this.#open && (this.#open.id !== id || this.#open.name !== name)) this.flush();
    this.#open ??= { id, name, parts: [], length: 0 };
    this.#open.parts.push(text);
    this.#open.length += text.length;
    if (this.#open.length >= MAX_LENGTH || this.#isPrompt()) return this.flush();
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
    // What code catches for itself is no other thread's business.
    if (!this.#seen || id < 0) return;
    this.#seen.text.add(id, name, text);
    if (this.#open.parts.length === 1) this.#seen.waits(this.#seen.text.turn);
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
    if (!open) return;
    const { id, name, parts } = open;
    const turn = this.#seen?.text.end();
    this.#send({ type: "stream", id, name, text: parts.join(""), ...(turn !== undefined && { turn }) });
  }
}
