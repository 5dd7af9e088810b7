/**
 * Random-search efficiency (the paper's Figure 9, right; NDS, section 4.4): the best error of m random models against
 * m, with a band of one standard deviation between searches.
 */
import { expectList } from "../../base/expect.js";
import { randomSearch } from "../../statistics/random-search.js";
import { powersOfTwo } from "../axes.js";
import { extent } from "../../base/extent.js";
import { type NamedErrors, namedErrors } from "./edf-panel.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { spaceColours } from "../space-colours.js";
import { faded, seriesDash } from "../style.js";

const labels = { x: "number of random models", y: "best error (%)" };
/** Where one error chooses and another judges. */
const JUDGED = "error of the best by validation (%)";

/**
 * The expected best error of each population, ± 1σ, for 1, 2, 4, … models.
 *
 * @example
 * ```ts
 * const populations = [await shippedPopulation("AnyNetXA"), await shippedPopulation("RegNetX")];
 * const figure = row([edfPanel(populations), randomSearchPanel(populations)]);
 * figure.data.length; // => 6
 * ```
 */
export function randomSearchPanel(populations: readonly NamedErrors[]): Panel {
  expectList("randomSearchPanel", "populations", populations, namedErrors);
  const sizes: number[] = [];
  const colours = spaceColours(populations.map(({ name }) => name));
  const traces = populations.flatMap(({ name, errors, weights, by }, i): PlotlyObject[] => {
    if (errors.length === 0) return [];
    const points = randomSearch(errors, { weights, ...(by && { by }) });
    const colour = colours[i];
    const x = points.map(point => point.size);
    for (const size of x) sizes.push(size);
    // The band never falls below the least error: the mean of minima is above it, the mean less σ may not be.
    const [least] = extent(errors);
    const lower = points.map(point => Math.max(least, point.oneSigma[0]));
    const upper = points.map(point => point.oneSigma[1]);
    return [
      {
        type: "scatter",
        mode: "lines",
        x: [...x, ...x.toReversed()],
        y: [...upper, ...lower.toReversed()],
        fill: "toself",
        fillcolor: faded(colour, 0.15),
        line: { width: 0 },
        showlegend: false,
        hoverinfo: "skip",
      },
      {
        type: "scatter",
        mode: "lines+markers",
        name: `${plotlyText(name)}, ±1σ (n = ${errors.length})`,
        x,
        y: points.map(point => point.mean),
        line: { color: colour, width: 2, dash: seriesDash(i) },
        marker: { color: colour, size: 6 },
        hovertemplate: "%{x} models<br>best error %{y:.2f} %<extra></extra>",
      },
    ];
  });
  if (traces.length === 0) return notePanel("no trained networks yet", labels);
  const range = extent(sizes).map(Math.log10);
  return {
    traces,
    xaxis: {
      title: { text: labels.x },
      type: "log",
      tickvals: powersOfTwo,
      range: [range[0] - 0.08, range[1] + 0.08],
    },
    yaxis: { title: { text: populations.some(({ by }) => by) ? JUDGED : labels.y } },
    legend: "free",
  };
}
