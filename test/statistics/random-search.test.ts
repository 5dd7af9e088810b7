import assert from "node:assert/strict";
import { test } from "node:test";
import { randomSearch } from "netspace";
import { errors, near } from "./samples.js";

test("randomSearch() gives the mean and spread that a million searches give in NumPy", () => {
  // g = numpy.random.default_rng(0); b = errors[g.integers(0, 24, (1_000_000, m))].min(1); b.mean(), b.std()
  const [one, four] = randomSearch(errors, { sizes: [1, 4] });
  assert.ok(Math.abs(one.mean - 48.488) < 0.03 && Math.abs(one.sigma - 6.01) < 0.02);
  assert.ok(Math.abs(four.mean - 42.9856) < 0.01 && Math.abs(four.sigma - 2.2885) < 0.01);
});

test("randomSearch() of one model has the mean and standard deviation of the errors", () => {
  // numpy.mean([40, 44, 48]), numpy.std([40, 44, 48])
  const [{ mean, sigma, oneSigma, twoSigma }] = randomSearch([48, 40, 44], { sizes: [1] });
  assert.ok(near(mean, 44) && near(sigma, 3.265986323710904));
  assert.deepEqual(oneSigma, [mean - sigma, mean + sigma]);
  assert.deepEqual(twoSigma, [mean - 2 * sigma, mean + 2 * sigma]);
});

test("randomSearch() takes powers of two by default, and nears the best error without spread", () => {
  const points = randomSearch(errors);
  assert.deepEqual(
    points.map(point => point.size),
    [1, 2, 4, 8, 16],
  );
  const [last] = randomSearch(errors, { sizes: [10_000] });
  assert.ok(near(last.mean, 40.8) && last.sigma < 1e-6);
});

test("randomSearch() draws by weight: what weighs nearly nothing is hardly found", () => {
  const [{ mean }] = randomSearch([10, 50], { sizes: [2], weights: [1, 1e9] });
  assert.ok(Math.abs(mean - 50) < 1e-6);
});

test("randomSearch() refuses an empty population and sizes below one", () => {
  assert.throws(() => randomSearch([]), { name: "StatisticsError", message: /at least 1 errors, got 0/ });
  assert.throws(() => randomSearch([1, 2], { sizes: [0] }), {
    message: /sizes as an integer of at least 1, got 0/,
  });
});
