import assert from "node:assert/strict";
import { test } from "node:test";
import { complexityWeights, edf, edfArea, normalizedEdf } from "netspace";
import { depths, errors, near } from "../support/samples.js";

// hist, edges = numpy.histogram(depths, bins=5, range=(0, 55))
// w = 1 / hist[numpy.digitize(depths, edges) - 1] / 5
const bins = { bins: 5, range: [0, 55] as const };

test("complexityWeights() gives each equal-width bin the same weight, shared by its models", () => {
  const weights = complexityWeights(depths, bins);
  assert.ok(near(weights[0], 0.04) && near(weights[5], 0.02222222222222222) && near(weights[23], 0.2));
  assert.ok(
    near(
      weights.reduce((a, b) => a + b, 0),
      1,
    ),
  );
});

test("complexityWeights() counts models on an edge where numpy.histogram does, the greatest in the last bin", () => {
  // x = numpy.array([0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, .35, .75])
  // numpy.minimum(numpy.digitize(x, numpy.histogram(x, bins=10, range=(0, 1))[1]) - 1, 9): 0.3 lies below the edge
  // 0.30000000000000004, and 0.6 and 0.7 below theirs
  const x = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0.35, 0.75];
  const bin = [0, 1, 2, 2, 4, 5, 5, 6, 8, 9, 9, 3, 7];
  const counts = bin.map(own => bin.filter(other => other === own).length);
  assert.deepEqual(
    [...complexityWeights(x, { bins: 10, range: [0, 1] })],
    counts.map(count => 1 / (count * 10)),
  );
});

test("normalizedEdf() is the weighted share of models below e, and its mean the weighted mean", () => {
  const f = normalizedEdf(errors, depths, bins);
  // [w[errors < e].sum() for e in [42, 45, 50, 60]], (w * errors).sum()
  const expected = [0.08444444444444443, 0.2533333333333333, 0.4499999999999999, 0.7600000000000002];
  for (const [k, e] of [42, 45, 50, 60].entries()) assert.ok(near(f.at(e), expected[k]));
  assert.ok(near(f.mean, 51.153666666666666));
  assert.equal(f.min, 40.8);
});

test("edfArea() is 1 − Σ w min(1, e/ε)", () => {
  // 1 - (w * numpy.minimum(1, errors / 50)).sum() -> 0.047726666666666695
  const weights = complexityWeights(depths, bins);
  assert.ok(near(edfArea(errors, { upTo: 50, weights }), 0.047726666666666695, 1e-9));
  assert.ok(near(edfArea([20, 40], { upTo: 50 }), 1 - (0.4 + 0.8) / 2));
});

test("edf() with equal weights is the EDF without", () => {
  const [plain, weighted] = [edf(errors), edf(errors, { weights: errors.map(() => 3) })];
  assert.deepEqual(weighted.errors, plain.errors);
  for (const e of [40, 44.1, 50, 70]) assert.ok(Math.abs(weighted.at(e) - plain.at(e)) < 1e-12);
});

test("complexityWeights() names a bin without a model, and a model outside the range", () => {
  assert.throws(() => complexityWeights(depths, { bins: 10, range: [0, 60] }), {
    name: "StatisticsError",
    message:
      "complexityWeights: expected a model in every bin, got none in bin 8 of 10, [42, 48); use fewer bins or a narrower range",
  });
  assert.throws(() => complexityWeights([1, 2, 9], { bins: 2, range: [0, 5] }), {
    message: /in \[0, 5\], got 9 at index 2/,
  });
  assert.throws(() => complexityWeights([2, 2], { bins: 1 }), {
    message: /a finite range that rises, got \[2, 2\]/,
  });
});

test("edf() refuses weights that are missing, zero or not finite, and edfArea() a range of nothing", () => {
  assert.throws(() => edf([1, 2], { weights: [1] }), {
    message: "edf: expected as many weights as errors, got 1 and 2",
  });
  assert.throws(() => edf([1, 2], { weights: [1, 0] }), { message: /weights above zero, got 0 at index 1/ });
  assert.throws(() => edfArea([1], { upTo: 0 }), { message: "edfArea: expected upTo above zero, got 0" });
});

test("complexityWeights() refuses a range without an end", () => {
  assert.throws(() => complexityWeights([1, 2], { bins: 1, range: [0, Number.POSITIVE_INFINITY] }), {
    name: "StatisticsError",
    message: "complexityWeights: expected a finite range that rises, got [0, Infinity]",
  });
});
