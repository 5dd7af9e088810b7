/**
 * Where a panel's legend covers nothing that is drawn: a corner that is free, else the one that becomes free with the
 * least more room along an axis.
 *
 * Texts are not measured: at the legend's size a character of Open Sans is less than 6 pixels wide on average.
 */
import { type Range, rangeOf } from "./axes.js";
import type { FigureSize, PlotlyObject } from "./figure.js";
import type { Corner, Panel } from "./panels.js";

/** How far a legend stands off its corner, in shares of the panel. */
export const LEGEND_OFFSET = { x: 0.02, y: 0.03 } as const;

/** Pixels: a character, what stands beside the text, an entry's height. */
const [CHARACTER, BESIDE, ENTRY] = [5.7, 46, 20] as const;
/** What must be free around a legend and around what is drawn, pixels. */
const CLEAR = 5;
/** Pixels between the points of a line that are looked at. */
const STEP = 4;
/** Room is added in these steps, shares of an axis, and no more than the last. */
const ROOM = Array.from({ length: 15 }, (_, i) => i / 20);
/** In order of preference where several will do. */
const corners: readonly Corner[] = ["bottom right", "top left", "top right", "bottom left"];

/** A panel's corner for its legend, and its axes with the room that the legend needs. */
export interface LegendPlace {
  readonly corner: Corner;
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
}

/** Finds the place. @param size of the panel inside its axes, CSS pixels */
export function placeLegend({ traces, xaxis, yaxis }: Panel, size: FigureSize): LegendPlace {
  const [x, y] = [rangeOf("x", xaxis, traces), rangeOf("y", yaxis, traces)];
  const names = traces.flatMap(({ name, showlegend }) =>
    typeof name === "string" && showlegend !== false ? [name.replaceAll(/<[^>]*>|&[a-z]+;/g, "")] : [],
  );
  const box = {
    width: BESIDE + CHARACTER * Math.max(0, ...names.map(name => name.length)) + 2 * CLEAR,
    height: ENTRY * names.length + 2 * CLEAR,
  };
  const drawn = traces.flatMap(trace => pointsOf(trace, { x, y, xaxis, yaxis }, size));
  for (const room of ROOM) {
    for (const along of ["x", "y"] as const) {
      for (const corner of corners) {
        const ranges = {
          x: along === "x" ? lengthened(x, room, corner.endsWith("right")) : x,
          y: along === "y" ? lengthened(y, room, corner.startsWith("top")) : y,
        };
        // What is never negative, as a probability or a width, gets no axis below zero.
        const negative = (axis: PlotlyObject, before: Range, after: Range) =>
          axis.type !== "log" && before[0] >= 0 && after[0] < 0;
        if (negative(xaxis, x, ranges.x) || negative(yaxis, y, ranges.y)) continue;
        if (!isFree(corner, { along, room }, drawn, box, size)) continue;
        return { corner, xaxis: { ...xaxis, range: ranges.x }, yaxis: { ...yaxis, range: ranges.y } };
      }
    }
  }
  return { corner: corners[0], xaxis: { ...xaxis, range: x }, yaxis: { ...yaxis, range: y } };
}

const lengthened = ([low, high]: Range, room: number, atEnd: boolean): Range => {
  const more = room * (high - low);
  return atEnd ? [low, high + more] : [low - more, high];
};

/** Whether a legend in a corner covers none of the points, with an axis lengthened on the corner's side. */
function isFree(
  corner: Corner,
  { along, room }: { readonly along: "x" | "y"; readonly room: number },
  points: readonly (readonly [x: number, y: number])[],
  box: FigureSize,
  { width, height }: FigureSize,
): boolean {
  const [right, top] = [corner.endsWith("right"), corner.startsWith("top")];
  // From the corner into the panel, pixels.
  const reach = { x: box.width + LEGEND_OFFSET.x * width, y: box.height + LEGEND_OFFSET.y * height };
  const inwards = (share: number, atEnd: boolean, axis: "x" | "y", length: number) => {
    const fromSide = atEnd ? 1 - share : share;
    const more = axis === along ? room : 0;
    return (length * (fromSide + more)) / (1 + more);
  };
  if (reach.y > height) return false;
  return points.every(
    ([x, y]) => inwards(x, right, "x", width) > reach.x || inwards(y, top, "y", height) > reach.y,
  );
}

interface Axes {
  readonly x: Range;
  readonly y: Range;
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
}

/** A trace as points in shares of the panel, lines as many of them. */
function pointsOf(trace: PlotlyObject, axes: Axes, { width, height }: FigureSize): [number, number][] {
  const share = (value: unknown, axis: PlotlyObject, [low, high]: Range) =>
    typeof value === "number"
      ? ((axis.type === "log" ? Math.log10(value) : value) - low) / (high - low)
      : NaN;
  const [xs, ys] = [trace.x, trace.y].map(values => Array.from((values ?? []) as ArrayLike<unknown>));
  const vertices = xs.map((x, i): [number, number] => [
    share(x, axes.xaxis, axes.x),
    share(ys[i], axes.yaxis, axes.y),
  ]);
  const known = ([x, y]: readonly [number, number]) => Number.isFinite(x) && Number.isFinite(y);
  const mode = (trace.mode as string | undefined) ?? "lines";
  if (!mode.includes("lines")) return vertices.filter(known);
  const stepped = (trace.line as PlotlyObject | undefined)?.shape === "hv";
  return vertices.flatMap((point, i) => {
    const before = vertices[i - 1];
    if (!known(point)) return [];
    if (i === 0 || !known(before)) return [point];
    const path = stepped ? [before, [point[0], before[1]] as const, point] : [before, point];
    return path.slice(1).flatMap((to, k) => between(path[k], to, width, height));
  });
}

function between(
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  width: number,
  height: number,
): [number, number][] {
  const steps = Math.ceil(Math.hypot((x1 - x0) * width, (y1 - y0) * height) / STEP);
  return Array.from({ length: steps }, (_, k) => {
    const share = (k + 1) / steps;
    return [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  });
}
