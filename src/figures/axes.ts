/** Axes that several panels share: logarithmic ones with ticks that can be read. */
import type { Numbers } from "../statistics/statistics-error.js";
import type { PlotlyObject } from "./figure.js";

/** Ticks of axes whose values double: widths, group widths, numbers of models. */
export const powersOfTwo: readonly number[] = Array.from({ length: 15 }, (_, i) => 2 ** i);

/** The least and the greatest number. */
export function extent(numbers: Numbers): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of numbers) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/**
 * A logarithmic axis over some values, which must be above zero, with its range, so that panels with the same
 * measure agree. Ticks lie at 1, 2 and 5 in each decade, over more than two and a half decades at 1 alone, within one
 * decade closer: Plotly's own ticks between decades read "2" and "5", whatever the decade.
 */
export function logAxis(values: Numbers): PlotlyObject {
  const [low, high] = extent(values).map(Math.log10);
  // A single value still needs an axis to stand on.
  const margin = high > low ? 0.06 * (high - low) : 0.2;
  const steps = high - low > 2.5 ? [1] : high - low > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  const tickvals = Array.from({ length: 40 }, (_, k) => 10 ** (k - 20)).flatMap(decade =>
    steps.map(step => Number((step * decade).toPrecision(2))),
  );
  return { type: "log", tickvals, tickangle: 0, range: [low - margin, high + margin] };
}
