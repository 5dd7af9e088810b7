import assert from "node:assert/strict";
import { test } from "node:test";
import { meanDifference, seeded } from "netspace";

const random = seeded(3);
const a = Array.from({ length: 400 }, () => 40 + 10 * random());
const b = Array.from({ length: 100 }, () => 43 + 20 * random());

test("meanDifference() is the difference of the means, with about the standard error of theory", () => {
  const mean = (values: number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  const { value, standardError, low, high } = meanDifference(a, b, { repeats: 4000 });
  assert.ok(Math.abs(value - (mean(a) - mean(b))) < 1e-12);
  // Uniform numbers over a width w have the variance w²/12.
  const theory = Math.sqrt(10 ** 2 / 12 / 400 + 20 ** 2 / 12 / 100);
  assert.ok(Math.abs(standardError / theory - 1) < 0.1, `${standardError} for ${theory}`);
  assert.ok(Math.abs(high - low - 2 * 1.96 * theory) < 0.15 * theory * 4, `${high - low}`);
  assert.ok(low < value && value < high);
});

test("meanDifference() gives the same interval for the same data, and another for another seed", () => {
  assert.deepEqual(meanDifference(a, b), meanDifference(a, b));
  assert.notEqual(meanDifference(a, b).low, meanDifference(a, b, { random: seeded(9) }).low);
});

test("meanDifference() refuses samples of one and values that are no numbers", () => {
  assert.throws(() => meanDifference([1], [1, 2]), /at least 2 values in the first sample, got 1/);
  assert.throws(() => meanDifference([1, 2], [1, Number.NaN]), /finite values in the second sample/);
});
