/**
 * Error distributions as the paper draws them: one step curve per population, legend [min | mean]; with weights, NDS's
 * complexity-normalised ones.
 */
import { expectList } from "../../base/expect.js";
import { edf } from "../../statistics/edf.js";
import { errorDigits, fixed } from "../../base/fixed.js";
import type { Numbers } from "../../statistics/statistics-error.js";
import { extent } from "../../base/extent.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { spaceColours } from "../space-colours.js";
import { seriesDash } from "../style.js";

/** Errors under a name. */
export interface NamedErrors {
  readonly name: string;
  /** Per cent, one per model. None: the population has no place in the panel. */
  readonly errors: readonly number[];
  /** One per model, for example `complexityWeights`: the curve is then the normalised EDF. */
  readonly weights?: Numbers;
  /** What a search chooses by, one per model, for example validation errors; see `randomSearch`. */
  readonly by?: Numbers;
}

/** What a panel of error distributions reads of each. */
export const namedErrors = { name: "text", errors: "list", weights: "list?", by: "list?" } as const;

const labels = { x: "error (%)", y: "cumulative probability" };

/**
 * The EDFs of some populations, in the order given; a population without models keeps its colour for later.
 *
 * @example
 * ```ts
 * const panel = edfPanel([{ name: "AnyNetX", errors: [30, 40] }]);
 * panel.traces.map(({ name }) => name); // => ["[30.0 | 35.0] AnyNetX (n = 2)"]
 * ```
 */
export function edfPanel(populations: readonly NamedErrors[]): Panel {
  expectList("edfPanel", "populations", populations, namedErrors);
  const ends: number[] = [];
  const colours = spaceColours(populations.map(({ name }) => name));
  const traces = populations.flatMap(({ name, errors, weights }, i): PlotlyObject[] => {
    if (errors.length === 0) return [];
    const { errors: steps, shares, n, min, mean } = edf(errors, { weights });
    ends.push(min, steps[steps.length - 1]);
    const digits = errorDigits(errors);
    return [
      {
        type: "scatter",
        mode: "lines",
        name: `[${fixed(min, digits)} | ${fixed(mean, digits)}] ${plotlyText(name)} (n = ${n})`,
        // F rises just after each error; the curve starts at zero, below the least one.
        x: [steps[0], ...steps],
        y: [0, ...shares],
        line: { shape: "hv", color: colours[i], width: 2, dash: seriesDash(i) },
        hovertemplate: "error %{x:.1f} %<br>cumulative probability %{y:.3f}<extra></extra>",
      },
    ];
  });
  if (traces.length === 0) return notePanel("no trained networks yet", labels);
  const [low, high] = extent(ends);
  const margin = 0.02 * (high - low) || 1;
  return {
    traces,
    xaxis: {
      title: { text: labels.x },
      range: [low - margin, high <= 100 ? Math.min(100, high + margin) : high + margin],
    },
    // Room for a legend is no probability: the ticks end at 1.
    yaxis: { title: { text: labels.y }, range: [0, 1.02], tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    legend: "free",
    legendTitle: "[least | mean] error",
    limits: { x: [0, 100], y: [0, 1.02] },
  };
}
