/** `%%markdown`: a cell that is formatted text. */

import type { EvaluatorMagic } from "./magic.js";

export const markdown: EvaluatorMagic = {
  name: "markdown",
  cell: { usage: "%%markdown", summary: "Shows the cell as Markdown." },
  runs: "evaluator",
  start:
    ({ display }) =>
    (_, text) =>
      void display({ "text/markdown": text, "text/plain": text }, { raw: true }),
};
