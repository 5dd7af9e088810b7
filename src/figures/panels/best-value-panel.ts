/**
 * A parameter against error, with the line and band of its best value (Figures 2, 5 and 8): where the best models
 * lie, and how sure the population lets one be.
 */
import { extent } from "../../base/extent.js";
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

/** Models for each value of the parameter from which on they are drawn beside each other. */
const FEW = 10;
/** How far beside, at most: in shares of the least distance of two values. */
const APART = 0.16;

/** The values, moved a little aside, alike in every drawing, so that points of one value do not hide each other. */
function apart(values: readonly number[], log: boolean | "decades"): number[] {
  const [there, back] = log ? [Math.log, Math.exp] : [Number, Number];
  const distinct = [...new Set(values)].sort((a, b) => a - b).map(there);
  const gaps = distinct.slice(1).map((value, i) => value - distinct[i]);
  const most = gaps.length > 0 ? APART * extent(gaps)[0] : 0;
  // Multiples of the golden ratio are spread evenly, however many there are.
  return values.map((value, i) => back(there(value) + most * (2 * ((i * 0.618034) % 1) - 1)));
}

/**
 * The scatter of values and errors; where the parameter has few values, points are moved a little aside. The shaded band is the 95 % interval of the best value, the line its median.
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
  const isFew = new Set(values).size * FEW <= values.length;
  const scale =
    log === "decades" ? logAxis(values) : log ? { type: "log", tickvals: powersOfTwo, tickangle: 0 } : {};
  return {
    title: `${name ? `${plotlyText(name)}: ` : ""}best ${shortNumber(median)}, 95 % band ${shortNumber(low)}–${shortNumber(high)} (n = ${values.length})`,
    traces: [
      {
        type: "scatter",
        mode: "markers",
        cliponaxis: false,
        x: isFew ? apart(values, log) : values,
        y: errors,
        ...(isFew && { customdata: values }),
        marker: { color: faded(colour, values.length > 100 ? 0.5 : 0.65), size: values.length > 100 ? 5 : 6 },
        hovertemplate: `${label} %{${isFew ? "customdata" : "x"}}<br>error %{y:.1f} %<extra></extra>`,
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
        // Points under it are seen.
        opacity: 0.65,
      },
    ],
    xaxis: { title: { text: label }, ...scale },
    yaxis: { title: { text: "error (%)" } },
  };
}
