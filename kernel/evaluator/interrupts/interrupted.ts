/** What a cell throws when the user stops it. */

import { types } from "node:util";

/** Thrown inside interrupted code, and reported as the cell's error. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was interrupted; variables are kept");
  }

  /** Whether what was thrown is one. A proxy, which may throw when it is asked for its class, is none. */
  static is(thrown: unknown): thrown is Interrupted {
    return !types.isProxy(thrown) && thrown instanceof Interrupted;
  }
}
