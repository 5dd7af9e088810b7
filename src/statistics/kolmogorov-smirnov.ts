/**
 * The two-sample Kolmogorov–Smirnov test: are two design spaces' errors drawn from one distribution? (NDS,
 * section 3.2.)
 */
import { type Numbers, requireFinite, StatisticsError, checkedOptions } from "./statistics-error.js";

export interface KsTest {
  /** D = sup_e |F₁(e) − F₂(e)|, in [0, 1]. */
  readonly d: number;
  /** Probability of a D at least as large if both samples come from one distribution. */
  readonly p: number;
  readonly method: "exact" | "asymptotic";
}

export interface KsOptions {
  /** Default: exact while both samples have at most 10,000 models (SciPy's rule), else asymptotic. */
  readonly method?: KsTest["method"];
}

const EXACT_UP_TO = 10_000;

/**
 * The two-sided, two-sample Kolmogorov–Smirnov test.
 *
 * Exact: the share of the ways to interleave the samples that would give a D as large, counted over lattice paths
 * as R's `psmirnov` and SciPy's `ks_2samp(method="exact")` do; like SciPy's, it takes no account of ties, which
 * makes p too large where there are many. Asymptotic: Kolmogorov's limit, p = 2 Σ_k (−1)^(k−1) exp(−2 k² z²)
 * with z = D √(mn / (m + n)), as R's `ks.test(exact = FALSE)` and `scipy.special.kolmogorov`; SciPy's own
 * "asymp" refines it for small samples, which here are exact anyway.
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
  const { method } = checkedOptions("ksTest", options);
  requireFinite("ksTest", "errors in the first sample", a, 1);
  requireFinite("ksTest", "errors in the second sample", b, 1);
  if (method !== undefined && method !== "exact" && method !== "asymptotic") {
    throw new StatisticsError(`ksTest: expected method "exact" or "asymptotic", got "${method as string}"`);
  }
  const [m, n] = [a.length, b.length];
  const gap = greatestGap(a, b);
  const d = gap / (m * n);
  if ((method ?? (Math.max(m, n) <= EXACT_UP_TO ? "exact" : "asymptotic")) === "exact") {
    return { d, p: exactTail(m, n, gap), method: "exact" };
  }
  return { d, p: kolmogorovTail(d * Math.sqrt((m * n) / (m + n))), method: "asymptotic" };
}

/** The greatest |i·n − j·m| after any error, with i models of a and j of b at most as large: D·m·n, an integer. */
function greatestGap(a: Numbers, b: Numbers): number {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let [i, j, gap] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const e = Math.min(x[i], y[j]);
    while (i < x.length && x[i] === e) i++;
    while (j < y.length && y[j] === e) j++;
    gap = Math.max(gap, Math.abs(i * y.length - j * x.length));
  }
  return gap;
}

/**
 * P(D ≥ gap / mn). A random interleaving is a path from (0, 0) to (m, n); `touched[j]` is the probability that a
 * path to (i, j) has been as far off the diagonal as `gap`. Only positive numbers are added, so small p are exact.
 */
function exactTail(m: number, n: number, gap: number): number {
  if (gap === 0) return 1;
  const touched = new Float64Array(n + 1);
  for (let j = 1; j <= n; j++) touched[j] = j * m >= gap ? 1 : touched[j - 1];
  for (let i = 1; i <= m; i++) {
    if (i * n >= gap) touched[0] = 1;
    for (let j = 1; j <= n; j++) {
      const off = Math.abs(i * n - j * m) >= gap;
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
