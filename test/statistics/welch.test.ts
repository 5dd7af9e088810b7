import assert from "node:assert/strict";
import { test } from "node:test";
import { fisherExact, holm, welchTest } from "netspace";
import { chiSquareTail, studentQuantile } from "../../src/statistics/distributions.js";
import { errors, near, others } from "../support/samples.js";

test("welchTest() gives the p and interval of scipy.stats.ttest_ind(equal_var=False)", () => {
  // r = scipy.stats.ttest_ind(errors, others, equal_var=False); r.pvalue, r.df, r.confidence_interval();
  // alternative="less" -> 0.994632993563122
  const { value, degreesOfFreedom, low, high, p, pLower, pHigher } = welchTest(errors, others);
  assert.ok(near(p, 0.010734012873756178) && near(degreesOfFreedom, 31.383490309735805));
  assert.ok(near(low, 1.0973807663494082) && near(high, 7.7321646881960735));
  assert.ok(near(pLower, 0.994632993563122) && near(pHigher, 0.010734012873756178 / 2));
  assert.ok(near(value, 4.414772727272734));
  // ttest_ind(errors + 2, others, equal_var=False, alternative="greater").pvalue
  assert.ok(near(welchTest(errors, others, { difference: -2 }).pHigher, 0.00021131090573338752));
});

test("fisherExact() gives the p of scipy.stats.fisher_exact", () => {
  // scipy.stats.fisher_exact([[h, n - h], [g, m - g]]).pvalue for h, n, g, m
  const cases = [
    [8, 10, 1, 6, 0.034965034965034975],
    [12, 128, 3, 128, 0.030057264984447163],
    [0, 5, 0, 7, 1],
    [3, 250, 20, 128, 8.75801708864103e-8],
    [5, 5, 0, 9, 0.0004995004995004995],
  ];
  for (const [h, n, g, m, p] of cases)
    assert.ok(near(fisherExact(h, n, g, m), p), `${h} of ${n}, ${g} of ${m}`);
  assert.throws(() => fisherExact(6, 5, 0, 1), /at most as many hits as models, got 6 of 5 and 0 of 1/);
  assert.throws(() => fisherExact(0.5, 5, 0, 1), { name: "StatisticsError", message: /hits as an integer/ });
});

test('holm() gives what R\'s p.adjust(p, "holm") does', () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") -> 0.03 0.06 0.06 0.02
  assert.deepEqual(
    holm([0.01, 0.04, 0.03, 0.005]).map(p => Number(p.toFixed(12))),
    [0.03, 0.06, 0.06, 0.02],
  );
  assert.deepEqual([holm([]), holm([0.4, 0.9])], [[], [0.8, 0.9]]);
  assert.throws(() => holm([0.1, 1.2]), /p values in \[0, 1\], got 1\.2 at index 1/);
});

test("the tails behind them are SciPy's to 13 digits", () => {
  // scipy.stats.chi2.sf(x, df)
  const chi2 = [
    [0.1, 1, 0.7518296340458492],
    [3.84, 1, 0.05004352124870519],
    [30, 2, 3.0590232050182594e-7],
    [100, 3, 1.5541594313896026e-21],
    [500, 10, 4.4147360999137545e-101],
  ];
  for (const [x, df, p] of chi2) assert.ok(near(chiSquareTail(x, df), p, 1e-12), `χ² ${x} with ${df}`);
  // scipy.stats.t.isf(p, df)
  const t = [
    [0.025, 9.5, 2.2441374614922966],
    [0.025, 254.3, 1.969336418435467],
    [0.05, 3, 2.353363434801824],
    [1e-6, 12, 8.504302718054584],
  ];
  for (const [p, df, x] of t) assert.ok(near(studentQuantile(p, df), x, 1e-12), `t ${p} with ${df}`);
});
