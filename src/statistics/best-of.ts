/**
 * The best of a random search in one design space against that in another: by how much is the best of 32 networks lower?
 */
import { differenceInWords, inWords, sizes } from "./shown-result.js";
import { scaleOf, scaledBy, unscaled } from "./scale.js";
import { type Random, checkedRandom, seeded } from "../base/random.js";
import { tiesBy } from "./chosen-by.js";
import { isDrawnFirst } from "./drawn-first.js";
import { extent } from "../base/extent.js";
import { sortNumbers } from "../base/numbers/sort.js";
import {
  checkedOptions,
  type Numbers,
  requireCount,
  requireFinite,
  requireNumbers,
  StatisticsError,
} from "./statistics-error.js";
import type { Difference } from "./difference.js";

/**
 * The expected least error of `size` distinct networks of the population, drawn at random, exactly: the one of rank r
 * is the least with probability C(n − r, m − 1) / C(n, m). Without replacement it is unbiased, so that populations of
 * different sizes may be compared; `randomSearch` draws with replacement, as NDS does, and is a little higher.
 *
 * @param errors one per model, any unit
 * @param size m, at most as many as there are
 * @param by what the search chooses by, one per model, for example validation errors: the expectation is then that of the
 *   chosen one's error. Default: the errors themselves, whose least flatters
 * @example
 * ```ts
 * expectedBest([39, 41, 45], 2); // ≈ 39.67
 * ```
 */
export function expectedBest(errors: Numbers, size: number, by: Numbers = errors): number {
  requireFinite("expectedBest", "errors", errors, 1);
  requireCount("expectedBest", "size", size);
  if (size > errors.length) {
    throw new StatisticsError(
      `expectedBest: expected a size of at most the ${errors.length} networks there are, got ${size}`,
    );
  }
  const sorted = by === errors ? Float64Array.from(errors).sort() : chosenInOrder(errors, by);
  return rankWeights(sorted.length, size).reduce((sum, w, i) => sum + w * sorted[i], 0);
}

/** The errors of the models by rising `by`; where that is the same, each has the mean of all of them. */
function chosenInOrder(errors: Numbers, by: Numbers): Float64Array {
  const ties = tiesBy("expectedBest", errors, by);
  const sorted = sortNumbers(by);
  let tie = 0;
  return sorted.map((value, i) => ties[i > 0 && value !== sorted[i - 1] ? ++tie : tie].mean);
}

export interface BestOfOptions {
  /** Networks that a search draws. Default 32. */
  readonly size?: number;
  /** Permutations. Default 10,000. */
  readonly repeats?: number;
  /** Default `seeded(0)`. */
  readonly random?: Random;
  /** The difference beyond which `a` would be worse, for `pNotWorse`. Default 0. */
  readonly margin?: number;
}

/**
 * `expectedBest` of `a` minus that of `b`, by a studentised permutation test (Janssen 1997; Chung and Romano 2013): the
 * difference over its jackknife standard error, compared with the same of networks permuted between the two spaces. Where the
 * populations are alike it holds its level exactly, whatever the errors' distribution, ties and unequal sizes included;
 * where they share only the best of m it holds it in the limit. The bootstrap does not: it never sees errors below the
 * sample's least, and with 128 networks it finds one-sided differences at 5 % in up to 13 % of cases. The interval holds
 * the differences that the test would not reject.
 *
 * @throws StatisticsError for fewer than twice `size` networks in a sample: their best says what those networks are
 * @example
 * ```ts
 * const [a, e] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
 * // The best of 32 networks of E against the best of 32 of A, points of error.
 * const { value, low, high } = bestOfDifference(e.errors, a.errors, { size: 32, repeats: 1000 });
 * [value, low, high].map(points => points.toFixed(1)); // => ["2.2", "0.5", "3.7"]
 * ```
 */
