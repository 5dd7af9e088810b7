import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedBest, randomSearch, randomSearchPanel } from "netspace";
import { errors, near } from "../support/samples.js";

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

test("a search that chooses by one error is judged by another: as all its draws, written out, say", () => {
  const [tested, validation, weights] = [
    [10, 20, 30, 40],
    [3, 1, 1, 2],
    [1, 2, 3, 2],
  ];
  const total = 8;
  let [mean, square] = [0, 0];
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      // Of two that are equal by validation either is chosen; among draws in both orders that is the first.
      const chosen = validation[j] < validation[i] ? j : i;
      const chance = (weights[i] * weights[j]) / total ** 2;
      mean += chance * tested[chosen];
      square += chance * tested[chosen] ** 2;
    }
  }
  const [two] = randomSearch(tested, { sizes: [2], weights, by: validation });
  assert.ok(near(two.mean, mean) && near(two.sigma, Math.sqrt(square - mean ** 2)), `${two.mean} ${mean}`);
  // Without replacement, all the same: six pairs of distinct models, of which one is equal by validation.
  const found = [20, 30, 40, 25, 20, 30];
  const expected = found.reduce((sum, error) => sum + error, 0) / found.length;
  assert.ok(near(expectedBest(tested, 2, validation), expected));
});

test("choosing by the errors themselves is what it always was, and anything else finds no less", () => {
  const shuffled = errors.toReversed();
  for (const size of [1, 2, 8]) {
    const [own] = randomSearch(errors, { sizes: [size] });
    const [same] = randomSearch(errors, { sizes: [size], by: [...errors] });
    const [other] = randomSearch(errors, { sizes: [size], by: shuffled });
    assert.ok(near(own.mean, same.mean) && near(own.sigma, same.sigma));
    assert.ok(other.mean >= own.mean - 1e-9);
    assert.ok(near(expectedBest(errors, size), expectedBest(errors, size, [...errors])));
  }
});

test("what is chosen by must be a finite number of each model", () => {
  for (const by of [[1], [1, NaN], [1, 2, 3]]) {
    assert.throws(() => randomSearch([1, 2], { by }), { name: "StatisticsError" });
    assert.throws(() => expectedBest([1, 2], 1, by), { name: "StatisticsError" });
  }
});

test("the panel of random search draws what the chosen networks turn out to have", () => {
  const [named, by] = [{ name: "X", errors }, errors.toReversed()];
  const [, line] = randomSearchPanel([{ ...named, by }]).traces as { y: number[] }[];
  assert.deepEqual(
    line.y,
    randomSearch(errors, { by }).map(point => point.mean),
  );
  const title = (panel: ReturnType<typeof randomSearchPanel>) =>
    (panel.yaxis as { title: { text: string } }).title.text;
  assert.equal(title(randomSearchPanel([{ ...named, by }])), "error of the best by validation (%)");
  assert.equal(title(randomSearchPanel([named])), "best error (%)");
});
