/**
 * Correlation of two measures over the models of a population: Pearson's r for straight lines (the paper's Figure
 * 12), Spearman's ρ and Kendall's τ for any monotone relation.
 */
import { chanceText, inWords, short, sizeText } from "./shown-result.js";
import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { COUNTERS, DATA, withLoops } from "../base/numbers/loops.js";
import { normalTail, studentTail } from "./distributions.js";
import {
  checkedOptions,
  type Numbers,
  requireFinite,
  requireSameLength,
  requireVariation,
  StatisticsError,
} from "./statistics-error.js";
import { say } from "../base/say.js";

/** A correlation in [−1, 1], and the probability of one as strong if there is none (two-sided). */
export interface Correlation {
  readonly value: number;
  readonly p: number;
  readonly n: number;
}

function check(fn: string, x: Numbers, y: Numbers): void {
  requireFinite(fn, "x", x, 3);
  requireFinite(fn, "y", y, 3);
  requireSameLength(fn, "x", x, "y", y);
  requireVariation(fn, "x", x);
  requireVariation(fn, "y", y);
}

const shown = <C extends Correlation>(name: string, correlation: C): C =>
  inWords(correlation, ({ value, p, n }) => `${name} = ${short(value)}, ${chanceText(p)}; ${sizeText(n)}`);

/** p by Student's t with n − 2 degrees of freedom, t = r √((n − 2) / (1 − r²)). */
function byStudent(name: string, r: number, n: number): Correlation {
  const value = Math.max(-1, Math.min(1, r));
  const t = value * Math.sqrt((n - 2) / ((1 - value) * (1 + value)));
  return shown(name, { value, p: studentTail(t, n - 2), n });
}

/**
 * Pearson's r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²), with p by Student's t, as `scipy.stats.pearsonr`.
 *
 * @throws StatisticsError for fewer than three models, or an x or y that does not vary
 * @example
 * ```ts
 * pearson([1, 2, 3, 4], [1.1, 1.9, 3.2, 3.9]).value; // ≈ 0.993
 * ```
 */
export function pearson(x: Numbers, y: Numbers): Correlation {
  check("pearson", x, y);
  return byStudent("Pearson's r", sampleCorrelation(scaled(Array.from(x)), scaled(Array.from(y))), x.length);
}

/** Values whose squares neither overflow nor vanish, at the same correlation: r knows no scale. */
function scaled(values: number[]): number[] {
  const most = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  if (most < 1e100 && most > 1e-100) return values;
  // By a power of two, which changes no digit, in two steps, since one may be beyond the doubles.
  const half = 2 ** Math.floor(Math.log2(most) / 2);
  return values.map(v => v / half / half);
}

/**
 * Spearman's ρ: Pearson's r of the ranks, ties sharing their mean rank; p by Student's t, as
 * `scipy.stats.spearmanr`.
 *
 * @example
 * ```ts
 * spearman([1, 2, 3, 4], [1, 4, 9, 16]).value; // => 1
 * ```
 */
export function spearman(x: Numbers, y: Numbers): Correlation {
  check("spearman", x, y);
  return byStudent("Spearman's ρ", sampleRankCorrelation(Array.from(x), Array.from(y)), x.length);
}

/** Kendall's τ-b with the standard score that its p comes from where it is not exact. */
export interface KendallCorrelation extends Correlation {
  readonly z: number;
}

export interface KendallOptions {
  /** Default: exact where that is feasible. */
  readonly method?: "asymptotic";
}

/**
 * Kendall's τ-b = (C − D) / √((n₀ − n₁)(n₀ − n₂)): concordant minus discordant pairs, over all n₀ = n(n − 1)/2
 * pairs minus those tied in x (n₁) and in y (n₂). Knight's algorithm, O(n log n).
 *
 * p as `scipy.stats.kendalltau`: exact without ties for n ≤ 33 (or with at most one discordant, or concordant,
 * pair), else by the normal distribution with the variance corrected for ties.
 *
 * @example
 * ```ts
 * kendall([1, 2, 3, 4], [1, 4, 9, 8]).value; // ≈ 0.6667
 * ```
 */
export function kendall(x: Numbers, y: Numbers, options: KendallOptions = {}): KendallCorrelation {
  const { method } = checkedOptions("kendall", options, { method: true });
  if (method !== undefined && method !== "asymptotic") {
    throw new StatisticsError(`kendall: expected method "asymptotic" or none, got ${say(method)}`);
  }
  check("kendall", x, y);
  const n = x.length;
  const { inX, inY, both, discordant } = (n >= FEW ? countedByBits(x, y) : undefined) ?? counted(x, y);
  const all = (n * (n - 1)) / 2;
  const score = all - inX.pairs - inY.pairs + both.pairs - 2 * discordant;
  const value = Math.max(-1, Math.min(1, score / Math.sqrt((all - inX.pairs) * (all - inY.pairs))));
  const untied = inX.pairs === 0 && inY.pairs === 0;
  const fewer = Math.min(discordant, all - discordant);
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - inX.cubic - inY.cubic) / 18 +
    (2 * inX.pairs * inY.pairs) / m +
    (inX.triples * inY.triples) / (9 * m * (n - 2));
  const z = score / Math.sqrt(variance);
  const exact = method === undefined && untied && (n <= 33 || fewer <= 1);
  return shown("Kendall's τ", { value, z, p: exact ? exactTail(n, fewer) : normalTail(z), n });
}

