/**
 * A parameter against error, with the line and band of its best value (Figures 2, 5 and 8): where the best models
 * lie, and how sure the population lets one be.
 */
import { expectOptions } from "../../base/expect-options.js";
import { bestValue } from "../../statistics/best-value.js";
import { logAxis, powersOfTwo, shortNumber } from "../axes.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { colours, faded, ink } from "../style.js";

export interface BestValuePanelOptions {
  /** What the axis shows, with its unit: `"network depth (blocks)"`. */
  readonly label: string;
  /** The parameter, one value per model. */
  readonly values: readonly number[];
  /** Per cent, one per model. */
  readonly errors: readonly number[];
  /** Logarithmic axis: `true` for what doubles, as widths do; `"decades"` for what spans powers of ten. Default false. */
  readonly log?: boolean | "decades";
  /** Whose models they are, above the panel. */
  readonly name?: string;
}

/**
 * The scatter of values and errors; the shaded band is the 95 % interval of the best value, the line its median.
 *
 * @example
 * ```ts
 * const panel = bestValuePanel({ label: "depth (blocks)", values: [10, 20, 15, 12], errors: [30, 40, 35, 33] });
 * row([panel]).data.length; // => 1
 * ```
 */
export function bestValuePanel(options: BestValuePanelOptions): Panel {
  expectOptions("bestValuePanel", options, {
    label: "text",
    values: "list",
    errors: "list",
    log: "any?",
    name: "text?",
  });
  const { label, values, errors, log = false, name } = options;
  if (values.length < 2) {
    return notePanel(`${name ? `${plotlyText(name)}: ` : ""}no trained networks yet`, {
      x: label,
      y: "error (%)",
    });
  }
  const { median, low, high } = bestValue(values, errors);
  const [colour] = colours;
  const scale =
    log === "decades" ? logAxis(values) : log ? { type: "log", tickvals: powersOfTwo, tickangle: 0 } : {};
  return {
    title: `${name ? `${plotlyText(name)}: ` : ""}best ${shortNumber(median)}, 95 % band ${shortNumber(low)}–${shortNumber(high)} (n = ${values.length})`,
    traces: [
      {
        type: "scatter",
        mode: "markers",
        cliponaxis: false,
        x: values,
        y: errors,
        marker: { color: faded(colour, values.length > 100 ? 0.5 : 0.65), size: values.length > 100 ? 5 : 6 },
        hovertemplate: `${label} %{x}<br>error %{y:.1f} %<extra></extra>`,
      },
    ],
    shapes: [
      {
        type: "rect",
        yref: "domain",
        x0: low,
        x1: high,
        y0: 0,
        y1: 1,
        fillcolor: faded(colour, 0.15),
        line: { width: 0 },
        layer: "below",
      },
      {
        type: "line",
        yref: "domain",
        x0: median,
        x1: median,
        y0: 0,
        y1: 1,
        line: { color: ink, width: 2 },
      },
    ],
    xaxis: { title: { text: label }, ...scale },
    yaxis: { title: { text: "error (%)" } },
  };
}
