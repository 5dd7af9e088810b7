/** What tells a trace of Plotly's from the many other objects that lie in an array named `data`. */

import { isPlainObject, peek } from "./look.js";

/** Attributes that hold a trace's data as lists. */
const LISTS =
  "x y z values labels parents lat lon locations r theta a b c i j k u v w open high low close dimensions measure".split(
    " ",
  );

/** Types whose data are lists. */
const OF_LISTS = new Set(
  (
    "bar barpolar box candlestick carpet choropleth choroplethmap choroplethmapbox cone contour contourcarpet " +
    "densitymap densitymapbox funnel funnelarea heatmap heatmapgl histogram histogram2d histogram2dcontour icicle " +
    "isosurface mesh3d ohlc parcats parcoords pie pointcloud scatter scatter3d scattercarpet scattergeo scattergl " +
    "scattermap scattermapbox scatterpolar scatterpolargl scattersmith scatterternary splom streamtube sunburst " +
    "surface treemap violin volume waterfall"
  ).split(" "),
);

/** Types whose data lie otherwise. */
const OTHERWISE: Record<string, (trace: object) => boolean> = {
  image: trace => isList(peek(trace, "z")) || isImage(peek(trace, "source")),
  indicator: trace => typeof peek(trace, "value") === "number",
  sankey: trace => isPlainObject(peek(trace, "link")),
  table: trace => isPlainObject(peek(trace, "cells")),
};

/** Whether a value is a trace: of a type that Plotly has (none is a scatter), with data where that type has them. */
export function isPlotlyTrace(value: unknown): value is Record<string, unknown> {
  if (!isPlainObject(value)) return false;
  const type = peek(value, "type");
  if (type === undefined) return isList(peek(value, "x")) || isList(peek(value, "y"));
  if (typeof type !== "string") return false;
  if (Object.hasOwn(OTHERWISE, type)) return OTHERWISE[type]?.(value) ?? false;
  return OF_LISTS.has(type) && LISTS.some(key => isList(peek(value, key)));
}

const isImage = (source: unknown): boolean => typeof source === "string" && source.startsWith("data:image/");

/** A list, also one in base64 as Plotly for Python writes it. */
function isList(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (isPlainObject(value)) return typeof peek(value, "bdata") === "string";
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