export function bestOfDifference(a: Numbers, b: Numbers, options: BestOfOptions = {}): Difference {
  const fn = "bestOfDifference";
  const {
    size = 32,
    repeats = 10_000,
    random: source = seeded(0),
    margin = 0,
  } = checkedOptions(fn, options, { size: true, repeats: true, random: true, margin: true });
  const random = checkedRandom(fn, source);
  requireNumbers(fn, { margin });
  requireCount(fn, "size", size);
  requireCount(fn, "repeats", repeats, 100);
  requireFinite(fn, "errors in the first sample", a, 2 * size);
  requireFinite(fn, "errors in the second sample", b, 2 * size);
  const shown = (difference: Difference) =>
    inWords(difference, found => `Best of ${size} drawn: ${differenceInWords(found)}; ${sizes(a, b)}`);
  const by = scaleOf(a, b);
  if (by !== 1) {
    const found = bestOfDifference(scaledBy(a, by), scaledBy(b, by), {
      size,
      repeats,
      random,
      margin: margin * by,
    });
    return shown(unscaled(found, by, ["value", "low", "high"]));
  }
  const [forA, forB] = [new Search(a.length, size), new Search(b.length, size)];
  // From the least error on, so that rounding makes no difference of errors that are the same.
  const least = Math.min(extent(a)[0], extent(b)[0]);
  const above = (errors: Numbers) => Float64Array.from(errors, error => error - least).sort();
  const [ofA, ofB] = [above(a), above(b)];
  const pooled = Float64Array.from([...ofA, ...ofB]).sort();
  const n = pooled.length;
  forA.reset();
  forB.reset();
  for (const error of ofA) forA.add(error);
  for (const error of ofB) forB.add(error);
  const value = forA.best - forB.best;
  const standardError = Math.sqrt(forA.variance + forB.variance);
  const score = studentised(value, standardError);

  // Which networks fall to one of them: the first of a shuffled deck, of which only that part need be shuffled.
  const inOrder = isDrawnFirst(ofA, ofB);
  const [one, other] = inOrder ? [forA, forB] : [forB, forA];
  const taken = inOrder ? a.length : b.length;
  const deck = Uint32Array.from({ length: n }, (_, i) => i);
  const dealt = new Uint32Array(n);
  const scores = new Float64Array(repeats);
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let i = 0; i < taken; i++) {
      const j = i + Math.floor(random() * (n - i));
      [deck[i], deck[j]] = [deck[j], deck[i]];
      dealt[deck[i]] = repeat + 1;
    }
    forA.reset();
    forB.reset();
    for (let i = 0; i < n; i++) (dealt[i] === repeat + 1 ? one : other).add(pooled[i]);
    scores[repeat] = studentised(forA.best - forB.best, Math.sqrt(forA.variance + forB.variance));
  }
  scores.sort();
  // Scores that differ by rounding are equal; counting both ways takes the side of no difference.
  const share = (from: number) => (1 + repeats - firstAtLeast(scores, from - 1e-9)) / (repeats + 1);
  const shareUpTo = (to: number) => (1 + firstAtLeast(scores, to + 1e-9)) / (repeats + 1);
  // The interval leaves out zero where p is below 0.025, and only there.
  const rank = Math.max(1, Math.floor(0.025 * (repeats + 1))) - 1;
  const reach = (scored: number) => (standardError > 0 ? standardError * scored : 0);
  return shown({
    value,
    low: value - reach(scores[repeats - 1 - rank]),
    high: value - reach(scores[rank]),
    pLower: shareUpTo(score),
    pHigher: share(score),
    pNotWorse: shareUpTo(studentised(value - margin, standardError)),
  });
}

const studentised = (value: number, standardError: number): number =>
  value === 0 ? 0 : standardError > 0 ? value / standardError : Math.sign(value) * Number.POSITIVE_INFINITY;

/** The index of the first number of at least `from`; as many as there are if there is none. */
function firstAtLeast(sorted: Float64Array, from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For each rank of n, from the least error on, the probability that it is the best of m distinct ones. */
function rankWeights(n: number, m: number): Float64Array {
  const weights = new Float64Array(n);
  let weight = m / n;
  for (let i = 0; i < n && weight > 0; i++) {
    weights[i] = weight;
    // C(n − r − 1, m − 1) / C(n − r, m − 1) with r = i + 1.
    weight *= Math.max(0, n - i - m) / (n - i - 1);
  }
  return weights;
}

/** The expected best of m of n errors that come in rising order, and its jackknife variance, in one pass. */
class Search {
  readonly #weights: Float64Array;
  /** With one network less. */
  readonly #fewer: Float64Array;
  readonly #n: number;
  #count = 0;
  #last = 0;
  best = 0;
  /** What leaving one out makes of the best, minus what leaving out the least one does: the newest, sum and squares. */
  #without = 0;
  #sum = 0;
  #squares = 0;

  constructor(n: number, m: number) {
    this.#n = n;
    this.#weights = rankWeights(n, m);
    this.#fewer = rankWeights(n - 1, m);
  }

  reset(): void {
    this.#count = 0;
    this.best = 0;
    this.#without = 0;
    this.#sum = 0;
    this.#squares = 0;
  }

  add(error: number): void {
    const i = this.#count++;
    this.best += this.#weights[i] * error;
    // Leaving this one out in the place of the one before puts that one back, at the rank that this one had.
    if (i > 0) this.#without += this.#fewer[i - 1] * (this.#last - error);
    this.#last = error;
    this.#sum += this.#without;
    this.#squares += this.#without * this.#without;
  }

  get variance(): number {
    const n = this.#n;
    return Math.max(0, ((n - 1) / n) * (this.#squares - (this.#sum * this.#sum) / n));
  }
}
