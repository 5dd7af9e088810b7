/** Plotly's figures. */

import type { MimeBundle } from "../bundle.js";
import type { Form } from "../form.js";
import { jsonSafe } from "../json-safe.js";
import { isListOf, isPlainObject, peek } from "./look.js";
import { isPlotlyTrace } from "./plotly-traces.js";

export const plotly: Form = {
  name: "Plotly",
  show: value => (isPlainObject(value) ? figure(value) : undefined),
};

const KEYS = new Set(["data", "layout", "config", "frames"]);

/**
 * `{ data: [traces], layout }`, and nothing beside that Plotly would not know. Objects of that outline are common in
 * other programs, so that there has to be a trace, and each must be one of Plotly's by what it holds.
 */
function figure(value: object): MimeBundle | undefined {
  const data = peek(value, "data");
  if (!Array.isArray(data) || data.length === 0 || !isPlainObject(peek(value, "layout"))) return undefined;
  if (!Object.keys(value).every(key => KEYS.has(key)) || !isListOf(data, isPlotlyTrace)) return undefined;
  const types = data.map(trace => {
    const type = peek(trace, "type");
    return typeof type === "string" ? type : "scatter";
  });
  const traces = `${types.length} ${types.length === 1 ? "trace" : "traces"}`;
  return {
    "application/vnd.plotly.v1+json": jsonSafe(value),
    "text/plain": `Plotly figure: ${traces} (${[...new Set(types)].join(", ")})`,
  };
}
