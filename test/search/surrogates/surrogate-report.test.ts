/** What is said of surrogates: correlations in and out of sample, expected improvements, surrogates as objectives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AnyNetXA, decisions, NasBench201, seeded } from "netspace";
import {
  encoder,
  linearEnsemble,
  surrogateObjective,
  surrogateQuality,
  surrogateReport,
} from "../../../src/search/index.js";
import { expectedImprovement } from "../../../src/search/surrogates/acquisition.js";

const encode = encoder(NasBench201);
const random = seeded(8);
const ways = Array.from({ length: 60 }, () => decisions(NasBench201).draw(random));
const inputs = ways.map(way => encode.encode(way));
const noise = seeded(3);
const errors = inputs.map(row => row.reduce((sum, x, i) => sum + x * (i % 7), 0) + noise());

test("a report has each round's correlation in sample, as its fit said it, and out of sample, as it came", () => {
  const note = (round: number, predicted: number) => ({ round, predicted, inSample: 0.5 + round / 10 });
  const report = surrogateReport([
    { error: 3 },
    { error: 9, note: "of another strategy" },
    { error: 1, note: note(1, 10) },
    { error: 2, note: note(1, 20) },
    { error: 3, note: note(1, 30) },
    { error: Number.NaN, note: note(1, 5) },
    { error: 4, note: note(2, 3) },
    { error: 5, note: note(2, 2) },
    { error: 6, note: note(2, 1) },
    { error: 7, note: note(3, 1) },
  ]);
  // Of all seven: ranks of what was expected 5 6 7 4 3 1.5 1.5, products of the deviations −23.5.
  const { outOfSample, ...rest } = report;
  assert.ok(Math.abs(outOfSample! + 23.5 / Math.sqrt(27.5 * 28)) < 1e-12, `${outOfSample}`);
  assert.deepEqual(rest, {
    n: 7,
    rounds: [
      { round: 1, n: 3, inSample: 0.6, outOfSample: 1 },
      { round: 2, n: 3, inSample: 0.7, outOfSample: -1 },
      { round: 3, n: 1, inSample: 0.8 },
    ],
  });
  assert.throws(() => surrogateReport([{}] as never), /expected outcomes \{ error, note \}, got \{\}/);
});

test("a surrogate's quality is high where errors are sums, and nothing out of sample where they are noise", () => {
  const { inSample, outOfSample, n } = surrogateQuality(linearEnsemble(), inputs, errors);
  assert.equal(n, 60);
  assert.ok(outOfSample! > 0.85 && inSample! > outOfSample!);
  const pure = seeded(5);
  const nothing = surrogateQuality(
    linearEnsemble(),
    inputs,
    inputs.map(() => pure()),
  );
  assert.ok(nothing.inSample! > 0.4 && Math.abs(nothing.outOfSample!) < 0.35);
  assert.throws(
    () => surrogateQuality(linearEnsemble(), inputs, errors, { folds: 61 }),
    /folds must be an integer from 2 on .*, got 61 for 60/,
  );
  assert.throws(
    () => surrogateQuality(linearEnsemble(), inputs, errors, { fold: 3 } as never),
    /unknown option "fold"; did you mean "folds"/,
  );
});

test("expected improvements are the integral that they are defined as", () => {
  for (const [mean, deviation, best] of [
    [10, 2, 9],
    [5, 0.3, 6],
    [3, 1, -4],
  ]) {
    let sum = 0;
    const step = deviation / 2000;
    for (let x = mean - 12 * deviation; x < best; x += step) {
      const middle = x + step / 2;
      const density =
        Math.exp(-(((middle - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
      sum += Math.max(0, best - middle) * density * step;
    }
    const given = expectedImprovement(mean, deviation, best);
    assert.ok(Math.abs(given - sum) < 1e-6 * Math.max(1, sum), `${given}, ${sum}`);
  }
  assert.equal(expectedImprovement(4, 0, 6), 2);
  assert.equal(expectedImprovement(8, 0, 6), 0);
});

test("a fitted surrogate is an objective: the value that it expects, free, with its doubt; its data are its identity", async () => {
  const fitted = linearEnsemble().fit(inputs, errors, { seed: 1 });
  const objective = surrogateObjective(fitted, encode);
  const { value, cost, details } = await objective.measure(ways[7].architecture, {});
  const { mean, deviation } = fitted.predict([inputs[7]]);
  assert.equal(value, mean[0]);
  assert.deepEqual(cost, { images: 0 });
  assert.deepEqual(details, { deviation: deviation![0] });
  assert.throws(
    () => objective.measure(ways[7].architecture, { epochs: 3 }),
    /expected to be asked for whole trainings, got 3 epochs/,
  );
  const identity = (values: readonly number[], seed: number) =>
    JSON.stringify(surrogateObjective(linearEnsemble().fit(inputs, values, { seed }), encode).settings);
  assert.equal(identity(errors, 1), JSON.stringify(objective.settings));
  assert.notEqual(identity(errors, 2), identity(errors, 1));
  assert.notEqual(identity([...errors.slice(1), 0], 1), identity(errors, 1));
  assert.throws(() => surrogateObjective(linearEnsemble() as never, encode), /fit the surrogate first/);
  assert.throws(
    () => surrogateObjective(fitted, encoder(AnyNetXA) as never).measure(ways[0].architecture, {}),
    /AnyNet/,
  );
});
