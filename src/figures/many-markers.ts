/**
 * Markers by the thousand in a static picture: each is several elements to Plotly and an object to the page that it draws
 * on, of which tens of thousands take a minute. A few of a trace are drawn by Plotly, and the others are copies of theirs,
 * written into the picture as text.
 */
import type { PlotlyObject } from "./figure.js";

/** Markers of a trace from which on it is worth it. */
const MANY = 500;

type Values = readonly (number | null)[];

/** A trace whose markers all look the same, and are many. */
export interface ManyMarkers {
  readonly index: number;
  readonly x: Values;
  readonly y: Values;
}

const isScalar = (value: unknown): boolean =>
  value === undefined || typeof value === "string" || typeof value === "number";

/** Takes the markers out of a figure's traces, but for those at its ends, which decide what the axes span. */
export function withoutMarkers(data: readonly PlotlyObject[]): {
  readonly data: readonly PlotlyObject[];
  readonly taken: readonly ManyMarkers[];
} {
  const taken: ManyMarkers[] = [];
  const left = data.map((trace, index): PlotlyObject => {
    const { type, mode, x, y, marker = {}, error_x: errorX, error_y: errorY, visible = true } = trace;
    const plain = Object.values(marker as object).every(isScalar) && !errorX && !errorY && visible === true;
    if ((type ?? "scatter") !== "scatter" || mode !== "markers" || !plain || !isNumbers(x) || !isNumbers(y))
      return trace;
    if (x.length < MANY || x.length !== y.length) return trace;
    const kept = ends(x, y);
    if (kept.length === 0) return trace;
    taken.push({ index, x, y });
    const { text: _, customdata: __, ...others } = trace;
    return { ...others, uid: uidOf(index), x: kept.map(i => x[i]), y: kept.map(i => y[i]) };
  });
  return { data: left, taken };
}

const isNumbers = (values: unknown): values is Values =>
  Array.isArray(values) && values.every(value => typeof value === "number" || value === null);

/** The points with the least and the greatest x and y. */
function ends(x: Values, y: Values): number[] {
  const known = [...x.keys()].filter(i => x[i] !== null && y[i] !== null);
  if (known.length === 0) return [];
  const furthest = (values: Values, sign: 1 | -1) =>
    known.reduce((best, i) => (sign * values[i]! > sign * values[best]! ? i : best), known[0]);
  return [...new Set([furthest(x, -1), furthest(x, 1), furthest(y, -1), furthest(y, 1)])];
}

/** What a trace's group is called in the picture. */
const uidOf = (index: number): string => `many${index}`;

/** Plotly's own view of a trace's axes. */
export interface DrawnTrace {
  readonly xaxis: { d2p(value: number): number };
  readonly yaxis: { d2p(value: number): number };
}

/** Writes a trace's markers into the picture, where Plotly has drawn some of them. */
export function withMarkers(svg: string, { index, x, y }: ManyMarkers, { xaxis, yaxis }: DrawnTrace): string {
  const group = svg.indexOf(`trace${uidOf(index)}"`);
  const start = svg.indexOf('<path class="point"', group);
  if (group < 0 || start < 0) throw new Error(`many markers: no marker of trace ${index} in the picture`);
  const end = svg.indexOf(">", start) + 1;
  const first = svg.slice(start, end);
  const round = (value: number) => Math.round(value * 100) / 100;
  const copies = x.flatMap((across, i) => {
    const up = y[i];
    if (across === null || up === null) return [];
    const place = `translate(${round(xaxis.d2p(across))},${round(yaxis.d2p(up))})`;
    const copy = first.replace(/transform="[^"]*"/, `transform="${place}"`);
    return [copy.endsWith("/>") ? copy : `${copy}</path>`];
  });
  // In place of Plotly's, in the traces' own order.
  const close = svg.indexOf("</g>", end);
  return svg.slice(0, start) + copies.join("") + svg.slice(close);
}
