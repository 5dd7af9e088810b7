/**
 * Statistics near the ends of what a double holds: of errors near 1e−170 squares vanish, of some near 1e170 they pass
 * every bound. By a power of two nothing is rounded, so they are taken of values near 1, and brought back.
 */
import * as simple from "simple-statistics";
import type { Numbers } from "./statistics-error.js";

/** Between these, squares and fourth powers of values and of what they differ by are doubles like any other. */
const [LEAST, MOST] = [2 ** -200, 2 ** 200];

/** The power of two that brings the greatest of some values near 1; 1 where that is not needed. */
export function scaleOf(...samples: readonly Numbers[]): number {
  let greatest = 0;
  for (const sample of samples) {
    for (let i = 0; i < sample.length; i++) greatest = Math.max(greatest, Math.abs(sample[i]));
  }
  if (greatest === 0 || !Number.isFinite(greatest) || (greatest >= LEAST && greatest <= MOST)) return 1;
  return 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(greatest))));
}

/** The values times a power of two. */
export const scaledBy = (values: Numbers, by: number): Float64Array => Float64Array.from(values, v => v * by);

/** What is measured in the values' own unit, brought back from values times `by`. */
export function unscaled<T extends object>(found: T, by: number, fields: readonly (keyof T)[]): T {
  const back = Object.fromEntries(fields.map(field => [field, (found[field] as number) / by]));
  return { ...found, ...back };
}

const scaled =
  (statistic: (values: number[]) => number, power: number) =>
  (values: Numbers): number => {
    const by = scaleOf(values);
    if (by === 1) return statistic(values as number[]);
    const found = statistic(scaledBy(values, by) as unknown as number[]) / by;
    return power === 2 ? found / by : found;
  };

/** As simple-statistics' of these names, at any scale. */
export const mean = scaled(simple.mean, 1);
export const standardDeviation = scaled(simple.standardDeviation, 1);
export const sampleVariance = scaled(simple.sampleVariance, 2);

/** The same; between two values whose difference passes every bound as well. */
export function quantileSorted(sorted: readonly number[], p: number): number {
  const by = scaleOf([sorted[0], sorted[sorted.length - 1]]);
  if (by >= 1) return simple.quantileSorted(sorted, p);
  return simple.quantileSorted(scaledBy(sorted, by) as unknown as number[], p) / by;
}
