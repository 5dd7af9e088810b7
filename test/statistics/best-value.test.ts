import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValue, seeded } from "netspace";
import { depths, errors } from "../support/samples.js";

test("bestValue() gives the median and interval that 400,000 resamples give in NumPy", () => {
  // r = numpy.random.default_rng(0); 400,000 times: i = r.integers(0, 24, 6); keep depths[i[argmin(errors[i])]]
  // numpy.percentile(kept, [2.5, 50, 97.5], method="inverted_cdf") -> [14 20 28]
  assert.deepEqual(bestValue(depths, errors), { median: 20, low: 14, high: 28 });
});

test("bestValue() draws int(n / 4) models, as pycls does, where n is no multiple of 4", () => {
  // v = numpy.arange(35); e = 30 + abs(v - 17) + v * 13 % 7 + v * 1e-6; 400,000 times the best of 8 of r.integers(0, 35, 8)
  // numpy.percentile(kept, [2.5, 50, 97.5], method="inverted_cdf") -> [10 17 21]; of 9: [11 17 21]
  const values = Array.from({ length: 35 }, (_, i) => i);
  const own = values.map(v => 30 + Math.abs(v - 17) + ((v * 13) % 7) + v * 1e-6);
  assert.deepEqual(bestValue(values, own), { median: 17, low: 10, high: 21 });
  assert.deepEqual(bestValue(values, own, { fraction: 9 / 35 }), { median: 17, low: 11, high: 21 });
  // Fewer than four networks still draw one.
  assert.deepEqual(bestValue([1, 2], [40, 41]), { median: 1, low: 1, high: 2 });
});

test("bestValue() does not depend on the order of the models", () => {
  assert.deepEqual(bestValue(depths.toReversed(), errors.toReversed()), bestValue(depths, errors));
});

test("bestValue() of tied errors takes each of them as likely, as NumPy with ties broken at random", () => {
  // v = numpy.arange(24); e = 30 + v * 11 % 24 // 5; r = numpy.random.default_rng(0); i = r.integers(0, 24, (400000, 6))
  // kept = v[i[numpy.arange(400000), numpy.argmin(e[i] + r.random(i.shape), 1)]]
  // numpy.percentile(kept, [2.5, 50, 97.5], method="inverted_cdf") -> [0 11 22]
  const values = Array.from({ length: 24 }, (_, i) => i);
  const tied = values.map(i => 30 + Math.floor(((i * 11) % 24) / 5));
  const expected = { median: 11, low: 0, high: 22 };
  assert.deepEqual(bestValue(values, tied), expected);
  const random = seeded(1);
  assert.deepEqual(bestValue(values, tied, { repeats: 10_000, random }), expected);
  assert.deepEqual(bestValue(values.toReversed(), tied.toReversed(), { repeats: 10_000, random }), expected);
});

test("bestValue() of 300 models with errors in steps of 0.5 is the same in any order", () => {
  const values = Array.from({ length: 300 }, (_, i) => 1 + Math.floor(i / 9));
  const coarse = values.map((_, i) => 30 + ((i * 7) % 10) / 2);
  const expected = bestValue(values, coarse);
  const random = seeded(2);
  for (let repeat = 0; repeat < 20; repeat++) {
    const order = values.map((_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at);
    const [v, e] = [order.map(({ i }) => values[i]), order.map(({ i }) => coarse[i])];
    assert.deepEqual(bestValue(v, e), expected);
  }
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
