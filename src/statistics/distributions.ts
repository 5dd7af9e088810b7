/** Tails of the distributions that p-values come from, to about 13 digits. */
import { gammaln } from "simple-statistics";

/**
 * Two-sided tail of Student's t: P(|T| ≥ |t|) with `df` degrees of freedom, I_x(df/2, 1/2) at x = df / (df + t²).
 * As R's `2 * pt(-abs(t), df)`.
 */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5);
}

/** Upper tail of Student's t: P(T ≥ t) with `df` degrees of freedom. As R's `pt(t, df, lower.tail = FALSE)`. */
export function studentUpper(t: number, df: number): number {
  const half = studentTail(t, df) / 2;
  return t > 0 ? half : 1 - half;
}

/** The t that Student's t exceeds with this probability, below one half. As R's `qt(upper, df, lower.tail = FALSE)`. */
export function studentQuantile(upper: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentUpper(high, df) > upper) [low, high] = [high, 2 * high];
  // Halving until the doubles in between run out.
  for (let middle = high; ; ) {
    const next = (low + high) / 2;
    if (next === middle) return next;
    middle = next;
    if (studentUpper(middle, df) > upper) low = middle;
    else high = middle;
  }
}

/**
 * Upper tail of χ²: P(X ≥ x) with `df` degrees of freedom, the regularised incomplete gamma function Q(df/2, x/2). As R's
 * `pchisq(x, df, lower.tail = FALSE)`.
 */
export function chiSquareTail(x: number, df: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  const [a, y] = [df / 2, x / 2];
  const front = Math.exp(a * Math.log(y) - y - gammaln(a));
  if (y < a + 1) {
    // P(a, y) = yᵃ e⁻ʸ / Γ(a) Σ yᵏ / (a (a + 1) … (a + k)): all terms positive.
    let [term, sum] = [1 / a, 1 / a];
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= y / (a + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  // Lentz's evaluation of the continued fraction (Abramowitz and Stegun 6.5.31).
  let b = y + 1 - a;
  let [c, d] = [1e300, 1 / nonZero(b)];
  let fraction = d;
  for (let k = 1; k <= 10_000; k++) {
    const step = -k * (k - a);
    b += 2;
    d = 1 / nonZero(step * d + b);
    c = nonZero(b + step / c);
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** The z that a normal variable exceeds with this probability, below one half. As R's `qnorm(upper, lower.tail = FALSE)`. */
export function normalQuantile(upper: number): number {
  let [low, high] = [0, 1];
  while (normalTail(high) / 2 > upper) [low, high] = [high, 2 * high];
  // Halving until the doubles in between run out.
  for (let middle = high; ; ) {
    const next = (low + high) / 2;
    if (next === middle) return next;
    middle = next;
    if (normalTail(middle) / 2 > upper) low = middle;
    else high = middle;
  }
}

/** Two-sided tail of the normal distribution: P(|Z| ≥ |z|) = erfc(|z| / √2). */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x < 2) {
    // erf(x) = 2/√π · exp(−x²) Σ 2^k x^(2k+1) / (1·3·…·(2k+1)): all terms positive.
    let [term, sum] = [x, x];
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // erfc(x) = exp(−x²) / √π · 1 / (x + ½/(x + 1/(x + 3⁄2/(x + …)))), evaluated from its end.
  let fraction = x;
  for (let k = 120; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** The regularised incomplete beta function I_x(a, b); y = 1 − x is passed in, so that no digits are lost. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(y)) / a;
  // Lentz's evaluation of the continued fraction (Abramowitz and Stegun 26.5.8).
  let [c, d] = [1, 1 / nonZero(1 - ((a + b) * x) / (a + 1))];
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const step of [even, odd]) {
      d = 1 / nonZero(1 + step * d);
      c = nonZero(1 + step / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

const nonZero = (x: number): number => (Math.abs(x) < 1e-300 ? 1e-300 : x);
