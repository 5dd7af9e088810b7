import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValue } from "netspace";

const depths = [3, 5, 8, 8, 10, 12, 13, 14, 16, 16, 18, 19, 20, 21, 22, 24, 25, 28, 30, 33, 35, 38, 41, 53];
const errors = [
  61.2, 58.9, 55.1, 52, 50.3, 47.7, 49.9, 45.2, 44.1, 43.6, 41.9, 42.7, 40.8, 42.2, 41.1, 43, 44.9, 45.5,
  48.3, 47.1, 50.7, 52.9, 54.4, 60.2,
];

test("bestValue() gives the median and interval that 400,000 resamples give in NumPy", () => {
  // r = numpy.random.default_rng(0); 400,000 times: i = r.integers(0, 24, 6); keep depths[i[argmin(errors[i])]]
  // numpy.percentile(kept, [2.5, 50, 97.5], method="inverted_cdf") -> [14 20 28]
  assert.deepEqual(bestValue(depths, errors), { median: 20, low: 14, high: 28 });
});

test("bestValue() does not depend on the order of the models", () => {
  assert.deepEqual(bestValue(depths.toReversed(), errors.toReversed()), bestValue(depths, errors));
});

test("bestValue() narrows to the single best value as resamples grow", () => {
  const wide = bestValue(depths, errors, { fraction: 0.25 });
  const narrow = bestValue(depths, errors, { fraction: 1 });
  assert.ok(narrow.high - narrow.low < wide.high - wide.low);
  assert.equal(narrow.median, 20);
});

test("bestValue() refuses fewer than two models, unequal lengths, and a fraction outside (0, 1]", () => {
  assert.throws(() => bestValue([1], [1]), { name: "StatisticsError", message: /at least 2 values, got 1/ });
  assert.throws(() => bestValue([1, 2], [1, 2, 3]), { message: /as many errors as values, got 3 and 2/ });
  assert.throws(() => bestValue([1, 2], [1, 2], { fraction: 0 }), { message: /fraction in \(0, 1\].*got 0/ });
});
