/** The bootstrap: how sure is a number that was computed from n models? */
import { estimateInWords, inTable, inWords, short, sizeText } from "./shown-result.js";
import { resampledMeans } from "./resampled-means.js";
import { mean, quantileSorted, scaledBy, scaleOf, standardDeviation, unscaled } from "./scale.js";
import type { OptionNames } from "../base/expect-options.js";
import { type Random, checkedRandom, seeded } from "../base/random.js";
import { say } from "../base/say.js";
import {
  type Numbers,
  requireCount,
  requireLevel,
  requireFinite,
  StatisticsError,
  checkedOptions,
  requireArray,
  requireNumbers,
} from "./statistics-error.js";

/** A number with its bootstrap errors, all in the values' unit. */
export interface Estimate {
  readonly value: number;
  /** Standard deviation of the statistic between resamples. */
  readonly standardError: number;
  /** Percentile interval. */
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Resamples. Default 1,000. */
  readonly repeats?: number;
  /** Default `seeded(0)`: the same data give the same errors. */
  readonly random?: Random;
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
}

export const bootstrapNames: OptionNames<BootstrapOptions> = { repeats: true, random: true, level: true };

/**
 * The non-parametric bootstrap (Efron 1979): draw n values with replacement, compute the statistic, repeat;
 * its standard deviation is the standard error, its central 95 % the interval (the percentile method, as
 * `scipy.stats.bootstrap(method="percentile")`).
 *
 * @param statistic gets the resample sorted and must not keep it: it is used again. `"mean"` is the mean, in a fraction of the
 *   time that a function takes
 * @example
 * ```ts
 * bootstrap([39, 40, 42, 47], "mean", { repeats: 10_000 }).standardError; // ≈ 1.56
 * ```
 */
export function bootstrap(
  values: Numbers,
  statistic: ((sorted: Float64Array) => number) | "mean",
  options: BootstrapOptions = {},
): Estimate {
  const {
    repeats = 1000,
    random: source = seeded(0),
    level = 0.95,
  } = checkedOptions("bootstrap", options, bootstrapNames);
  const random = checkedRandom("bootstrap", source);
  if (typeof statistic !== "function" && statistic !== "mean") {
    throw new StatisticsError(
      `bootstrap: expected a statistic, a function of sorted values or "mean", got ${say(statistic)}`,
    );
  }
  requireFinite("bootstrap", "values", values, 2);
  requireCount("bootstrap", "repeats", repeats, 2);
  requireLevel("bootstrap", level);
  const said = estimateInWords(
    statistic === "mean" ? "Mean" : "Statistic of the sorted values",
    sizeText(values.length),
    level,
  );
  if (statistic === "mean") return inWords(ofMeans(values, repeats, random, level), said);
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  // What is no number, or none for one resample, would make the errors NaN without a word.
  const computed = (some: Float64Array): number => {
    const found: unknown = statistic(some);
    if (typeof found === "number" && Number.isFinite(found)) return found;
    throw new StatisticsError(
      `bootstrap: expected a finite number from the statistic, got ${say(found)} for ${some === sorted ? "the values" : "a resample"}`,
    );
  };
  const value = computed(sorted);
  const counts = new Uint32Array(n);
  const resample = new Float64Array(n);
  const found = Float64Array.from({ length: repeats }, () => {
    // Counting ranks sorts the resample for free.
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(random() * n)]++;
    let filled = 0;
    for (let rank = 0; rank < n; rank++) {
      for (let k = counts[rank]; k > 0; k--) resample[filled++] = sorted[rank];
    }
    return computed(resample);
  });
  return inWords(estimate(value, found, level), said);
}

const estimate = (value: number, found: Float64Array, level: number): Estimate => {
  const sorted = found.sort() as unknown as number[];
  return {
    value,
    standardError: standardDeviation(sorted),
    low: quantileSorted(sorted, (1 - level) / 2),
    high: quantileSorted(sorted, (1 + level) / 2),
  };
};

/** The bootstrap of the mean, of values whose sums are doubles like any other. */
function ofMeans(values: Numbers, repeats: number, random: Random, level: number): Estimate {
  const by = scaleOf(values);
  // Sorted, as a function gets them: the same draws are the same resamples.
  const sorted = Float64Array.from(values).sort();
  if (by === 1) return estimate(mean(sorted), resampledMeans(sorted, undefined, repeats, random), level);
  const found = ofMeans(scaledBy(values, by), repeats, random, level);
  return unscaled(found, by, ["value", "standardError", "low", "high"]);
}

/** The summary of a sample of errors, or of anything else. */
export interface Summary {
  readonly n: number;
  readonly min: Estimate;
  readonly mean: Estimate;
  /** By probability, in the order asked for. */
  readonly quantiles: readonly (Estimate & { readonly probability: number })[];
}

export interface SummaryOptions extends BootstrapOptions {
  /** Default 0.25, 0.5 and 0.75. */
  readonly probabilities?: readonly number[];
}

const summaryNames: OptionNames<SummaryOptions> = { ...bootstrapNames, probabilities: true };

/**
 * Least, mean and quantiles of some values, each with bootstrap errors. Quantiles interpolate linearly (R's type
 * 7, NumPy's default). The bootstrap of the minimum can only see minima of at least the sample's: its interval
 * says how much the best network owes to luck, not how good the space's best may be.
 *
 * @example
 * ```ts
 * const { errors } = await shippedPopulation("RegNetX");
 * const { n, mean, quantiles: [median] } = summarize(errors, { probabilities: [0.5] });
 * n; // => 128
 * [mean.low, mean.value, mean.high].map(error => error.toFixed(1)); // => ["32.8", "33.5", "34.3"]
 * median.value; // ≈ 33.175
 * ```
 */
export function summarize(values: Numbers, options: SummaryOptions = {}): Summary {
  const { probabilities = [0.25, 0.5, 0.75], ...rest } = checkedOptions("summarize", options, summaryNames);
  requireArray("summarize", "probabilities", probabilities);
  for (const probability of probabilities) requireNumbers("summarize", { probability });
  requireFinite("summarize", "values", values, 2);
  for (const p of probabilities) {
    if (!(p >= 0 && p <= 1)) {
      throw new StatisticsError(`summarize: expected probabilities in [0, 1], got ${p}`);
    }
  }
  const numbers = (sorted: Float64Array) => sorted as unknown as number[];
  const summary: Summary = {
    n: values.length,
    min: bootstrap(values, sorted => sorted[0], rest),
    mean: bootstrap(values, "mean", rest),
    quantiles: probabilities.map(probability => ({
      probability,
      ...bootstrap(values, sorted => quantileSorted(numbers(sorted), probability), rest),
    })),
  };
  return inTable(summary, ({ n, min, mean: average, quantiles }) => ({
    title: `Summary: ${sizeText(n)}`,
    head: ["", "value", "standard error", `${short(100 * (rest.level ?? 0.95))} % interval`],
    rows: [
      ["least", min] as const,
      ["mean", average] as const,
      ...quantiles.map(each => [`${short(100 * each.probability)} % quantile`, each] as const),
    ].map(([name, { value, standardError, low, high }]) => [
      name,
      short(value),
      short(standardError),
      `${short(low)} to ${short(high)}`,
    ]),
  }));
}
