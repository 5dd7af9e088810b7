/**
 * The two-sample Kolmogorov–Smirnov test: are two design spaces' errors drawn from one distribution? (NDS,
 * section 3.2.)
 */
import { chanceText, inWords, short, sizes } from "./shown-result.js";
import { say } from "../base/say.js";
import { withBothSorted } from "../base/numbers/sort.js";
import { type Numbers, requireFinite, StatisticsError, checkedOptions } from "./statistics-error.js";

export interface KsTest {
  /** D = sup_e |F₁(e) − F₂(e)|, in [0, 1]; of a one-sided test without the absolute value, in the direction asked for. */
  readonly d: number;
  /** Probability of a D at least as large if both samples come from one distribution. */
  readonly p: number;
  readonly method: "exact" | "asymptotic";
}

export interface KsOptions {
  /** Default: exact while both samples have at most 10,000 models (SciPy's rule), else asymptotic. */
  readonly method?: KsTest["method"];
  /**
   * What is tested against equal distributions: that they differ (the default), that somewhere the first sample has
   * the larger share of models at most that bad, so that it is the lower one (`"lower"`), or the smaller share
   * (`"higher"`). SciPy speaks of the distribution functions and calls these `"greater"` and `"less"`.
   */
  readonly alternative?: "two-sided" | "lower" | "higher";
}

const EXACT_UP_TO = 10_000;

/**
 * The two-sample Kolmogorov–Smirnov test, two-sided unless a direction is asked for.
 *
 * Exact: the share of the ways to interleave the samples that would give a D as large, counted over lattice paths
 * as R's `psmirnov` and SciPy's `ks_2samp(method="exact")` do; like SciPy's, it takes no account of ties, which
 * makes p too large where there are many. Asymptotic: Kolmogorov's limit, p = 2 Σ_k (−1)^(k−1) exp(−2 k² z²)
 * with z = D √(mn / (m + n)), as R's `ks.test(exact = FALSE)` and `scipy.special.kolmogorov`; SciPy's own
 * "asymp" refines it for small samples, which here are exact anyway. One-sided: paths that leave the band on one side
 * only, and Smirnov's limit exp(−2 z²).
 *
 * @param a errors of the first sample, any unit
 * @param b errors of the second, same unit
 * @example
 * ```ts
 * const { d, p } = ksTest([39, 42, 47, 50], [55, 58, 63, 66]);
 * d; // => 1
 * p; // ≈ 0.02857
 * ```
 */
export function ksTest(a: Numbers, b: Numbers, options: KsOptions = {}): KsTest {
  const { method, alternative = "two-sided" } = checkedOptions("ksTest", options, {
    method: true,
    alternative: true,
  });
  requireFinite("ksTest", "errors in the first sample", a, 1);
  requireFinite("ksTest", "errors in the second sample", b, 1);
  if (method !== undefined && method !== "exact" && method !== "asymptotic") {
    throw new StatisticsError(`ksTest: expected method "exact" or "asymptotic", got ${say(method)}`);
  }
  if (!["two-sided", "lower", "higher"].includes(alternative)) {
    throw new StatisticsError(
      `ksTest: expected alternative "two-sided", "lower" or "higher", got ${say(alternative)}`,
    );
  }
  const [m, n] = [a.length, b.length];
  const oneSided = alternative !== "two-sided";
  const { above, below } = greatestGaps(a, b);
  const gap = alternative === "lower" ? above : alternative === "higher" ? below : Math.max(above, below);
  const d = gap / (m * n);
  const asked = oneSided ? `is the first ${alternative}` : "do they differ";
  const shown = (test: KsTest) =>
    inWords(
      test,
      found =>
        `Kolmogorov–Smirnov, ${asked}: D = ${short(found.d)}, ${chanceText(found.p)} (${found.method}); ${sizes(a, b)}`,
    );
  if ((method ?? (Math.max(m, n) <= EXACT_UP_TO ? "exact" : "asymptotic")) === "exact") {
    return shown({ d, p: exactTail(m, n, gap, oneSided), method: "exact" });
  }
  const z = d * Math.sqrt((m * n) / (m + n));
  return shown({ d, p: oneSided ? Math.exp(-2 * z * z) : kolmogorovTail(z), method: "asymptotic" });
}

/** The greatest i·n − j·m and j·m − i·n after any error, with i models of a and j of b at most as large: D·m·n, integers. */
const greatestGaps = (a: Numbers, b: Numbers) => withBothSorted(a, b, gapsOf);

function gapsOf(x: Float64Array, y: Float64Array): { above: number; below: number } {
  let [i, j, above, below] = [0, 0, 0, 0];
  while (i < x.length && j < y.length) {
    const e = Math.min(x[i], y[j]);
    while (i < x.length && x[i] === e) i++;
    while (j < y.length && y[j] === e) j++;
    const gap = i * y.length - j * x.length;
    above = Math.max(above, gap);
    below = Math.max(below, -gap);
  }
  return { above, below };
}

/**
 * P(D ≥ gap / mn). A random interleaving is a path from (0, 0) to (m, n); `touched[j]` is the probability that a
 * path to (i, j) has been as far off the diagonal as `gap`. Only positive numbers are added, so small p are exact.
 */
function exactTail(m: number, n: number, gap: number, oneSided: boolean): number {
  if (gap === 0) return 1;
  const touched = new Float64Array(n + 1);
  // By symmetry one side is as likely to be left as the other.
  for (let j = 1; j <= n; j++) touched[j] = !oneSided && j * m >= gap ? 1 : touched[j - 1];
  for (let i = 1; i <= m; i++) {
    if (i * n >= gap) touched[0] = 1;
    for (let j = 1; j <= n; j++) {
      const ahead = i * n - j * m;
      const off = (oneSided ? ahead : Math.abs(ahead)) >= gap;
      touched[j] = off ? 1 : (i * touched[j] + j * touched[j - 1]) / (i + j);
    }
  }
  return touched[n];
}

/** The upper tail of Kolmogorov's distribution; below z = 1.18 by its other series, which converges there. */
function kolmogorovTail(z: number): number {
  if (z <= 0) return 1;
  let sum = 0;
  if (z < 1.18) {
    for (let k = 1; k <= 20; k += 2) sum += Math.exp((-(k * k) * Math.PI ** 2) / (8 * z * z));
    return 1 - (Math.sqrt(2 * Math.PI) / z) * sum;
  }
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * z * z);
  return Math.min(1, 2 * sum);
}
