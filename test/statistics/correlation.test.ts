import assert from "node:assert/strict";
import { test } from "node:test";
import { kendall, pearson, seeded, spearman } from "netspace";
import { acts, depths, errors, flops, ms, near, others } from "../support/samples.js";

test("pearson() gives r and p of scipy.stats.pearsonr", () => {
  // scipy.stats.pearsonr(flops, ms), scipy.stats.pearsonr(acts, ms)
  const byFlops = pearson(flops, ms);
  assert.ok(near(byFlops.value, 0.9987054579039143) && near(byFlops.p, 2.8568944657288706e-14, 1e-8));
  const byActs = pearson(acts, ms);
  assert.ok(near(byActs.value, 0.9707074550616549) && near(byActs.p, 1.6170161841367415e-7));
});

test("spearman() gives ρ and p of scipy.stats.spearmanr, ties included", () => {
  // scipy.stats.spearmanr(depths, errors)
  const { value, p } = spearman(depths, errors);
  assert.ok(near(value, -0.11135277260446065) && near(p, 0.6044519029712071));
});

test("kendall() gives τ-b and p of scipy.stats.kendalltau: with ties, exact, and for many without ties", () => {
  // scipy.stats.kendalltau(depths, errors)
  const ties = kendall(depths, errors);
  assert.ok(near(ties.value, -0.08000052893086544) && near(ties.p, 0.5850433078142392));
  // scipy.stats.kendalltau(others, [3, 1, 2, 5, 4, 7, 6, 11, 8, 9, 10])
  const exact = kendall(others, [3, 1, 2, 5, 4, 7, 6, 11, 8, 9, 10]);
  assert.ok(near(exact.value, 0.7454545454545454) && near(exact.p, 0.000759529822029822));
  // scipy.stats.kendalltau(numpy.arange(40), numpy.arange(40) * 17 % 41)
  const x = Array.from({ length: 40 }, (_, i) => i);
  const many = kendall(
    x,
    x.map(i => (i * 17) % 41),
  );
  assert.ok(near(many.value, 0.01794871794871795) && near(many.p, 0.8704282960625428));
});

test("kendall() counts pairs as the definition does, on random data with ties", () => {
  const random = seeded(7);
  for (let round = 0; round < 50; round++) {
    const n = 3 + Math.floor(random() * 40);
    const [x, y] = [0, 1].map(() => [0, 1, ...Array.from({ length: n }, () => Math.floor(random() * 9))]);
    let [score, inX, inY] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < i; j++) {
        score += Math.sign(x[i] - x[j]) * Math.sign(y[i] - y[j]);
        inX += x[i] === x[j] ? 0 : 1;
        inY += y[i] === y[j] ? 0 : 1;
      }
    }
    assert.ok(Math.abs(kendall(x, y).value - score / Math.sqrt(inX * inY)) < 1e-12);
  }
});

test("correlations of what rises together are 1, however it rises", () => {
  const cubes = flops.map(f => f ** 3);
  assert.ok(near(spearman(flops, cubes).value, 1) && near(kendall(flops, cubes).value, 1));
  assert.ok(pearson(flops, cubes).value < 1);
});

test("correlations refuse a measure that does not vary, fewer than three models, and NaN", () => {
  assert.throws(() => pearson([2, 2, 2], [1, 2, 3]), {
    name: "StatisticsError",
    message: "pearson: expected x that vary, got 2 3 times",
  });
  assert.throws(() => spearman([1, 2], [1, 2]), { message: "spearman: expected at least 3 x, got 2" });
  assert.throws(() => kendall([1, 2, 3], [1, Number.NaN, 2]), { message: /finite y, got NaN at index 1/ });
});
