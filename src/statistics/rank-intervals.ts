/**
 * How sure a rank correlation is, and the difference of two with the same values: the delete-one jackknife (Arvesen 1969; both
 * coefficients are functions of U-statistics). Unlike the bootstrap it draws nothing, adds no ties, and takes n log n steps; unlike
 * 1/√(n − 3) and its kind it holds for ties and for any distribution.
 */
import { fixed } from "../base/fixed.js";
import { studentQuantile, studentTail, studentUpper } from "./distributions.js";
import { kendall, spearman } from "./correlation.js";
import { type Numbers, requireLevel } from "./statistics-error.js";

/** A rank correlation with its interval. */
export interface RankInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Both rank correlations of the same values. */
export interface RankIntervals {
  readonly spearman: RankInterval;
  readonly kendall: RankInterval;
  readonly n: number;
}

/** A difference of two rank correlations with the same values: p two-sided, of there being none. */
export interface RankDifference extends RankInterval {
  readonly p: number;
}

/** Of both correlations. */
export interface RankDifferences {
  readonly spearman: RankDifference;
  readonly kendall: RankDifference;
  readonly n: number;
}

/** Of n values of which nothing is said: NaN. */
export function noRanks(n: number): RankIntervals {
  const nothing: RankInterval = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  return { spearman: nothing, kendall: nothing, n };
}

/** A number with its interval: `0.61 (0.58, 0.64)`. */
export const spokenInterval = ({ value, low, high }: RankInterval): string =>
  Number.isNaN(value) ? "–" : `${fixed(value, 2)} (${fixed(low, 2)}, ${fixed(high, 2)})`;

/** A p value: three decimals. */
export const spokenP = (p: number): string => (p < 0.001 ? "below 0.001" : fixed(p, 3));

/** So close to 1, beyond which there is rounding alone, a correlation's Fisher z is 14, and finite. */
const ALMOST_ONE = 1 - 1e-12;

/**
 * Spearman's ρ and Kendall's τ-b, each with an interval: Student's t with n − 1 degrees of freedom around Fisher's z, whose standard
 * error is the jackknife's. Where leaving out one value leaves nothing that varies the interval is all there is.
 *
 * @param level probability that an interval holds. Default 0.95
 * @throws StatisticsError for fewer than three values, or an x or y that does not vary
 */
export function rankIntervals(x: Numbers, y: Numbers, level = 0.95): RankIntervals {
  requireLevel("rankIntervals", level);
  const [rho, tau] = [spearman(x, y).value, kendall(x, y, { method: "asymptotic" }).value];
  const without = leaveOneOut(x, y);
  const t = studentQuantile((1 - level) / 2, x.length - 1);
  return {
    spearman: around(rho, errorOf(without.spearman), t),
    kendall: around(tau, errorOf(without.kendall), t),
    n: x.length,
  };
}

/** The standard error of Fisher's z from the correlations that leave one out. */
const errorOf = (without: Float64Array): number => jackknifeError(without.map(fisher));

function around(value: number, error: number, t: number): RankInterval {
  if (Number.isNaN(error)) return { value, low: -1, high: 1 };
  // What all agree on is not moved by its own rounding.
  if (error === 0) return { value, low: value, high: value };
  const z = fisher(value);
  return { value, low: Math.tanh(z - t * error), high: Math.tanh(z + t * error) };
}

/**
 * How much better x ranks y than `other` does: each correlation of x and y minus that of `other` and y, with Student's interval of the
 * jackknife of the difference. Both are of the same values, so that what makes both better or worse cancels.
 *
 * @throws StatisticsError as `rankIntervals`
 */
