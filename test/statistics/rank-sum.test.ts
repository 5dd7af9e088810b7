import assert from "node:assert/strict";
import { test } from "node:test";
import { rankSumTest } from "netspace/statistics";

const range = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));

// SciPy 1.17.1: from scipy.stats import mannwhitneyu; r = mannwhitneyu(a, b, method=…); r.statistic, r.pvalue
for (const [what, a, b, u, p] of [
  ["exact, apart", [1, 2, 3, 4], [5, 6, 7, 8], 0, 0.02857142857142857],
  [
    "exact, among each other",
    [1.5, 3.2, 0.4, 9.9, 4.1],
    [2.2, 8.4, 7.7, 3.3, 10.5, 6.1, 12.25],
    8,
    0.148989898989899,
  ],
  ["exact, one each", [3], [1], 1, 1],
  ["exact, 30 and 40", range(30, i => 2 * i), range(40, i => 10.5 + 2 * i), 300, 0.0002731589901482331],
  ["asymptotic, ties", [1, 2, 2, 3, 5, 5], [2, 4, 5, 6, 6], 7, 0.1620516143696369],
  [
    "asymptotic, 60 each",
    range(60, i => 0.1 * i),
    range(60, i => 0.1 * i + 1.03),
    1225,
    0.0025668879435241754,
  ],
] as const) {
  test(`the rank-sum test is SciPy's: ${what}`, () => {
    const found = rankSumTest(a, b);
    assert.equal(found.u, u);
    assert.equal(found.superiority, u / (a.length * b.length));
    assert.ok(Math.abs(found.p - p) < 1e-12 * Math.max(p, 1e-3), `${found.p} against ${p}`);
    const other = rankSumTest(b, a);
    assert.equal(other.u, a.length * b.length - u);
    assert.ok(Math.abs(other.p - found.p) < 1e-13);
  });
}

test("equal samples cannot be told apart, and what is no sample is named", () => {
  assert.equal(rankSumTest([5, 5, 5], [5, 5]).p, 1);
  assert.throws(() => rankSumTest([], [1]), /rankSumTest: expected at least 1 values in the first sample/);
  assert.throws(() => rankSumTest([1], [Number.NaN]), /rankSumTest: /);
});
