import assert from "node:assert/strict";
import { test } from "node:test";
import { ksTest } from "netspace";
import { errors, near, others } from "../support/samples.js";

test("ksTest() gives the D and exact p of scipy.stats.ks_2samp, for equal and unequal sizes", () => {
  // scipy.stats.ks_2samp(errors, others, method="exact") -> 0.4090909090909091, 0.1192297625818531
  const unequal = ksTest(errors, others);
  assert.ok(near(unequal.d, 0.4090909090909091) && near(unequal.p, 0.1192297625818531));
  assert.equal(unequal.method, "exact");
  // scipy.stats.ks_2samp(errors[:11], others, method="exact") -> 0.5454545454545454, 0.0746606334841629
  const equal = ksTest(errors.slice(0, 11), others);
  assert.ok(near(equal.d, 0.5454545454545454) && near(equal.p, 0.0746606334841629));
});

test("ksTest() keeps its digits where p is tiny", () => {
  // scipy.stats.ks_2samp(numpy.arange(100.), numpy.arange(100.) + 70, method="exact").pvalue
  const a = Array.from({ length: 100 }, (_, i) => i);
  const { p } = ksTest(
    a,
    a.map(x => x + 70),
  );
  assert.ok(near(p, 9.048888467758296e-24), String(p));
});

test("ksTest() gives Kolmogorov's limit on request, and by itself for large samples", () => {
  // scipy.special.kolmogorov(numpy.sqrt(24 * 11 / 35) * 0.4090909090909091) -> 0.16008635432210322
  const { p, method } = ksTest(errors, others, { method: "asymptotic" });
  assert.ok(near(p, 0.16008635432210322));
  assert.equal(method, "asymptotic");
  const many = Array.from({ length: 10_001 }, (_, i) => i);
  assert.deepEqual(ksTest(many, many), { d: 0, p: 1, method: "asymptotic" });
});

test("ksTest() finds no difference between a sample and itself", () => {
  assert.deepEqual(ksTest(errors, errors.toReversed()), { d: 0, p: 1, method: "exact" });
});

test("ksTest() refuses an empty sample and errors that are not finite", () => {
  assert.throws(() => ksTest([], [1]), {
    name: "StatisticsError",
    message: "ksTest: expected at least 1 errors in the first sample, got 0",
  });
  assert.throws(() => ksTest([1], [2, Number.NaN]), { message: /second sample, got NaN at index 1/ });
});

test("ksTest() of one side gives the D and exact p of SciPy's, in whose words the lower errors are the greater function", () => {
  // scipy.stats.ks_2samp(errors, others, alternative="less", method="exact") -> 0.4090909090909091, 0.05962016020577821
  const higher = ksTest(errors, others, { alternative: "higher" });
  assert.ok(near(higher.d, 0.4090909090909091) && near(higher.p, 0.05962016020577821));
  // alternative="greater" -> 0, 1
  assert.deepEqual(ksTest(errors, others, { alternative: "lower" }), { d: 0, p: 1, method: "exact" });
  assert.deepEqual(ksTest(others, errors, { alternative: "lower" }), higher);
  // ks_2samp(errors[:11], others, alternative="less", method="exact").pvalue -> 0.037330316742081454
  const equal = ksTest(errors.slice(0, 11), others, { alternative: "higher" });
  assert.ok(near(equal.p, 0.037330316742081454));
  // ks_2samp(numpy.arange(100.), numpy.arange(100.) + 70, alternative="greater", method="exact").pvalue
  const a = Array.from({ length: 100 }, (_, i) => i);
  const far = ksTest(
    a,
    a.map(x => x + 70),
    { alternative: "lower" },
  );
  assert.ok(near(far.p, 4.524444233879144e-24));
  // Smirnov's limit, exp(-2 * 24 * 11 / 35 * 0.4090909090909091**2)
  const limit = ksTest(errors, others, { alternative: "higher", method: "asymptotic" });
  assert.ok(near(limit.p, Math.exp((-2 * 24 * 11 * 0.4090909090909091 ** 2) / 35)));
  assert.throws(() => ksTest([1], [2], { alternative: "less" as never }), /"lower" or "higher", got "less"/);
});
