/** `%%html`: a cell that is a page's markup. */

import type { EvaluatorMagic } from "./magic.js";

export const html: EvaluatorMagic = {
  name: "html",
  cell: { usage: "%%html", summary: "Shows the cell as HTML." },
  runs: "evaluator",
  start:
    ({ display }) =>
    (_, markup) =>
      void display({ "text/html": markup, "text/plain": markup }, { raw: true }),
};
