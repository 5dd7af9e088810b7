/** `%reset`: a fresh start, of which V8 knows only a new process, since top-level `let` cannot be deleted. */

import { type ServerMagic, UsageError } from "./magic.js";

export const reset: ServerMagic = {
  name: "reset",
  line: {
    usage: "%reset",
    summary: "Starts afresh before the cell runs: variables and loaded modules are gone.",
  },
  runs: "server",
  run: (_, { restart }, before) => {
    if (before.trim() !== "") {
      throw new UsageError(
        "%reset: expected to stand before all code of its cell, since it happens before any of it runs",
      );
    }
    restart();
    return "variables and modules are gone";
  },
};
