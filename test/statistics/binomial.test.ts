import assert from "node:assert/strict";
import { test } from "node:test";
import { binomialTest } from "../../src/statistics/binomial.js";

// SciPy 1.17.1: from scipy.stats import binomtest; r = binomtest(hits, of, share, alternative=…); r.pvalue for "less" and "greater",
// binomtest(hits, of).proportion_ci(.95, "exact")
for (const [hits, of, share, pLower, pHigher, low, high] of [
  [17, 20, 0.5, 0.9997987747192383, 0.0012884140014648438, 0.6210731734547044, 0.9679290628144552],
  [3, 40, 0.2, 0.028462094459744576, 0.9920578627251851, 0.015742179851041527, 0.20386474873289898],
  [0, 10, 0.1, 0.34867844009999993, 1, 0, 0.30849710781876294],
  [10, 10, 0.9, 1, 0.34867844010000004, 0.6915028921812371, 1],
  [60, 120, 0.5, 0.536342489455058, 0.536342489455058, 0.4073692674401971, 0.5926307325598029],
] as const) {
  test(`the binomial test is SciPy's: ${hits} of ${of} against ${share}`, () => {
    const found = binomialTest(hits, of, share);
    for (const [name, expected] of Object.entries({ value: hits / of, pLower, pHigher, low, high })) {
      const value = found[name as keyof typeof found];
      assert.ok(Math.abs(value - expected) < 1e-10, `${name}: ${value} against ${expected}`);
    }
  });
}

test("shares of 0 and 1 are certain, and what is no count or share is named", () => {
  assert.deepEqual(
    [0, 1].map(share => binomialTest(5, 5, share).pHigher),
    [0, 1],
  );
  assert.deepEqual(
    [0, 1].map(share => binomialTest(0, 5, share).pLower),
    [1, 0],
  );
  assert.throws(() => binomialTest(6, 5, 0.5), /binomialTest: expected at most 5 hits of 5, got 6/);
  assert.throws(() => binomialTest(0, 0, 0.5), /binomialTest: .*of/);
  assert.throws(() => binomialTest(1.5, 5, 0.5), /binomialTest: .*hits/);
  assert.throws(() => binomialTest(1, 5, Number.NaN), /binomialTest: expected a share in \[0, 1\], got NaN/);
});
