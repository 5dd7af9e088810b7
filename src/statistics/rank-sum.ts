/** Whether one of two samples tends to be the smaller: Wilcoxon's rank-sum test (Mann and Whitney's U). */
import { normalTail } from "./distributions.js";
import { sortOrder } from "./sort.js";
import { type Numbers, requireFinite } from "./statistics-error.js";

export interface RankSumTest {
  /** Pairs of one value of each sample in which the first's is the greater; ties count half. */
  readonly u: number;
  /** The share of such pairs, in [0, 1]: ½ where neither tends to be greater (Vargha and Delaney's A). */
  readonly superiority: number;
  /** Two-sided probability of a U as far from its middle if both samples come from one distribution. */
  readonly p: number;
  readonly n: readonly [number, number];
}

/** Up to so many pairs, and without ties, the distribution of U is counted out. */
const MOST_EXACT = 2500;

/**
 * The two-sided rank-sum test. Exact where no two values are equal and the product of the sizes is at most 2,500; otherwise
 * the normal approximation with a correction for ties and continuity. Equivalent to
 * `scipy.stats.mannwhitneyu(a, b, method="exact")`, or `method="asymptotic"`.
 *
 * @param a one per run, any unit
 * @param b same unit
 * @throws StatisticsError for an empty sample, or values that are not finite
 * @example
 * ```ts
 * rankSumTest([1, 2, 3, 4], [5, 6, 7, 8]); // => { u: 0, superiority: 0, p: 0.02857142857142857, n: [4, 4] }
 * ```
 */
export function rankSumTest(a: Numbers, b: Numbers): RankSumTest {
  const fn = "rankSumTest";
  requireFinite(fn, "values in the first sample", a, 1);
  requireFinite(fn, "values in the second sample", b, 1);
  const [n, m] = [a.length, b.length];
  const values = Float64Array.from([...Array.from(a), ...Array.from(b)]);
  const order = sortOrder(values);
  let [rankSum, ties] = [0, 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    const rank = (from + to + 1) / 2;
    for (let i = from; i < to; i++) if (order[i] < n) rankSum += rank;
    ties += (to - from) ** 3 - (to - from);
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const p = ties === 0 && n * m <= MOST_EXACT ? exact(Math.min(u, n * m - u), n, m) : normal(u, n, m, ties);
  return { u, superiority: u / (n * m), p, n: [n, m] };
}

/** Twice the probability of a U of at most this one: ways to choose ranks, counted by sums of a recursion. */
function exact(u: number, n: number, m: number): number {
  const most = n * m;
  // counts[k][s]: how many ways k values of the first sample have s values of the second below them in all.
  let counts = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  counts[0][0] = 1;
  for (let below = 0; below <= m; below++) {
    // Each of the first sample's values has at most `below` of the second's below it: as many as allowed are added.
    const next = counts.map(row => row.slice());
    for (let k = 1; k <= n; k++) {
      for (let s = below; s <= most; s++) next[k][s] += next[k - 1][s - below];
    }
    counts = next;
  }
  const ways = counts[n];
  const all = ways.reduce((sum, count) => sum + count, 0);
  let within = 0;
  for (let s = 0; s <= u; s++) within += ways[s];
  return Math.min(1, (2 * within) / all);
}

function normal(u: number, n: number, m: number, ties: number): number {
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return 1;
  const distance = Math.abs(u - (n * m) / 2) - 0.5;
  return Math.min(1, normalTail(Math.max(0, distance) / Math.sqrt(variance)));
}
