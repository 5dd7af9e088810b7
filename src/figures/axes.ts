/** Axes that several panels share: logarithmic ones with ticks that can be read. */
import { extent } from "../base/extent.js";
import type { Numbers } from "../statistics/statistics-error.js";
import type { PlotlyObject } from "./figure.js";

/** Ticks of axes whose values double: widths, group widths, numbers of models. */
export const powersOfTwo: readonly number[] = Array.from({ length: 15 }, (_, i) => 2 ** i);

/** What an axis spans; logarithms on a logarithmic one. */
export type Range = readonly [low: number, high: number];

/**
 * A number for a title, with two or three significant digits; beyond a thousandth and a hundred thousand, where zeros
 * would have to be counted, one digit and a power of ten.
 */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return String(Number(value.toPrecision(size < 10 ? 2 : 3)));
  return powerOfTen(Number(value.toPrecision(1)));
}

/** `2·10⁻⁵`, in Plotly's markup. */
function powerOfTen(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e").map(Number);
  const power = `10<sup>${exponent < 0 ? "−" : ""}${Math.abs(exponent)}</sup>`;
  return mantissa === 1 ? power : `${mantissa}·${power}`;
}

/**
 * A logarithmic axis over some values, which must be above zero, with its range, so that panels with the same
 * measure agree. Ticks lie at 1, 2 and 5 in each decade, over more than two and a half decades at 1 alone, within one
 * decade closer: Plotly's own ticks between decades read "2" and "5", whatever the decade, and its small numbers "1μ".
 */
export function logAxis(values: Numbers): PlotlyObject {
  const [low, high] = extent(values).map(Math.log10);
  // A single value still needs an axis to stand on.
  const margin = high > low ? 0.06 * (high - low) : 0.2;
  const steps = high - low > 2.5 ? [1] : high - low > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  // Some decades beyond both ends, for moving the live figure about.
  const [first, last] = [Math.floor(low) - 3, Math.ceil(high) + 3];
  const tickvals = Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k)).flatMap(decade =>
    steps.map(step => Number((step * decade).toPrecision(2))),
  );
  const ticktext = tickvals.map(low < -3 || high > 5 ? powerOfTen : String);
  return { type: "log", tickvals, ticktext, tickangle: 0, range: [low - margin, high + margin] };
}

/** Round numbers within a range, about five of them. */
export function linearTicks([low, high]: Range): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 6));
  const step = [1, 2, 5, 10].map(unit => unit * power).find(size => (high - low) / size <= 6) ?? 10 * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Error bars of a trace. */
interface Bars {
  readonly array?: ArrayLike<number>;
}

/** An axis's range as Plotly reads it, logarithms on a logarithmic axis; from the data where none is given. */
export function rangeOf(which: "x" | "y", axis: PlotlyObject, traces: readonly PlotlyObject[]): Range {
  if (Array.isArray(axis.range)) return axis.range as unknown as Range;
  const bars = (trace: PlotlyObject) =>
    Array.from((trace[`error_${which}`] as Bars | undefined)?.array ?? []);
  const all = traces
    .flatMap(trace => {
      const values = Array.from((trace[which] ?? []) as ArrayLike<unknown>);
      const ends = bars(trace).flatMap((bar, i) => [-bar, bar].map(length => Number(values[i]) + length));
      return [...values, ...ends];
    })
    .filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const [low, high] = extent(axis.type === "log" ? all.map(Math.log10) : all);
  if (!(high >= low)) return [0, 1];
  const margin = high > low ? 0.06 * (high - low) : 0.5;
  return [axis.rangemode === "tozero" && low >= 0 ? 0 : low - margin, high + margin];
}