export function rankDifferences(x: Numbers, other: Numbers, y: Numbers, level = 0.95): RankDifferences {
  requireLevel("rankDifferences", level);
  const n = x.length;
  const t = studentQuantile((1 - level) / 2, n - 1);
  const [one, two] = [leaveOneOut(x, y), leaveOneOut(other, y)];
  const between = (name: "spearman" | "kendall"): RankDifference => {
    const by = (values: Numbers) =>
      name === "spearman" ? spearman(values, y).value : kendall(values, y, { method: "asymptotic" }).value;
    const value = by(x) - by(other);
    const error = jackknifeError(one[name].map((left, i) => left - two[name][i]));
    if (Number.isNaN(error)) return { value, low: -2, high: 2, p: 1 };
    if (error === 0) return { value, low: value, high: value, p: value === 0 ? 1 : 0 };
    return { value, low: value - t * error, high: value + t * error, p: studentTail(value / error, n - 1) };
  };
  return { spearman: between("spearman"), kendall: between("kendall"), n };
}

/** A rank correlation against a number. */
export interface RankTest extends RankInterval {
  /** One-sided probabilities: small if the correlation is lower than that, and if it is higher. */
  readonly pLower: number;
  readonly pHigher: number;
}

/**
 * Whether a rank correlation is lower or higher than a number in (−1, 1): Student's t with n − 1 degrees of freedom of the distance in
 * Fisher's z, in units of the jackknife's standard error. What it does not reject is the interval of `rankIntervals`.
 *
 * @throws StatisticsError as `rankIntervals`
 */
export function rankTest(
  x: Numbers,
  y: Numbers,
  coefficient: "spearman" | "kendall",
  than: number,
): RankTest {
  const { value } = coefficient === "spearman" ? spearman(x, y) : kendall(x, y, { method: "asymptotic" });
  const error = errorOf(leaveOneOut(x, y)[coefficient]);
  const df = x.length - 1;
  const found = around(value, error, studentQuantile(0.025, df));
  if (Number.isNaN(error)) return { ...found, pLower: 1, pHigher: 1 };
  const off = fisher(value) - fisher(than);
  if (error === 0) return { ...found, pLower: off < 0 ? 0 : 1, pHigher: off > 0 ? 0 : 1 };
  return { ...found, pLower: studentUpper(-off / error, df), pHigher: studentUpper(off / error, df) };
}

const fisher = (value: number): number => Math.atanh(Math.max(-ALMOST_ONE, Math.min(ALMOST_ONE, value)));

/** √ of (n − 1)/n Σ (θᵢ − mean)²; NaN where one of them is. */
function jackknifeError(without: Float64Array): number {
  const n = without.length;
  const mean = without.reduce((sum, value) => sum + value, 0) / n;
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Of values that differ by rounding alone.
  if (squares <= n * (8 * Number.EPSILON * Math.max(1, Math.abs(mean))) ** 2) return 0;
  return Math.sqrt(((n - 1) / n) * squares);
}

/** Both correlations without each of the values in turn, in n log n steps; NaN where what is left does not vary. */
export function leaveOneOut(
  x: Numbers,
  y: Numbers,
): { readonly spearman: Float64Array; readonly kendall: Float64Array } {
  const n = x.length;
  const m = n - 1;
  const [inX, inY] = [ranked(x), ranked(y)];
  const counts = pairCounts(x, y, inY);
  let [score, tiedX, tiedY, product] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    score += counts.agree[i] / 2;
    tiedX += (inX.ties[i] - 1) / 2;
    tiedY += (inY.ties[i] - 1) / 2;
    product += inX.ranks[i] * inY.ranks[i];
  }
  // Of the other's ranks, the sum over what lies above, and half of what is equal: the ranks that fall where one is left out.
  const [fallX, fallY] = [sumsAbove(inX, inY.ranks), sumsAbove(inY, inX.ranks)];
  const pairs = (m * (m - 1)) / 2;
  const rho = new Float64Array(n);
  const tau = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [tx, ty] = [inX.ties[i], inY.ties[i]];
    tau[i] = (score - counts.agree[i]) / Math.sqrt((pairs - tiedX + tx - 1) * (pairs - tiedY + ty - 1));
    const sum = product - inX.ranks[i] * inY.ranks[i] - fallX[i] - fallY[i] + counts.above[i];
    const squaresX = spread(m, inX.cubes, tx);
    const squaresY = spread(m, inY.cubes, ty);
    rho[i] = (sum - m * (n / 2) ** 2) / Math.sqrt(squaresX * squaresY);
  }
  return { spearman: rho, kendall: tau };
}

