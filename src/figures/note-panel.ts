/** A panel without data says so, instead of being left out or failing. */
import type { Panel } from "./panels.js";

/** An empty panel with the axis titles it would have, and words in the middle. */
export const notePanel = (
  words: string,
  labels: { readonly x?: string; readonly y?: string } = {},
): Panel => ({
  // Plotly draws no axes without a trace.
  traces: [
    { type: "scatter", mode: "markers", x: [0.5], y: [0.5], marker: { opacity: 0 }, hoverinfo: "skip" },
  ],
  xaxis: { title: { text: labels.x ?? "" }, showticklabels: false, ticks: "", range: [0, 1] },
  yaxis: { title: { text: labels.y ?? "" }, showticklabels: false, ticks: "", range: [0, 1] },
  notes: [{ x: 0.5, y: 0.5, text: words }],
});
