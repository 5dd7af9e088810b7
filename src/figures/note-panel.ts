/** A panel without data says so, instead of being left out or failing. */
import type { Panel } from "./panels.js";

/** An empty panel with the axis titles it would have, and words in the middle. */
export const notePanel = (words: string, labels: { readonly x?: string; readonly y?: string } = {}): Panel => ({
  traces: [],
  xaxis: { title: { text: labels.x ?? "" }, showticklabels: false, ticks: "", range: [0, 1] },
  yaxis: { title: { text: labels.y ?? "" }, showticklabels: false, ticks: "", range: [0, 1] },
  notes: [{ x: 0.5, y: 0.5, text: words }],
});