/** Below this many models pairs are counted without WebAssembly. */
const FEW = 1024;

interface PairCounts {
  readonly inX: Ties;
  readonly inY: Ties;
  /** Tied in both. */
  readonly both: Ties;
  readonly discordant: number;
}

/** In the memory of the loops alone, which is there already: orders by radix, and discordant pairs by the bits of ranks. */
function countedByBits(x: Numbers, y: Numbers): PairCounts | undefined {
  const n = x.length;
  return withLoops(32 * n, (loops, memory) => {
    const [first, second, third, fourth] = [0, 1, 2, 3].map(part => DATA + 8 * n * part);
    const words = new Uint32Array(memory.buffer);
    memory.set(x, first / 8);
    loops.order(first, second, third, n, COUNTERS);
    const xs = memory.subarray(second / 8, third / 8);
    const ys = memory.subarray(first / 8, second / 8);
    for (let i = 0; i < n; i++) ys[i] = y[words[third / 4 + 2 * i]];
    const inX = tiedRuns(xs);
    if (inX.pairs > 0) sortTied(xs, ys);
    const both = inX.pairs > 0 ? tiedRuns(xs, ys) : inX;
    loops.order(first, third, fourth, n, COUNTERS);
    const inY = tiedRuns(memory.subarray(third / 8, fourth / 8));
    // Equal y in the order of x: their ranks rise, and no pair of them counts.
    for (let rank = 0; rank < n; rank++) words[first / 4 + words[fourth / 4 + 2 * rank]] = rank;
    return { inX, inY, both, discordant: loops.inversions(first, second, n) };
  });
}

function counted(x: Numbers, y: Numbers): PairCounts {
  const order = Uint32Array.from(x, (_, i) => i).sort((i, j) => x[i] - x[j] || y[i] - y[j]);
  const xs = Float64Array.from(order, i => x[i]);
  const ys = Float64Array.from(order, i => y[i]);
  const both = tiedRuns(xs, ys);
  const discordant = inversions(ys); // Sorts ys on the way.
  return { inX: tiedRuns(xs), inY: tiedRuns(ys), both, discordant };
}

/** Sorts what belongs to equal values. */
function sortTied(xs: Float64Array, ys: Float64Array): void {
  for (let low = 0, high = 0; low < xs.length; low = high) {
    while (high < xs.length && xs[high] === xs[low]) high++;
    if (high - low > 1) ys.subarray(low, high).sort();
  }
}

/** Σ t(t−1)/2, Σ t(t−1)(t−2), Σ t(t−1)(2t+5) over runs of t tied values. */
interface Ties {
  readonly pairs: number;
  readonly triples: number;
  readonly cubic: number;
}

/** Runs of values, or of pairs of values. */
function tiedRuns(xs: Float64Array, ys = xs): Ties {
  let [pairs, triples, cubic, t] = [0, 0, 0, 1];
  for (let i = 1; i <= xs.length; i++) {
    if (i < xs.length && xs[i] === xs[i - 1] && ys[i] === ys[i - 1]) t++;
    else if (t > 1) {
      pairs += (t * (t - 1)) / 2;
      triples += t * (t - 1) * (t - 2);
      cubic += t * (t - 1) * (2 * t + 5);
      t = 1;
    }
  }
  return { pairs, triples, cubic };
}

/** Pairs i < j with values[i] > values[j], counted by a merge sort, which leaves the values sorted. */
function inversions(values: Float64Array): number {
  const n = values.length;
  let count = 0;
  const buffer = new Float64Array(n);
  for (let width = 1; width < n; width *= 2) {
    for (let low = 0; low + width < n; low += 2 * width) {
      const middle = low + width;
      const high = Math.min(middle + width, n);
      let [i, j] = [low, middle];
      for (let k = low; k < high; k++) {
        if (j >= high || (i < middle && values[i] <= values[j])) buffer[k] = values[i++];
        else {
          count += middle - i;
          buffer[k] = values[j++];
        }
      }
      values.set(buffer.subarray(low, high), low);
    }
  }
  return count;
}

/** Two-sided p without ties: the share of the n! orders with at most `fewer` (or at least the mirrored number of) inversions. */
function exactTail(n: number, fewer: number): number {
  const all = (n * (n - 1)) / 2;
  if (2 * fewer === all) return 1;
  // shares[k]: the share of the orders of `size` values that have k inversions.
  let shares = new Float64Array(fewer + 1);
  shares[0] = 1;
  for (let size = 2; size <= n; size++) {
    const next = new Float64Array(fewer + 1);
    let window = 0;
    for (let k = 0; k <= fewer; k++) {
      window += shares[k] - (k >= size ? shares[k - size] : 0);
      next[k] = window / size;
    }
    shares = next;
  }
  return Math.min(1, 2 * shares.reduce((a, b) => a + b, 0));
}
