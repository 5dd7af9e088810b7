/** How sure a share of pairs is in which one sample's value is the greater: the rank-sum test's effect size. */
import { normalQuantile } from "./distributions.js";
import { requireCount, requireLevel, StatisticsError } from "./statistics-error.js";

/**
 * Newcombe's score interval (2006, method 5) for the probability that a value of one sample is greater than one of the
 * other, ties half (Vargha and Delaney's A, the area under a ROC curve). Unlike intervals of an estimated variance it
 * stays between 0 and 1, and has a length where the samples do not overlap at all.
 *
 * The ends are the θ with (A − θ)² = z² θ (1 − θ) [1 + N ((1 − θ) / (2 − θ) + θ / (1 + θ))] / (n m), N = (n + m) / 2 − 1.
 *
 * @param superiority A, in [0, 1]
 * @param n values of each sample
 */
export function superiorityInterval(
  superiority: number,
  n: readonly [number, number],
  level = 0.95,
): readonly [low: number, high: number] {
  const fn = "superiorityInterval";
  if (!(superiority >= 0 && superiority <= 1)) {
    throw new StatisticsError(`${fn}: expected a share in [0, 1], got ${superiority}`);
  }
  for (const count of n) requireCount(fn, "n", count);
  requireLevel(fn, level);
  const z = normalQuantile((1 - level) / 2);
  const more = (n[0] + n[1]) / 2 - 1;
  const off = (theta: number) => {
    const one = 1 - theta;
    const variance = (theta * one * (1 + more * (one / (2 - theta) + theta / (1 + theta)))) / (n[0] * n[1]);
    return (superiority - theta) ** 2 - z * z * variance;
  };
  return [end(off, 0, superiority), end(off, 1, superiority)];
}

/** Where the function changes its sign on the way from an end, where it is above zero or zero, to what is inside. */
function end(off: (theta: number) => number, outside: number, inside: number): number {
  let [far, near] = [outside, inside];
  for (let i = 0; i < 60; i++) {
    const middle = (far + near) / 2;
    if (off(middle) > 0) far = middle;
    else near = middle;
  }
  return (far + near) / 2;
}
