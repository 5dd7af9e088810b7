/** A search as it went: every error in the order of training, and the best so far. */
import type { Panel } from "../panels.js";
import { colours, faded, soft } from "../style.js";

/** The best error of the first k outcomes, against k. */
export function bestSoFarPanel(errors: readonly number[]): Panel {
  let least = Infinity;
  const best = errors.map(error => (least = Math.min(least, error)));
  const trials = errors.map((_, i) => i + 1);
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        x: trials,
        y: errors,
        marker: { color: faded(soft, 0.7), size: 5 },
        hovertemplate: "network %{x}<br>error %{y:.1f} %<extra></extra>",
      },
      {
        type: "scatter",
        mode: "lines",
        x: trials,
        y: best,
        line: { shape: "hv", color: colours[1], width: 2 },
        hovertemplate: "best of %{x}: %{y:.1f} %<extra></extra>",
      },
    ],
    // Between a few networks there are no halves of one.
    xaxis: { title: { text: "networks trained" }, ...(trials.length <= 8 && { tickvals: trials }) },
    yaxis: { title: { text: "error (%); line: best so far" } },
  };
}
