/** Error distributions as the paper draws them: one step curve a population, legend [min | mean]. */
import { edf } from "../statistics/edf.js";
import type { PlotlyObject } from "./figure.js";
import type { Panel } from "./panels.js";
import { colours } from "./style.js";

/** Errors under a name. */
export interface NamedErrors {
  readonly name: string;
  /** Per cent, one a model. */
  readonly errors: readonly number[];
}

/** The EDFs of some populations, in the order given. */
export function edfPanel(populations: readonly NamedErrors[]): Panel {
  const traces = populations.map(({ name, errors }, i): PlotlyObject => {
    const { errors: steps, shares, n, min, mean } = edf(errors);
    return {
      type: "scatter",
      mode: "lines",
      name: `[${min.toFixed(1)} | ${mean.toFixed(1)}] ${name} (n = ${n})`,
      // F rises just after each error; the curve starts at zero, below the least one.
      x: [steps[0], ...steps],
      y: [0, ...shares],
      line: { shape: "hv", color: colours[i % colours.length], width: 2 },
      hovertemplate: "error %{x:.1f} %<br>cumulative probability %{y:.3f}<extra></extra>",
    };
  });
  return {
    traces,
    xaxis: { title: { text: "error (%)" } },
    yaxis: { title: { text: "cumulative probability" }, range: [0, 1.02] },
    legend: { x: 0.98, y: 0.03, xanchor: "right", yanchor: "bottom" },
  };
}
