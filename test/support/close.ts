/** Whether two engines computed the same. */
import assert from "node:assert/strict";

/**
 * ‖a − b‖ / ‖b‖ over all elements, and not merely of the largest. What should be 0 (a bias before a normalisation) has no
 * size to be relative to: then ‖a − b‖.
 */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return size < 1e-12 ? Math.sqrt(difference) : Math.sqrt(difference / size);
}

export const close = (
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  within = 1e-4,
) => {
  const d = distance(actual, expected);
  assert.ok(d <= within, `${what}: relative difference ${d.toExponential(2)} exceeds ${within}`);
};
