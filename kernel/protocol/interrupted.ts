/** What a cell throws when the user stops it. */

/** Thrown inside interrupted code, and reported as the cell's error. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly #isOne = true;

  constructor(when = "") {
    super(`the cell was interrupted${when}; variables are kept`);
  }

  /** Whether what was thrown is one. What it is made of is not asked: a proxy may do anything then. */
  static is(thrown: unknown): thrown is Interrupted {
    return typeof thrown === "object" && thrown !== null && #isOne in thrown && thrown.#isOne;
  }
}
