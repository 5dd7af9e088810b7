/**
 * A parameter against error, with the line and band of its best value (Figures 2 and 5): where the best models
 * lie, and how sure the population lets one be.
 */
import { bestValue } from "../statistics/best-value.js";
import type { Panel } from "./panels.js";
import { colours, faded } from "./style.js";

export interface BestValuePanelOptions {
  /** What the axis shows, with its unit: `"network depth (blocks)"`. */
  readonly label: string;
  /** The parameter, one value a model. */
  readonly values: readonly number[];
  /** Per cent, one a model. */
  readonly errors: readonly number[];
  /** Logarithmic axis, for widths. Default false. */
  readonly log?: boolean;
}

/** Ticks of a logarithmic axis: widths are multiples of 8. */
const powersOfTwo = Array.from({ length: 15 }, (_, i) => 2 ** i);

/** The scatter of values and errors; the shaded band is the 95 % interval of the best value, the line its median. */
export function bestValuePanel({ label, values, errors, log = false }: BestValuePanelOptions): Panel {
  const { median, low, high } = bestValue(values, errors);
  const [colour] = colours;
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        cliponaxis: false,
        x: values,
        y: errors,
        marker: { color: faded(colour, 0.65), size: 6 },
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
        line: { color: "#222222", width: 2 },
      },
    ],
    xaxis: { title: { text: label }, ...(log && { type: "log", tickvals: powersOfTwo, tickangle: 0 }) },
    yaxis: { title: { text: "error (%)" } },
  };
}
