import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestOfDifference,
  compareDistributions,
  expectedBest,
  networksNeeded,
  quantileDifferences,
  randomSearch,
  seeded,
} from "netspace";
import { errors, near, others } from "../support/samples.js";

/** Within a share of what a long resampling in NumPy gives: its own error, and ours. */
const about = (actual: number, expected: number, tolerance = 0.01) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} for ${expected}`);

test("quantileDifferences() gives the interval and the shares of scipy.stats.bootstrap", () => {
  // scipy.stats.bootstrap((errors, others), lambda x, y, axis=-1: numpy.quantile(x, p, axis=axis) - numpy.quantile(y, p,
  // axis=axis), method="percentile", n_resamples=400000): confidence_interval, and of bootstrap_distribution d
  // (d >= 0).mean(), (d <= 0).mean(), (d >= 2).mean()
  const [median, p10] = quantileDifferences(errors, others, [0.5, 0.1], { margin: 2 });
  assert.ok(near(median.value, 3.8) && near(p10.value, 1.79));
  about(median.low, -0.85, 0.2);
  about(median.high, 8.1, 0.2);
  about(median.pLower, 0.9454);
  about(median.pHigher, 0.0584);
  about(median.pNotWorse, 0.7494, 0.02);
  about(p10.low, -1.31, 0.2);
  about(p10.high, 3.78, 0.2);
  about(p10.pLower, 0.824, 0.02);
  about(p10.pHigher, 0.1843, 0.02);
  about(p10.pNotWorse, 0.3549, 0.02);
});

test("expectedBest() is the mean over all choices of distinct networks", () => {
  // s = numpy.sort(others); sum(comb(10 - i, 3) / comb(11, 4) * s[i] for i in range(8)) -> 40.699696969696966
  assert.ok(near(expectedBest(others, 4), 40.699696969696966));
  assert.ok(near(expectedBest(others, 1), others.reduce((sum, e) => sum + e, 0) / 11));
  assert.equal(expectedBest(others, 11), 39.4);
  // With replacement networks come twice, and the best of fewer is worse.
  assert.ok(expectedBest(others, 4) < randomSearch(others, { sizes: [4] })[0].mean);
  assert.throws(() => expectedBest(others, 12), /a size of at most the 11 networks there are, got 12/);
});

test("bestOfDifference() gives the p and interval of the studentised permutation written out in NumPy", () => {
  // t = d / se with se² = Σ (n − 1)/n Σ (best without network i − their mean)² over both samples, against the t of 20,000
  // permutations of the pooled errors: d 1.98607895727462, (ts <= t).mean() 0.952, (ts >= t).mean() 0.048,
  // (ts <= (d - 2) / se).mean() 0.487, d − se · quantiles of ts −0.49 and 4.74
  const found = bestOfDifference(errors, others, { size: 5, margin: 2 });
  assert.ok(near(found.value, 1.98607895727462, 1e-9));
  about(found.pLower, 0.952);
  about(found.pHigher, 0.048);
  about(found.pNotWorse, 0.487, 0.02);
  about(found.low, -0.49, 0.15);
  about(found.high, 4.74, 0.15);
});

test("bestOfDifference() leaves zero out of its interval where p is below 0.025, and only there", () => {
  const random = seeded(5);
  let out = 0;
  for (let k = 0; k < 60; k++) {
    const [a, b] = [0, (k % 6) * 0.06].map(more => Array.from({ length: 40 }, () => 30 + random() + more));
    const { low, high, pLower, pHigher } = bestOfDifference(a, b, { size: 8, repeats: 400 });
    assert.equal(high < 0, pLower < 0.025, `${high} with ${pLower}`);
    assert.equal(low > 0, pHigher < 0.025, `${low} with ${pHigher}`);
    if (high < 0) out++;
  }
  assert.ok(out > 5 && out < 55, `${out} of 60`);
});

test("compareDistributions() puts the parts together: means by Welch, dominance by KS, failures by Fisher", () => {
  const found = compareDistributions(errors, others, { bestOf: 5, failedAt: 60 });
  // scipy.stats.ttest_ind(errors, others, equal_var=False).confidence_interval() -> 1.0973807663494082, 7.7321646881960735
  assert.ok(near(found.mean.low, 1.0973807663494082) && near(found.mean.high, 7.7321646881960735));
  // ttest_ind(errors - 2, others, equal_var=False, alternative="less").pvalue, the larger of both one-sided p values
  assert.ok(near(found.equivalence.p, 0.9260887198367643));
  assert.ok(near(found.mean.pNotWorse, 0.9260887198367643));
  assert.equal(found.equivalence.holds, false);
  // ks_2samp(errors, others, alternative="greater", method="exact") -> 0, 1; "less" -> 0.4090909…, 0.05962016020577821
  assert.deepEqual(found.dominance.aBelowB, { d: 0, p: 1 });
  assert.ok(near(found.dominance.bBelowA.p, 0.05962016020577821));
  assert.deepEqual([found.n, found.bestOfSize], [{ a: 24, b: 11 }, 5]);
  const { failures } = found;
  assert.deepEqual([failures?.a.n, failures?.b.n, failures?.b.share], [2, 0, 0]);
  // scipy.stats.fisher_exact([[2, 22], [0, 11]]).pvalue -> 1
  assert.ok(near(failures!.p, 1));
  const rest = compareDistributions(
    errors.filter(error => error < 60),
    others,
    { bestOf: 5 },
  );
  assert.deepEqual({ ...failures!.rest, failures: undefined }, rest);
});

test("compareDistributions() says the power: networks for the margin, and what those there are would find", () => {
  const { power, mean } = compareDistributions(errors, others, { margin: 2 });
  // v = (numpy.var(errors, ddof=1) + numpy.var(others, ddof=1)) / 2; 2 * (1.96 + 0.842)**2 * v / 2**2 -> 97.07…
  assert.equal(power.needed, 98);
  assert.equal(networksNeeded(errors, others, 4), Math.ceil(97.07 / 4));
  assert.equal(power.neededAtObserved, networksNeeded(errors, others, mean.value));
  assert.ok(near(power.detectable, 2.802 * 1.6273660748301118, 1e-9));
  // Twice as much as 1.96 alone asks for, at which power is a half.
  assert.ok(Math.abs((1.96 + 0.842) ** 2 / 1.96 ** 2 - 2.04) < 0.01);
  assert.equal(networksNeeded(errors, others, 0), Number.POSITIVE_INFINITY);
});

test("80 of 100 samples of so many networks show a difference of the margin", () => {
  const random = seeded(11);
  const draw = (mean: number, n: number) =>
    Array.from({ length: n }, () => mean + 6 * (random() + random() + random() - 1.5));
  const { power } = compareDistributions(draw(40, 4000), draw(40, 4000), { repeats: 100 });
  let [better, same] = [0, 0];
  for (let k = 0; k < 400; k++) {
    const at = compareDistributions(draw(38, power.needed), draw(40, power.needed), { repeats: 100 });
    if (at.mean.high < 0) better++;
    const alike = [draw(40, power.neededForSame), draw(40, power.neededForSame)] as const;
    if (compareDistributions(...alike, { repeats: 100 }).equivalence.holds) same++;
  }
  assert.ok(better > 0.72 * 400 && better < 0.88 * 400, `better in ${better} of 400`);
  assert.ok(same > 0.72 * 400 && same < 0.88 * 400, `same in ${same} of 400`);
});

test("compareDistributions() of too few for a search says so by its absence, and refuses what it cannot compare", () => {
  assert.equal(compareDistributions(errors, others).bestOf, undefined);
  assert.equal(compareDistributions(errors, others, { failedAt: 40 }).failures?.rest, undefined);
  assert.throws(() => compareDistributions([1], [1, 2]), {
    name: "StatisticsError",
    message: "compareDistributions: expected at least 2 errors in the first sample, got 1",
  });
  assert.throws(() => compareDistributions([1, 2], [1, Number.NaN]), /second sample, got NaN at index 1/);
  assert.throws(() => compareDistributions([1, 2], [1, 2], { margin: 0 }), /a margin above zero, got 0/);
  assert.throws(() => compareDistributions([1, 2], [1, 2], { failedAt: Number.NaN }), /failedAt as a finite/);
  assert.throws(() => compareDistributions([1, 2], [1, 2], { repeats: 10 }), /at least 100, got 10/);
});

test("a comparison comes to the same whichever sample is named first", () => {
  const random = seeded(8);
  for (const [m, n] of [
    [70, 70],
    [90, 64],
  ]) {
    const [a, b] = [m, n].map(count => Array.from({ length: count }, () => Math.round(40 + 9 * random())));
    const [found, turned] = [compareDistributions(a, b), compareDistributions(b, a)];
    for (const part of ["mean", "median", "p10", "bestOf"] as const) {
      const [one, other] = [found[part]!, turned[part]!];
      assert.ok(near(one.pLower, other.pHigher, 1e-12) && near(one.pHigher, other.pLower, 1e-12), part);
      assert.ok(Math.abs(one.low + other.high) < 1e-9 && Math.abs(one.value + other.value) < 1e-9, part);
    }
  }
});

test("errors that do not vary are compared without a division by nothing", () => {
  const flat = Array.from({ length: 70 }, () => 90);
  const equal = compareDistributions(flat, flat, { repeats: 200, failedAt: 85 });
  for (const part of [equal.mean, equal.median, equal.p10, equal.bestOf!]) {
    assert.deepEqual([part.value, part.low, part.high, part.pLower, part.pHigher], [0, 0, 0, 1, 1]);
  }
  assert.equal(equal.equivalence.p, 0);
  assert.deepEqual([equal.failures?.a.share, equal.failures?.p, equal.failures?.rest], [1, 1, undefined]);
  const lower = compareDistributions(
    flat.map(() => 40),
    flat,
    { repeats: 200 },
  );
  assert.deepEqual([lower.mean.pLower, lower.mean.pHigher, lower.mean.high], [0, 1, -50]);
  for (const part of [lower.median, lower.p10, lower.bestOf!]) {
    assert.ok(part.pLower < 0.01 && near(part.high, -50) && part.pHigher > 0.99, JSON.stringify(part));
  }
});
