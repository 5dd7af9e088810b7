/** Small networks, their gradient against differences, and ensembles of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededAt } from "../../../src/base/random.js";
import { networkEnsemble } from "../../../src/search/index.js";
import { Perceptron } from "../../../src/search/surrogates/perceptron.js";

const random = seededAt(9, 0);
const rows = Array.from({ length: 120 }, () =>
  Float64Array.from({ length: 6 }, () => (random() < 0.5 ? 1 : 0)),
);
/** With a product that no sum has. */
const errorOf = (row: Float64Array) => 20 + 3 * row[0] - 2 * row[1] + 4 * row[2] * row[3];
const errors = rows.map(errorOf);

test("the gradient is that of finite differences", () => {
  const network = new Perceptron(6, 3, 5, seededAt(1, 1));
  const row = Float64Array.of(1, 0, 0.5, 0, 1, 0.25);
  network.predict(row);
  const gradient = new Float64Array(network.parameters.length);
  network.addGradient(row, 2, gradient);
  assert.equal(gradient.length, 7 * 5 + 2 * 6 * 5 + 6);
  for (let i = 0; i < gradient.length; i++) {
    const before = network.parameters[i];
    const at = (value: number) => {
      network.parameters[i] = value;
      return network.predict(row);
    };
    const difference = (2 * (at(before + 1e-6) - at(before - 1e-6))) / 2e-6;
    network.parameters[i] = before;
    assert.ok(Math.abs(gradient[i] - difference) < 1e-6, `${i}: ${gradient[i]}, ${difference}`);
  }
  assert.ok(gradient.some(value => value !== 0));
});

test("it learns what sums do not say, is unsure where it was told nothing, and is the same for the same seed", () => {
  const ensemble = networkEnsemble({ layers: 2, width: 12, epochs: 60 });
  const fitted = ensemble.fit(rows.slice(0, 90), errors.slice(0, 90), { seed: 5 });
  const others = rows.slice(90);
  const { mean, deviation } = fitted.predict(others);
  const off = others.reduce((sum, row, i) => sum + Math.abs(mean[i] - errorOf(row)), 0) / others.length;
  assert.ok(off < 0.6, `${off}`);
  const far = fitted.predict([Float64Array.of(-4, 5, -5, 6, 9, -8)]);
  assert.ok(far.deviation![0] > 5 * Math.max(...deviation!));
  const again = ensemble.fit(rows.slice(0, 90), errors.slice(0, 90), { seed: 5 });
  assert.deepEqual(again.predict(others), { mean, deviation });
  const other = ensemble.fit(rows.slice(0, 90), errors.slice(0, 90), { seed: 6 });
  assert.notDeepEqual(other.predict(others).mean, mean);
});

test("with a share each member sees a part, and two architectures are enough", () => {
  const ensemble = networkEnsemble({ layers: 1, width: 4, epochs: 5, share: 0.8 });
  assert.ok(
    ensemble
      .fit(rows, errors)
      .predict(rows)
      .deviation!.some(value => value > 0),
  );
  assert.ok(Number.isFinite(ensemble.fit(rows.slice(0, 2), [1, 2]).predict(rows).mean[0]));
});

test("settings that make no sense are named", () => {
  assert.throws(() => networkEnsemble({ members: 1 }), /members must be an integer from 2 on, got 1/);
  assert.throws(() => networkEnsemble({ share: 0 }), /share must be a number above 0 and up to 1, got 0/);
});
