import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValue, bootstrap, edf, ksTest, seeded, summarize, welchTest } from "netspace";
import { depths, errors } from "../support/samples.js";

test("summarize() gives the standard errors and intervals of scipy.stats.bootstrap", () => {
  const { n, min, mean, quantiles } = summarize(errors, { repeats: 20_000 });
  assert.equal(n, 24);
  assert.deepEqual([min.value, min.low], [40.8, 40.8]);
  // scipy.stats.bootstrap((errors,), numpy.mean, n_resamples=200000, method="percentile", rng=0)
  //   -> standard error 1.22496, interval [46.1667, 50.9625]
  assert.ok(Math.abs(mean.value - 48.4875) < 1e-9);
  assert.ok(Math.abs(mean.standardError - 1.225) < 0.02);
  assert.ok(Math.abs(mean.low - 46.167) < 0.1 && Math.abs(mean.high - 50.963) < 0.1);
  // the same with lambda x, axis: numpy.quantile(x, 0.25, axis=axis) -> 1.11421, [41.925, 46.625]; value 43.45
  const [quarter] = quantiles;
  assert.ok(Math.abs(quarter.value - 43.45) < 1e-9 && quarter.probability === 0.25);
  assert.ok(Math.abs(quarter.standardError - 1.114) < 0.03);
  assert.ok(Math.abs(quarter.low - 41.925) < 0.15 && Math.abs(quarter.high - 46.625) < 0.15);
});

test("bootstrap() gives the same errors for the same seed, and others for another", () => {
  const max = (sorted: Float64Array) => sorted[sorted.length - 1] + sorted[12];
  const run = (seed: number) => bootstrap(errors, max, { random: seeded(seed), repeats: 50 });
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

test("bestValue() by repeats agrees with its limit, and with NumPy's literal bootstrap", () => {
  // g = numpy.random.default_rng(0); i = g.integers(0, 24, (200000, 6))
  // numpy.percentile(depths[i[numpy.arange(200000), errors[i].argmin(1)]], [2.5, 50, 97.5]) -> [14 20 28]
  const repeated = bestValue(depths, errors, { repeats: 50_000, random: seeded(3) });
  assert.deepEqual(repeated, { median: 20, low: 14, high: 28 });
  assert.deepEqual(bestValue(depths, errors), repeated);
});

test("bestValue() and bootstrap() refuse repeats without randomness, and too little data", () => {
  assert.throws(() => bestValue(depths, errors, { repeats: 10 }), {
    name: "StatisticsError",
    message: "bestValue: expected random with repeats, got none; give seeded(1)",
  });
  assert.throws(() => summarize([1]), { message: "summarize: expected at least 2 values, got 1" });
  assert.throws(() => summarize([1, 2], { probabilities: [1.5] }), { message: /in \[0, 1\], got 1.5/ });
});

test("bootstrap() refuses a statistic that gives no finite number, be it for a resample alone", () => {
  const says = (statistic: unknown, got: string) =>
    assert.throws(() => bootstrap([1, 2, 3], statistic as never), {
      name: "StatisticsError",
      message: `bootstrap: expected a finite number from the statistic, got ${got}`,
    });
  says(() => Number.NaN, "NaN for the values");
  says(() => "5", '"5" for the values');
  says(() => {}, "undefined for the values");
  says(async () => 1, "a promise for the values");
  // A spread of nothing in resamples that have one value three times.
  says((sorted: Float64Array) => 1 / (sorted[2] - sorted[0]), "Infinity for a resample");
});

test("a view of bytes is no list of numbers", () => {
  const view = new DataView(new ArrayBuffer(32)) as never;
  const calls = {
    edf: () => edf(view),
    ksTest: () => ksTest(view, [1]),
    welchTest: () => welchTest([1, 2], view),
  };
  for (const call of Object.values(calls))
    assert.throws(call, { name: "StatisticsError", message: /, got a DataView$/ });
  assert.equal(edf(Float32Array.of(1, 2) as never).n, 2);
});
