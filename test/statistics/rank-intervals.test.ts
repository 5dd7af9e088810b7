/** Intervals of rank correlations: the jackknife is that of its definition, and its intervals hold as often as they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seeded } from "../../src/base/random.js";
import { kendall, spearman } from "../../src/statistics/correlation.js";
import {
  leaveOneOut,
  rankDifferences,
  rankIntervals,
  rankTest,
} from "../../src/statistics/rank-intervals.js";

const near = (a: number, b: number, within = 1e-12) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

test("what is left without each value is what correlations of the others are, with ties and without", () => {
  for (const [seed, values] of [3, 7, 1000].entries()) {
    const random = seeded(seed + 1);
    const n = 40;
    const x = Array.from({ length: n }, () => Math.floor(values * random()));
    const y = x.map(value => Math.floor(value + values * random()));
    const { spearman: rho, kendall: tau } = leaveOneOut(x, y);
    for (let i = 0; i < n; i++) {
      const [restX, restY] = [x.filter((_, j) => j !== i), y.filter((_, j) => j !== i)];
      near(rho[i], spearman(restX, restY).value);
      near(tau[i], kendall(restX, restY).value);
    }
  }
});

test("where one value alone makes the difference nothing is sure, and a perfect order is", () => {
  const { kendall: tau, spearman: rho } = rankIntervals([0, 0, 0, 0, 1], [1, 2, 3, 4, 5]);
  assert.deepEqual([tau.low, tau.high, rho.low, rho.high], [-1, 1, -1, 1]);
  const perfect = rankIntervals([1, 2, 3, 4, 5], [2, 3, 5, 7, 11]);
  for (const { value, low, high } of [perfect.kendall, perfect.spearman]) {
    for (const one of [value, low, high]) near(one, 1);
  }
  const none = rankDifferences([1, 2, 4, 3, 5], [10, 20, 40, 30, 50], [3, 1, 2, 5, 4]);
  assert.deepEqual(none.kendall, { value: 0, low: 0, high: 0, p: 1 });
});

/*
 * x = np.array([(7 * i) % 23 for i in range(23)]); y = np.array([x[i] + (5 * i) % 11 for i in range(23)])
 * for f in (scipy.stats.kendalltau, scipy.stats.spearmanr):
 *   z = np.array([np.arctanh(f(np.delete(x, i), np.delete(y, i))[0]) for i in range(23)])
 *   half = scipy.stats.t.ppf(.975, 22) * np.sqrt(22 / 23 * np.sum((z - z.mean()) ** 2))
 *   f(x, y)[0], np.tanh(np.arctanh(f(x, y)[0]) - half), np.tanh(np.arctanh(f(x, y)[0]) + half)
 */
test("the interval is Student's around Fisher's z, as SciPy's numbers give it", () => {
  const x = Array.from({ length: 23 }, (_, i) => (7 * i) % 23);
  const y = x.map((value, i) => value + ((5 * i) % 11));
  const { kendall: tau, spearman: rho } = rankIntervals(x, y);
  const found = [tau.value, tau.low, tau.high, rho.value, rho.low, rho.high].map(value => value.toFixed(6));
  assert.deepEqual(found, ["0.787290", "0.657487", "0.871709", "0.933004", "0.855398", "0.969641"]);
});

test("intervals of 95 % hold in 95 of 100 samples, differences of what is alike are found in 5 of 100", () => {
  // Of normal values with correlation r Kendall's τ is 2/π · asin r, Spearman's ρ 6/π · asin(r/2).
  const random = seeded(5);
  const [n, trials, r] = [40, 1500, 0.7];
  const [tau, rho] = [(2 / Math.PI) * Math.asin(r), (6 / Math.PI) * Math.asin(r / 2)];
  let [heldTau, heldRho, foundTau, foundRho] = [0, 0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const y = Array.from({ length: n }, () => normal(random));
    const alike = () => y.map(value => r * value + Math.sqrt(1 - r * r) * normal(random));
    const [x, other] = [alike(), alike()];
    const one = rankIntervals(x, y);
    if (one.kendall.low <= tau && tau <= one.kendall.high) heldTau++;
    if (one.spearman.low <= rho && rho <= one.spearman.high) heldRho++;
    const between = rankDifferences(x, other, y);
    if (between.kendall.p < 0.05) foundTau++;
    if (between.spearman.p < 0.05) foundRho++;
  }
  for (const held of [heldTau, heldRho]) {
    assert.ok(held / trials > 0.93 && held / trials < 0.975, `${held} of ${trials} intervals hold`);
  }
  for (const found of [foundTau, foundRho]) {
    assert.ok(found / trials > 0.025 && found / trials < 0.075, `${found} of ${trials} differences found`);
  }
});

test("a correlation against a number is the jackknife's t of Fisher's z, and what it does not reject is the interval", () => {
  const x = Array.from({ length: 12 }, (_, i) => i + 1);
  const y = [2.1, 1.9, 3.5, 3.1, 4.8, 5.2, 4.9, 7.0, 6.1, 8.8, 8.2, 9.5];
  // Python 3, SciPy 1.17.1: th = [arctanh(f(delete(x, i), delete(y, i)).statistic) for i in range(n)], f = spearmanr or kendalltau;
  // se = sqrt((n - 1) / n * ((th - mean(th))**2).sum()); t.sf((arctanh(f(x, y).statistic) - arctanh(than)) / se, n - 1)
  for (const [coefficient, than, pHigher] of [
    ["spearman", 0.8, 2.196414296235027e-5],
    ["kendall", 0.5, 0.0003404021174673436],
  ] as const) {
    const found = rankTest(x, y, coefficient, than);
    assert.ok(Math.abs(found.pHigher / pHigher - 1) < 1e-6, `${found.pHigher} against ${pHigher}`);
    assert.ok(Math.abs(found.pLower + found.pHigher - 1) < 1e-12);
    assert.ok(Math.abs(rankTest(x, y, coefficient, found.low).pHigher - 0.025) < 1e-9);
    assert.ok(Math.abs(rankTest(x, y, coefficient, found.high).pLower - 0.025) < 1e-9);
    const { value, low, high } = rankIntervals(x, y)[coefficient];
    assert.deepEqual([found.value, found.low, found.high], [value, low, high]);
  }
});
