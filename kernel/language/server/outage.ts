/** What is told while types and completion are out of order: once when it begins, once when it ends. */

/** Keeps account of one outage at a time. */
export class Outage {
  readonly #tell: (sentence: string) => void;
  /** Its kind, while it lasts. */
  #kind: string | undefined;

  /** @param tell takes each sentence to whom it concerns */
  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** There is no answer, and this is why; the words may differ each time, which is no other outage. */
  began(kind: string, reason: string): void {
    if (this.#kind === kind) return;
    this.#kind = kind;
    this.#tell(`types are not checked and names not completed: ${reason}`);
  }

  /** There was an answer. */
  ended(): void {
    if (this.#kind === undefined) return;
    this.#kind = undefined;
    this.#tell("types are checked and names completed again");
  }
}
