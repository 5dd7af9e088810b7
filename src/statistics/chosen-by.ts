/** What a search finds that chooses by one error and is judged by another, as by validation and test error. */
import { type Numbers, requireFinite, requireSameLength } from "./statistics-error.js";

/** The models that a search cannot tell apart: those of one value of what it chooses by. */
export interface Tie {
  /** Mean and variance of their errors; one of them, by weight, is what the search finds. */
  readonly mean: number;
  readonly variance: number;
}

/**
 * Ties of the models, in the order of the distinct values of `by`, rising.
 *
 * @throws StatisticsError if `by` has not one finite number per model
 */
export function tiesBy(fn: string, errors: Numbers, by: Numbers, weights?: Numbers): Tie[] {
  requireFinite(fn, "errors", errors, 1);
  requireSameLength(fn, "by", by, "errors", errors);
  requireFinite(fn, "by", by, 1);
  const places = new Map<number, number[]>();
  for (const [i, value] of Array.from(by).entries()) {
    // Zero has two signs.
    const key = value === 0 ? 0 : value;
    const tied = places.get(key);
    if (tied) tied.push(i);
    else places.set(key, [i]);
  }
  const weightOf = (i: number) => weights?.[i] ?? 1;
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([, tied]) => {
      const total = tied.reduce((sum, i) => sum + weightOf(i), 0);
      const mean = tied.reduce((sum, i) => sum + (weightOf(i) * errors[i]) / total, 0);
      const variance = tied.reduce((sum, i) => sum + (weightOf(i) * (errors[i] - mean) ** 2) / total, 0);
      return { mean, variance };
    });
}
