import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValue } from "netspace";
import { depths, errors } from "./samples.js";

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
