/** The paired t test against SciPy 1.17.1. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pairedTest } from "netspace";

const close = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

// stats.ttest_rel(a, b), .confidence_interval(), alternative="less"
const a = [40.1, 38.2, 36.9, 44, 35.5, 39.9];
const b = [39, 37.9, 37.1, 41.2, 35, 38.1];

test("the paired test is SciPy's ttest_rel", () => {
  const found = pairedTest(a, b);
  close(found.p, 0.06661311111010029, 1e-12);
  close(found.low, -0.10485612156917345, 1e-12);
  close(found.high, 2.204856121569173, 1e-12);
  close(found.pLower, 0.9666934444449499, 1e-12);
  assert.deepEqual([found.n, found.lower, found.higher], [6, 1, 5]);
});

test("it is the same at any scale, and certain where differences do not vary", () => {
  const [small, large] = [1e-200, 1e200].map(by =>
    pairedTest(
      a.map(v => v * by),
      b.map(v => v * by),
    ),
  );
  close(small.p, 0.06661311111010029, 1e-9);
  close(large.p, 0.06661311111010029, 1e-9);
  assert.deepEqual([pairedTest([1, 2], [2, 3]).p, pairedTest([1, 2], [1, 2]).p], [0, 1]);
});

test("it needs pairs", () => {
  assert.throws(() => pairedTest([1, 2], [1, 2, 3]), /pairedTest: expected two values per pair, got 2 and 3/);
  assert.throws(() => pairedTest([1], [1]), /at least 2 values in the first sample, got 1/);
});