/** Σ (rank − mean)² of m values whose ties are those of all, minus one of a group of t. */
const spread = (m: number, cubes: number, t: number): number =>
  (m ** 3 - m - (cubes - (t ** 3 - t) + ((t - 1) ** 3 - (t - 1)))) / 12;

interface Ranked {
  readonly order: Uint32Array;
  /** From 1, ties sharing their mean. */
  readonly ranks: Float64Array;
  /** How many values are equal to each, itself among them. */
  readonly ties: Uint32Array;
  /** Where the group of each begins in the order. */
  readonly from: Uint32Array;
  /** Σ t³ − t over the groups. */
  readonly cubes: number;
}

function ranked(values: Numbers): Ranked {
  const n = values.length;
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const [ranks, ties, from] = [new Float64Array(n), new Uint32Array(n), new Uint32Array(n)];
  let cubes = 0;
  for (let low = 0; low < n; ) {
    let high = low + 1;
    while (high < n && values[order[high]] === values[order[low]]) high++;
    const t = high - low;
    cubes += t ** 3 - t;
    for (const i of order.subarray(low, high)) {
      ranks[i] = (low + high + 1) / 2;
      ties[i] = t;
      from[i] = low;
    }
    low = high;
  }
  return { order, ranks, ties, from, cubes };
}

/** For each value the sum of `weights` over those above it, and half of the sum over the others that are equal. */
function sumsAbove({ order, ties, from }: Ranked, weights: Numbers): Float64Array {
  const n = order.length;
  const after = new Float64Array(n + 1);
  for (let k = n - 1; k >= 0; k--) after[k] = after[k + 1] + weights[order[k]];
  return Float64Array.from(weights, (own, i) => {
    const above = after[from[i] + ties[i]];
    return above + (after[from[i]] - above - own) / 2;
  });
}

/**
 * For each value i, over all others j: pairs that agree minus those that do not, and the sum of a·b, a = 1 where x_j > x_i, ½ where
 * they are equal, b likewise of y.
 */
function pairCounts(x: Numbers, y: Numbers, inY: Ranked) {
  const n = x.length;
  const order = Uint32Array.from(x, (_, i) => i).sort((i, j) => x[i] - x[j] || y[i] - y[j]);
  const [agree, above] = [new Float64Array(n), new Float64Array(n)];
  // How many of those with a smaller x there are by where their y's group begins, as a Fenwick tree.
  const tree = new Uint32Array(n + 1);
  const below = (place: number): number => {
    let sum = 0;
    for (let k = place; k > 0; k -= k & -k) sum += tree[k];
    return sum;
  };
  for (let low = 0; low < n; ) {
    let high = low + 1;
    while (high < n && x[order[high]] === x[order[low]]) high++;
    for (let first = low; first < high; ) {
      let last = first + 1;
      const i = order[first];
      while (last < high && y[order[last]] === y[i]) last++;
      const [smaller, smallerOrEqual] = [below(inY.from[i]), below(inY.from[i] + inY.ties[i])];
      const [lessLess, lessEqual] = [smaller, smallerOrEqual - smaller];
      const lessGreater = low - smallerOrEqual;
      const greaterLess = inY.from[i] - lessLess - (first - low);
      const both = last - first;
      const greaterEqual = inY.ties[i] - lessEqual - both;
      const greaterGreater = n - high - greaterLess - greaterEqual;
      for (const one of order.subarray(first, last)) {
        agree[one] = lessLess + greaterGreater - lessGreater - greaterLess;
        above[one] = greaterGreater + greaterEqual / 2 + (high - last) / 2 + (both - 1) / 4;
      }
      first = last;
    }
    for (const i of order.subarray(low, high)) {
      for (let k = inY.from[i] + 1; k <= n; k += k & -k) tree[k]++;
    }
    low = high;
  }
  return { agree, above };
}
