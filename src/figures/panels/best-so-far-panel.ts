/** A search as it went: every error in the order of training, and the best so far. */
import type { Panel } from "../panels.js";
import { colours, faded, soft } from "../style.js";

export interface BestSoFarOptions {
  /** What is counted. Default `"networks trained"`. */
  readonly what?: string;
  /** What is found, with its unit. Default `"error (%)"`. */
  readonly value?: string;
  /** Default `"least"`. */
  readonly better?: "least" | "greatest";
  /** The best after each outcome, NaN before there is one. Default: of the values so far. */
  readonly best?: readonly number[];
}

/** The best value of the first k outcomes, against k; one that is not known, NaN, changes nothing. */
export function bestSoFarPanel(errors: readonly number[], options: BestSoFarOptions = {}): Panel {
  const { what = "networks trained", value = "error (%)", better = "least" } = options;
  const best = [...(options.best ?? [])];
  for (const error of options.best ? [] : errors) {
    const before = best.at(-1) ?? Number.NaN;
    const isBetter = better === "least" ? error < before : error > before;
    best.push(Number.isNaN(before) || isBetter ? error : before);
  }
  const isError = value.endsWith("(%)");
  const trials = errors.map((_, i) => i + 1);
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        name: "each",
        x: trials,
        y: errors,
        marker: { color: faded(soft, 0.7), size: 5 },
        hovertemplate: isError
          ? "network %{x}<br>error %{y:.1f} %<extra></extra>"
          : "%{x}: %{y:.4g}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "lines",
        name: "best so far",
        x: trials,
        y: best,
        line: { shape: "hv", color: colours[1], width: 2 },
        hovertemplate: isError
          ? "best of %{x}: %{y:.1f} %<extra></extra>"
          : "best of %{x}: %{y:.4g}<extra></extra>",
      },
    ],
    // Between a few networks there are no halves of one.
    xaxis: { title: { text: what }, ...(trials.length <= 8 && { tickvals: trials }) },
    yaxis: { title: { text: value } },
    legend: "free",
  };
}
