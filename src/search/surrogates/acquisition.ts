/** Which of some candidates is worth an evaluation, by what a surrogate expects of them: the least value first. */
import { normal, type Random } from "../../base/random.js";
import { normalTail } from "../../statistics/distributions.js";
import type { Predictions } from "./surrogate.js";

/**
 * - `"thompson"`: a draw from N(mean, deviation) for each candidate by itself, BANANAS' independent Thompson sampling.
 * - `"improvement"`: the expected improvement upon the best that is known.
 * - `"mean"`: what is expected to be best.
 * - `"bound"`: mean − deviation / 2.
 */
export type Acquisition = "thompson" | "improvement" | "mean" | "bound";
export const acquisitions: readonly Acquisition[] = ["thompson", "improvement", "mean", "bound"];

/**
 * The value of each candidate; smaller is better.
 *
 * @param best the least error that is known
 */
export function acquisitionValues(
  acquisition: Acquisition,
  { mean, deviation }: Predictions,
  best: number,
  random: Random,
): Float64Array {
  const at = (i: number) => deviation?.[i] ?? 0;
  if (acquisition === "thompson") return mean.map((m, i) => m + at(i) * normal(random));
  if (acquisition === "improvement") return mean.map((m, i) => -expectedImprovement(m, at(i), best));
  if (acquisition === "bound") return mean.map((m, i) => m - at(i) / 2);
  return mean;
}

/** (b − μ) Φ(z) + σ φ(z), z = (b − μ) / σ: how much less than b the error is expected to be, more counted as none. */
export function expectedImprovement(mean: number, deviation: number, best: number): number {
  if (!(deviation > 0)) return Math.max(0, best - mean);
  const z = (best - mean) / deviation;
  // normalTail is two-sided.
  const below = z > 0 ? 1 - normalTail(z) / 2 : normalTail(z) / 2;
  return (best - mean) * below + (deviation * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
