/**
 * The front's account of text that the evaluator's second thread has told because the main thread was busy. What the
 * main thread sends later is shown less what has been shown.
 */

import type { EvaluatorEvent, OverdueText, StreamEvent } from "../../protocol/evaluator.js";

/** Follows the events of one process. */
export class ToldText {
  readonly #show: (event: StreamEvent) => void;
  /** Events received, modulo 2³². */
  #received = 0;
  /** The last turn whose text the main thread has sent. */
  #sent = -1;
  #shown = { turn: -1, length: 0 };
  /** What waits for events that came before it. */
  #held: OverdueText | undefined;

  constructor(show: (event: StreamEvent) => void) {
    this.#show = show;
  }

  /** Shows text that is overdue, when all that was sent before it has been received. */
  overdue(text: OverdueText): void {
    this.#held = text;
    this.#showHeld();
  }

  /** Hands an event on, less what has been shown, and then what waited for it. */
  receive(event: EvaluatorEvent, handOn: (event: EvaluatorEvent) => void): void {
    this.#received = (this.#received + 1) | 0;
    if (event.type !== "stream" || event.turn === undefined) {
      handOn(event);
    } else {
      const { turn, ...rest } = event;
      this.#sent = turn;
      const text = turn === this.#shown.turn ? rest.text.slice(this.#shown.length) : rest.text;
      if (text !== "") handOn({ ...rest, text });
    }
    this.#showHeld();
  }

  #showHeld(): void {
    const held = this.#held;
    if (!held || ((held.after - this.#received) | 0) > 0) return;
    this.#held = undefined;
    if (held.turn <= this.#sent) return;
    this.#shown = { turn: held.turn, length: held.text.length };
    const { id, name, text } = held;
    this.#show({ type: "stream", id, name, text });
  }
}
