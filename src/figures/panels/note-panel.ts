/** A panel without data says so, instead of being left out or failing. */
import { expectOptions } from "../../base/expect-options.js";
import type { Panel } from "../panels.js";

/**
 * An empty panel with the axis titles it would have, and words in the middle.
 *
 * @example
 * ```ts
 * const trained = edfPanel([{ name: "AnyNetX", errors: [30, 40] }]);
 * const figure = row([trained, notePanel("RegNetX is not trained yet", { x: "error (%)" })]);
 * figure.data.length; // => 2
 * ```
 */
export function notePanel(words: string, labels: { readonly x?: string; readonly y?: string } = {}): Panel {
  expectOptions("notePanel", labels, { x: "text?", y: "text?" }, "labels");
  const axis = (text = "") => ({ title: { text }, showticklabels: false, ticks: "", range: [0, 1] });
  return {
    // Plotly draws no axes without a trace.
    traces: [
      { type: "scatter", mode: "markers", x: [0.5], y: [0.5], marker: { opacity: 0 }, hoverinfo: "skip" },
    ],
    xaxis: axis(labels.x),
    yaxis: axis(labels.y),
    notes: [{ x: 0.5, y: 0.5, text: words }],
  };
}
