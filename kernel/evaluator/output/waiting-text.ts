/**
 * Text that the main thread gathers before it sends it, where the listening thread can read it: a main thread that
 * computes cannot send the end of a flood, and the user would miss the last lines for as long as it computes.
 *
 * Nothing is locked: the main thread may be broken off anywhere by an interrupt. Each gathering has its turn, and what
 * was read while a turn ended is thrown away.
 */

import type { OverdueText, StreamEvent } from "../../protocol/evaluator.js";

/** Which gathering this is: one more each time the text has been sent. */
const TURN = 0;
/** Bytes of text. */
const LENGTH = 1;
/** Whose text it is. */
const EXECUTION = 2;
/** On which of `STREAMS`. */
const STREAM = 3;
/** Events that were sent before the text, modulo 2³². */
const AFTER = 4;
const FIELDS = 5;

const STREAMS = ["stdout", "stderr"] as const satisfies readonly StreamEvent["name"][];
/** UTF-8 needs at most three bytes for a unit of UTF-16. */
const MAX_BYTES = 3;
const CAPACITY = MAX_BYTES * 64 * 1024;

/** Written by the main thread alone, read by the listening thread. */
export class WaitingText {
  readonly memory: SharedArrayBuffer;
  readonly #fields: Int32Array;
  readonly #bytes: Buffer;
  #sent = 0;

  /** @param memory that of the other thread's */
  constructor(memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT + CAPACITY)) {
    this.memory = memory;
    this.#fields = new Int32Array(memory, 0, FIELDS);
    this.#bytes = Buffer.from(memory, this.#fields.byteLength);
  }

  /** The present turn. */
  get turn(): number {
    return Atomics.load(this.#fields, TURN);
  }

  /** Counts an event that was sent. */
  countSent(): void {
    this.#sent = (this.#sent + 1) | 0;
  }

  /**
   * Adds text, which must be of the same execution and stream within a turn. What does not fit is left out: so much
   * text ends the turn at once.
   */
  add(execution: number, name: StreamEvent["name"], text: string): void {
    const length = Atomics.load(this.#fields, LENGTH);
    if (length === 0) {
      Atomics.store(this.#fields, EXECUTION, execution);
      Atomics.store(this.#fields, STREAM, STREAMS.indexOf(name));
      Atomics.store(this.#fields, AFTER, this.#sent);
    }
    if (text.length * MAX_BYTES > CAPACITY - length) return;
    // The length last: up to it, all is there.
    Atomics.store(this.#fields, LENGTH, length + this.#bytes.write(text, length));
  }

  /** Ends the turn, whose text is about to be sent. @returns its number */
  end(): number {
    // The length first: with a new turn there is no old text.
    Atomics.store(this.#fields, LENGTH, 0);
    return Atomics.add(this.#fields, TURN, 1);
  }

  /** The text of a turn; nothing when the turn has ended. */
  read(turn: number): OverdueText | undefined {
    const [after, execution, stream, length] = [AFTER, EXECUTION, STREAM, LENGTH].map(field =>
      Atomics.load(this.#fields, field),
    ) as [number, number, number, number];
    const text = this.#bytes.toString("utf8", 0, length);
    const name = STREAMS[stream];
    if (this.turn !== turn || length === 0 || name === undefined) return undefined;
    return { turn, after, id: execution, name, text };
  }
}
