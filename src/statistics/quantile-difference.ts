/** Quantiles of two populations compared: the median network, and the lower tail, where the good ones are. */
import { differenceCells, inTable, short, sizes } from "./shown-result.js";
import { quantileSorted } from "./scale.js";
import { isDrawnFirst } from "./drawn-first.js";
import { type Random, checkedRandom, seeded } from "../base/random.js";
import type { Difference } from "./difference.js";
import {
  checkedOptions,
  type Numbers,
  requireArray,
  requireCount,
  requireFinite,
  requireNumbers,
  requireSameLength,
  StatisticsError,
} from "./statistics-error.js";

export interface QuantileDifferenceOptions {
  /** Resamples. Default 10,000. */
  readonly repeats?: number;
  /** Default `seeded(0)`. */
  readonly random?: Random;
  /**
   * The difference beyond which `a` would be worse, for `pNotWorse`; a list has one for each
   * probability. Default 0.
   */
  readonly margin?: number | readonly number[];
}

/**
 * Quantiles of `a` minus those of `b`, by the bootstrap: both samples are drawn again, independently, and the interval is
 * that of percentiles, as `scipy.stats.bootstrap(method="percentile")`. Quantiles interpolate linearly (R's type 7, NumPy's
 * default). A p is the share of resamples on the other side of zero; those at zero, as with ties at chance, count for it.
 *
 * @param probabilities in [0, 1]: 0.5 is the median
 * @returns one for each probability, in their order, from the same resamples
 * @example
 * ```ts
 * quantileDifferences([40, 42, 44], [30, 31, 32], [0.5])[0].value; // => 11
 * ```
 */
export function quantileDifferences(
  a: Numbers,
  b: Numbers,
  probabilities: readonly number[],
  options: QuantileDifferenceOptions = {},
): Difference[] {
  const fn = "quantileDifferences";
  const {
    repeats = 10_000,
    random: source = seeded(0),
    margin = 0,
  } = checkedOptions(fn, options, {
    repeats: true,
    random: true,
    margin: true,
  });
  const random = checkedRandom(fn, source);
  requireFinite(fn, "values in the first sample", a, 2);
  requireFinite(fn, "values in the second sample", b, 2);
  requireArray(fn, "probabilities", probabilities);
  for (const probability of probabilities) requireNumbers(fn, { probability });
  for (const p of probabilities) {
    if (!(p >= 0 && p <= 1)) throw new StatisticsError(`${fn}: expected probabilities in [0, 1], got ${p}`);
  }
  requireCount(fn, "repeats", repeats, 100);
  const margins = typeof margin === "number" ? probabilities.map(() => margin) : margin;
  requireSameLength(fn, "margins", margins, "probabilities", probabilities);
  const [ofA, ofB] = [new Resampler(a), new Resampler(b)];
  const found = probabilities.map(() => new Float64Array(repeats));
  const inOrder = isDrawnFirst(ofA.sorted, ofB.sorted);
  for (let repeat = 0; repeat < repeats; repeat++) {
    if (!inOrder) ofB.draw(random);
    ofA.draw(random);
    if (inOrder) ofB.draw(random);
    const [fromA, fromB] = [ofA.drawn, ofB.drawn];
    for (const [k, p] of probabilities.entries()) found[k][repeat] = quantile(fromA, p) - quantile(fromB, p);
  }
  const differences = probabilities.map((p, k): Difference => {
    const drawn = found[k].sort();
    const share = (counts: (difference: number) => boolean) =>
      (1 + drawn.filter(counts).length) / (repeats + 1);
    return {
      value: quantile(ofA.sorted, p) - quantile(ofB.sorted, p),
      low: quantile(drawn, 0.025),
      high: quantile(drawn, 0.975),
      pLower: share(difference => difference >= 0),
      pHigher: share(difference => difference <= 0),
      pNotWorse: share(difference => difference >= margins[k]),
    };
  });
  return inTable(differences, all => ({
    title: `Quantiles of the first minus those of the second: ${sizes(a, b)}`,
    head: ["quantile", "difference", "95 % interval", "p"],
    rows: all.map((each, k) => [`${short(100 * probabilities[k])} %`, ...differenceCells(each)]),
  }));
}

const quantile = (sorted: Float64Array, p: number): number =>
  quantileSorted(sorted as unknown as number[], p);

/** Draws a sample again with replacement, into `drawn`, in rising order. */
class Resampler {
  readonly sorted: Float64Array;
  readonly drawn: Float64Array;
  readonly #counts: Uint32Array;

  constructor(values: Numbers) {
    this.sorted = Float64Array.from(values).sort();
    this.drawn = new Float64Array(values.length);
    this.#counts = new Uint32Array(values.length);
  }

  draw(random: Random): void {
    const [n, counts] = [this.sorted.length, this.#counts];
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(random() * n)]++;
    let filled = 0;
    for (let rank = 0; rank < n; rank++) {
      for (let k = counts[rank]; k > 0; k--) this.drawn[filled++] = this.sorted[rank];
    }
  }
}
