/**
 * Several groups of networks at once, for example one for each value of a parameter: do their errors differ at all
 * (Kruskal and Wallis), and do they rise or fall along the groups (Jonckheere and Terpstra)?
 */
import { chanceText, inWords, short, sizeText } from "./shown-result.js";
import { chiSquareTail, normalTail } from "./distributions.js";
import { kendall } from "./correlation.js";
import { sortOrder } from "../base/numbers/sort.js";
import {
  type Numbers,
  requireArray,
  requireFinite,
  requireVariation,
  StatisticsError,
} from "./statistics-error.js";

/** Whether groups differ. */
export interface KruskalTest {
  /** H, corrected for ties. */
  readonly h: number;
  /** Groups minus one. */
  readonly degreesOfFreedom: number;
  /** Probability of an H at least as large if all groups come from one distribution, by χ². */
  readonly p: number;
}

/**
 * Kruskal and Wallis's test (1952) that at least one group differs from the others, by ranks, ties sharing theirs. As
 * `scipy.stats.kruskal`.
 *
 * @param groups two or more, each with one value per model
 * @throws StatisticsError for fewer groups, an empty one, or values that are all the same
 * @example
 * ```ts
 * kruskal([[30, 31, 33], [34, 36, 38]]).p; // ≈ 0.0495
 * ```
 */
export function kruskal(groups: readonly Numbers[]): KruskalTest {
  const { values, groupOf } = flattened("kruskal", groups);
  const n = values.length;
  const order = sortOrder(values);
  const sums = new Float64Array(groups.length);
  let ties = 0;
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && values[order[to]] === values[order[from]]) to++;
    const t = to - from;
    ties += t ** 3 - t;
    for (let i = from; i < to; i++) sums[groupOf[order[i]]] += (from + to + 1) / 2;
  }
  // Around the mean rank, not as a difference of large sums.
  const between = groups.reduce(
    (sum, { length }, k) => sum + length * (sums[k] / length - (n + 1) / 2) ** 2,
    0,
  );
  const h = ((12 / (n * (n + 1))) * between) / (1 - ties / (n ** 3 - n));
  const degreesOfFreedom = groups.length - 1;
  return inWords(
    { h, degreesOfFreedom, p: chiSquareTail(h, degreesOfFreedom) },
    found =>
      `Kruskal–Wallis, do ${groups.length} groups differ: H = ${short(found.h)}, ${chanceText(found.p)} (${found.degreesOfFreedom} degrees of freedom); ${sizeText(n)}`,
  );
}

/** Whether values rise or fall along ordered groups. */
export interface TrendTest {
  /** Kendall's τ-b of value and group, in [−1, 1]: above zero if values rise. */
  readonly tau: number;
  /** Pairs from two groups in rising order, minus those in falling order, in standard deviations. */
  readonly z: number;
  /** Two-sided probability of a trend as strong if there is none. */
  readonly p: number;
  /** One-sided: small if values rise, and if they fall. */
  readonly pRising: number;
  readonly pFalling: number;
  readonly n: number;
}

/**
 * Jonckheere and Terpstra's test (1952, 1954) for a trend along groups in order, by the normal distribution with the
 * variance corrected for ties. It counts the pairs that Kendall's τ counts between values and groups' numbers, so it is
 * `scipy.stats.kendalltau(group, value, method="asymptotic")`.
 *
 * @param groups in the order that is asked about, for example by rising bottleneck ratio
 * @throws StatisticsError for fewer than two groups, an empty one, or values that are all the same
 * @example
 * ```ts
 * trend([[30, 31, 33], [33, 34, 36], [35, 37, 38]]).pRising < 0.01; // => true
 * ```
 */
export function trend(groups: readonly Numbers[]): TrendTest {
  const { values, groupOf } = flattened("trend", groups);
  const { value: tau, z, n } = kendall(groupOf, values, { method: "asymptotic" });
  const p = normalTail(z);
  const [pRising, pFalling] = z > 0 ? [p / 2, 1 - p / 2] : [1 - p / 2, p / 2];
  return inWords(
    { tau, z, p, pRising, pFalling, n },
    found =>
      `Trend along ${groups.length} groups: Kendall's τ = ${short(found.tau)}, ${chanceText(found.p)}; ${sizeText(found.n)}`,
  );
}

function flattened(fn: string, groups: readonly Numbers[]) {
  requireArray(fn, "groups", groups);
  if (groups.length < 2) throw new StatisticsError(`${fn}: expected at least 2 groups, got ${groups.length}`);
  for (const [k, group] of groups.entries()) requireFinite(fn, `values in group ${k + 1}`, group, 1);
  const values = groups.flatMap(group => Array.from(group));
  const groupOf = groups.flatMap((group, k) => Array.from(group, () => k));
  if (values.length < 3) throw new StatisticsError(`${fn}: expected at least 3 values, got ${values.length}`);
  requireVariation(fn, "values", values);
  return { values, groupOf };
}
