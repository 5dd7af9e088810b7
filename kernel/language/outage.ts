/** What is told while types and completion are out of order: once when it begins, once when it ends. */

/** Keeps account of one outage at a time. */
export class Outage {
  readonly #tell: (sentence: string) => void;
  /** Why, while it lasts; seconds to wait, which change, left out. */
  #reason: string | undefined;

  /** @param tell takes each sentence to whom it concerns */
  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** There is no answer, and this is why. */
  began(reason: string): void {
    const same = reason.replace(/\d+ s\b/, "");
    if (this.#reason === same) return;
    this.#reason = same;
    this.#tell(`types are not checked and names not completed: ${reason}`);
  }

  /** There was an answer. */
  ended(): void {
    if (this.#reason === undefined) return;
    this.#reason = undefined;
    this.#tell("types are checked and names completed again");
  }
}
