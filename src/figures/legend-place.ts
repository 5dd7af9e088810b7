/**
 * Where a panel's legend covers nothing that is drawn: a corner that is free, else one that a little more room along an
 * axis makes free, else below the panel, in as many columns as it takes.
 */
import { type Range, rangeOf } from "./axes.js";
import type { FigureSize, PlotlyObject } from "./figure.js";
import { fitText, linesOf, textWidth } from "./panels/fit-text.js";
import type { Corner, Panel } from "./panels.js";

/** The distance of a legend from its corner, in shares of the panel. */
export const LEGEND_OFFSET = { x: 0.02, y: 0.03 } as const;
/** Font sizes of a legend's entries and of its title, pixels. */
export const LEGEND_FONT = { entry: 12, title: 12 } as const;

/** Pixels: what is next to an entry's text, an entry's height, and of each of its further lines. */
const [BESIDE, ENTRY, LINE] = [46, 20, 16] as const;
/** What must be free around a legend and around what is drawn, pixels. */
const CLEAR = 5;
/** Pixels between the points of a line that are looked at. */
const STEP = 4;
/** Room is added in these steps, shares of an axis, and no more than the last. */
const ROOM = Array.from({ length: 7 }, (_, i) => i / 20);
/** Between columns below a panel, pixels. */
const COLUMN_GAP = 12;
/** What sums of widths differ by, pixels. */
const ROUNDING = 0.01;
/** Lines of an entry below a panel; what they cannot hold is in the hover text. */
const MOST_LINES = 3;
/** In order of preference where several will do. */
const corners: readonly Corner[] = ["bottom right", "top left", "top right", "bottom left"];

/** A panel's place for its legend, and its axes with the room that the legend needs. */
export interface LegendPlace {
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
  /** Its corner; none if it is below. */
  readonly corner?: Corner;
  /** Below the panel: names as they fit, by the trace's number, in columns of these widths. */
  readonly below?: LegendBelow;
}

export interface LegendBelow {
  /** The columns' traces, by number. */
  readonly columns: readonly (readonly number[])[];
  readonly names: ReadonlyMap<number, string>;
  /** Pixels: from one column to the next, and of everything below. */
  readonly columnWidth: number;
  readonly height: number;
}

/** The traces that a legend names, by number. */
const named = (traces: Panel["traces"]): (readonly [index: number, name: string])[] =>
  traces.flatMap(({ name, showlegend }, i) =>
    typeof name === "string" && showlegend !== false ? [[i, name] as const] : [],
  );

/** Finds the place. @param size of the panel inside its axes, CSS pixels */
export function placeLegend(panel: Panel, size: FigureSize): LegendPlace {
  const { traces, xaxis, yaxis, legend, legendTitle, limits } = panel;
  if (!legend) return { xaxis, yaxis };
  const names = named(traces);
  const title = legendTitle && names.length > 0 ? ENTRY : 0;
  const texts = [...names.map(([, name]) => name), ...(legendTitle ? [legendTitle] : [])];
  const box = {
    width:
      BESIDE +
      texts.reduce((most, text) => Math.max(most, textWidth(text, LEGEND_FONT.entry)), 0) +
      2 * CLEAR,
    height: ENTRY * names.length + title + 2 * CLEAR,
  };
  const fits = box.width <= size.width && box.height <= size.height;
  if (legend !== "free") {
    return fits && legend !== "below"
      ? { corner: legend, xaxis, yaxis }
      : { xaxis, yaxis, below: belowPanel(names, title, size) };
  }
  const [x, y] = [rangeOf("x", xaxis, traces), rangeOf("y", yaxis, traces)];
  const drawn = fits ? traces.flatMap(trace => pointsOf(trace, { x, y, xaxis, yaxis }, size)) : [];
  for (const room of fits ? ROOM : []) {
    for (const along of ["x", "y"] as const) {
      for (const corner of corners) {
        const ranges = {
          x: along === "x" ? lengthened(x, room, corner.endsWith("right")) : x,
          y: along === "y" ? lengthened(y, room, corner.startsWith("top")) : y,
        };
        // What is never negative, as a probability or a width, gets no axis below zero, nor one beyond its limits.
        const beyond = (
          axis: PlotlyObject,
          before: Range,
          now: Range,
          [low, high]: Range = [-Infinity, Infinity],
        ) =>
          (axis.type !== "log" && before[0] >= 0 && now[0] < 0) ||
          (now[0] < before[0] && now[0] < low) ||
          (now[1] > before[1] && now[1] > high);
        if (beyond(xaxis, x, ranges.x, limits?.x) || beyond(yaxis, y, ranges.y, limits?.y)) continue;
        if (!isFree(corner, { along, room }, drawn, box, size)) continue;
        return { corner, xaxis: { ...xaxis, range: ranges.x }, yaxis: { ...yaxis, range: ranges.y } };
      }
    }
  }
  const axes = { xaxis: { ...xaxis, range: x }, yaxis: { ...yaxis, range: y } };
  return { ...axes, below: belowPanel(names, title, size) };
}

/** The entries in columns that are together as wide as the panel; long names in lines. */
function belowPanel(
  names: readonly (readonly [index: number, name: string])[],
  title: number,
  { width }: FigureSize,
): LegendBelow {
  const widest = names.reduce((most, [, name]) => Math.max(most, textWidth(name, LEGEND_FONT.entry)), 0);
  const entry = Math.min(BESIDE + widest, width);
  const count = Math.max(1, Math.min(names.length, Math.floor((width + COLUMN_GAP) / (entry + COLUMN_GAP))));
  const fitted = names.map(
    ([index, name]) =>
      [index, fitText(name, entry - BESIDE + ROUNDING, LEGEND_FONT.entry, MOST_LINES)] as const,
  );
  const each = Math.ceil(names.length / count);
  const columns = Array.from({ length: Math.ceil(names.length / each) }, (_, k) =>
    fitted.slice(k * each, (k + 1) * each),
  );
  const heights = columns.map(column =>
    column.reduce((sum, [, name]) => sum + ENTRY + LINE * (linesOf(name) - 1), title),
  );
  return {
    columns: columns.map(column => column.map(([index]) => index)),
    names: new Map(fitted),
    columnWidth: entry + COLUMN_GAP,
    height: heights.reduce((most, height) => Math.max(most, height), 0) + 2 * CLEAR,
  };
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
