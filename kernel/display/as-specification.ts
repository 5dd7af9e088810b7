/** Values that are specifications of figures: Plotly's and Vega's. */

import type { MimeBundle } from "./bundle.js";
import { jsonSafe } from "./json-safe.js";

type Shape = Record<string, unknown>;

/** The bundle of a figure's specification, or nothing when a value is none. */
export function asSpecification(value: object): MimeBundle | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return undefined;
  return plotly(value as Shape) ?? vega(value as Shape);
}

const PLOTLY_KEYS = new Set(["data", "layout", "config", "frames"]);

/** `{ data: [traces], layout }`, and nothing beside that Plotly would not know. */
function plotly(value: Shape): MimeBundle | undefined {
  const { data, layout } = value;
  if (!Array.isArray(data) || !isObject(layout)) return undefined;
  if (!Object.keys(value).every(key => PLOTLY_KEYS.has(key)) || !data.every(isObject)) return undefined;
  const types = data.map(trace => (typeof trace["type"] === "string" ? trace["type"] : "scatter"));
  const traces = `${types.length} ${types.length === 1 ? "trace" : "traces"}`;
  const kinds = types.length > 0 ? ` (${[...new Set(types)].join(", ")})` : "";
  return {
    "application/vnd.plotly.v1+json": jsonSafe(value),
    "text/plain": `Plotly figure: ${traces}${kinds}`,
  };
}

const SCHEMA = /^https?:\/\/vega\.github\.io\/schema\/(vega|vega-lite)\/v(\d+)/;

/** A specification that names its schema; the schema's version chooses the front end's renderer. */
function vega(value: Shape): MimeBundle | undefined {
  const schema = SCHEMA.exec(typeof value["$schema"] === "string" ? value["$schema"] : "");
  if (!schema) return undefined;
  const [, language = "vega", version = "5"] = schema;
  const type = `application/vnd.${language.replace("-", "")}.v${version}+json`;
  const name = language === "vega" ? "Vega" : "Vega-Lite";
  return { [type]: jsonSafe(value), "text/plain": `${name} ${version} figure` };
}

function isObject(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
