/** How far apart two populations' means are, and how sure that is. */
import { estimateInWords, inWords, sizes } from "./shown-result.js";
import { mean, quantileSorted, scaleOf, standardDeviation, scaledBy, unscaled } from "./scale.js";
import { checkedRandom, seeded } from "../base/random.js";
import { bootstrapNames, type BootstrapOptions, type Estimate } from "./bootstrap.js";
import { resampledMeans } from "./resampled-means.js";
import {
  type Numbers,
  requireCount,
  requireLevel,
  requireFinite,
  checkedOptions,
} from "./statistics-error.js";

/**
 * The mean of `a` minus that of `b`, with the bootstrap's standard error and percentile interval: both samples are drawn
 * again, independently, as `scipy.stats.bootstrap` does with two samples and `method="percentile"`.
 *
 * @param a one per model, any unit
 * @param b same unit
 * @param options 10,000 resamples unless others are asked for: with 1,000, whether an interval that ends near zero holds
 *   it depends on the seed; `welchTest` needs none
 * @example
 * ```ts
 * meanDifference([40, 42, 44], [30, 31, 32]).value; // => 11
 * ```
 */
export function meanDifference(a: Numbers, b: Numbers, options: BootstrapOptions = {}): Estimate {
  const fn = "meanDifference";
  const {
    repeats = 10_000,
    random: source = seeded(0),
    level = 0.95,
  } = checkedOptions(fn, options, bootstrapNames);
  const random = checkedRandom(fn, source);
  requireFinite(fn, "values in the first sample", a, 2);
  requireFinite(fn, "values in the second sample", b, 2);
  requireCount(fn, "repeats", repeats, 2);
  requireLevel(fn, level);
  const said = estimateInWords("Difference of means, the first minus the second", sizes(a, b), level);
  const shown = (estimate: Estimate) => inWords(estimate, said);
  const by = scaleOf(a, b);
  if (by !== 1) {
    const found = meanDifference(scaledBy(a, by), scaledBy(b, by), { repeats, random, level });
    return shown(unscaled(found, by, ["value", "standardError", "low", "high"]));
  }
  const sorted = resampledMeans(a, b, repeats, random).sort() as unknown as number[];
  return shown({
    value: mean(a) - mean(b),
    standardError: standardDeviation(sorted),
    low: quantileSorted(sorted, (1 - level) / 2),
    high: quantileSorted(sorted, (1 + level) / 2),
  });
}
