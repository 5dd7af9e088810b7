/** `%%bash`: a cell that is a script of a shell. */

import type { EvaluatorMagic } from "./magic.js";
import { runProgram } from "./support/run-program.js";

export const bash: EvaluatorMagic = {
  name: "bash",
  cell: { usage: "%%bash", summary: "Runs the cell as a script of bash." },
  runs: "evaluator",
  start:
    ({ stopWatch }) =>
    async (_, script) => {
      const missing = "%%bash: bash was not found on the PATH";
      const program = { command: "bash", args: ["-s"], input: script, missing };
      const code = await runProgram(program, stopWatch());
      if (code === 0) return;
      throw new Error(
        `%%bash: the script ended with ${typeof code === "number" ? `exit code ${code}` : code}`,
      );
    },
};
