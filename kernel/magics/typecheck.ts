/** `%typecheck`: what type errors do. */

import { isTypecheckMode, TYPECHECK_MODES } from "../base/typecheck-mode.js";
import { type ServerMagic, UsageError } from "./magic.js";

export const typecheck: ServerMagic = {
  name: "typecheck",
  line: {
    usage: "%typecheck [warn|error|off]",
    summary: "Says what type errors do: are shown, stop the cell, or nothing.",
  },
  words: TYPECHECK_MODES,
  runs: "server",
  run: (args, { typecheck: setting }) => {
    if (isTypecheckMode(args)) setting.mode = args;
    else if (args !== "") {
      throw new UsageError(`%typecheck: expected ${TYPECHECK_MODES.join(", ")} or nothing, got "${args}"`);
    }
    return `type checking: ${setting.mode}`;
  },
};
