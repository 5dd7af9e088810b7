/** What a cell throws when the user stops it. */

/** Thrown inside interrupted code, and reported as the cell's error. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was interrupted; variables are kept");
  }
}
