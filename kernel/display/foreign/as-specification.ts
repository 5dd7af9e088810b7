/** Values that are specifications of figures: Plotly's and Vega's. */

import type { MimeBundle } from "../bundle.js";
import { jsonSafe } from "../json-safe.js";
import { isListOf, isPlainObject, peek } from "./look.js";
import { isPlotlyTrace } from "./plotly-traces.js";

/** The bundle of a figure's specification, or nothing when a value is none. */
export function asSpecification(value: object): MimeBundle | undefined {
  return isPlainObject(value) ? (plotly(value) ?? vega(value)) : undefined;
}

const PLOTLY_KEYS = new Set(["data", "layout", "config", "frames"]);

/**
 * `{ data: [traces], layout }`, and nothing beside that Plotly would not know. Objects of that outline are common in
 * other programs, so that there has to be a trace, and each must be one of Plotly's by what it holds.
 */
function plotly(value: object): MimeBundle | undefined {
  const data = peek(value, "data");
  if (!Array.isArray(data) || data.length === 0 || !isPlainObject(peek(value, "layout"))) return undefined;
  if (!Object.keys(value).every(key => PLOTLY_KEYS.has(key)) || !isListOf(data, isPlotlyTrace))
    return undefined;
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

const SCHEMA = /^https?:\/\/vega\.github\.io\/schema\/(vega|vega-lite)\/v(\d+)/;

/** A specification that names its schema; the schema's version chooses the front end's renderer. */
function vega(value: object): MimeBundle | undefined {
  const named = peek(value, "$schema");
  const schema = SCHEMA.exec(typeof named === "string" ? named : "");
  if (!schema) return undefined;
  const [, language = "vega", version = "5"] = schema;
  const type = `application/vnd.${language.replace("-", "")}.v${version}+json`;
  const name = language === "vega" ? "Vega" : "Vega-Lite";
  return { [type]: jsonSafe(value), "text/plain": `${name} ${version} figure` };
}
