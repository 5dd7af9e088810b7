/** The Gaussian process, against PyTorch in float64. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussianProcess } from "../../../src/search/index.js";

const inputs = [
  [1, 0, 0, 1],
  [0, 1, 0, 1],
  [0, 1, 1, 0],
  [1, 0, 1, 0],
  [0, 0, 1, 1],
  [1, 1, 0, 0.5],
].map(row => Float64Array.from(row));
const errors = [10, 12, 9, 14, 11, 8.5];
const asked = [
  [1, 0, 0, 1],
  [0, 0, 0, 1],
  [1, 1, 1, 1],
].map(row => Float64Array.from(row));

const near = (given: Float64Array, expected: readonly number[]) => {
  for (const [i, value] of expected.entries()) assert.ok(Math.abs(given[i] - value) < 1e-9, `${given[i]}`);
};

test("means and deviations are those of the textbook", () => {
  // X, y, Z as above, in float64:
  //   d = torch.cdist(X, X)**2; l = 1.4 * (d.sum() / 30).sqrt(); s = y.std(correction=0); v = (y - y.mean()) / s
  //   K = torch.exp(-d / (2*l*l)) + 0.01 * torch.eye(6); k = torch.exp(-torch.cdist(Z, X)**2 / (2*l*l))
  //   a = torch.linalg.solve(K, v); var = v @ a / 6
  //   y.mean() + s * (k @ a), s * torch.sqrt(var * (1 - (k * torch.linalg.solve(K, k.T).T).sum(1)))
  const fitted = gaussianProcess({ lengths: [1.4], noises: [0.01] }).fit(inputs, errors);
  const { mean, deviation } = fitted.predict(asked);
  near(mean, [10.18008964169724, 11.788739395885932, 9.278026885371453]);
  near(deviation!, [0.7105101966985462, 1.8248643811246776, 3.0412913878300207]);
});

test("length and noise are those of the greatest likelihood", () => {
  // MultivariateNormal(0, var * K).log_prob(v): of lengths 0.5, 0.7 and noises 0.1, 0.5 it is −9.206, −9.009, −10.112 and −9.567.
  const chosen = gaussianProcess({ lengths: [0.7, 0.5], noises: [0.1, 0.5] }).fit(inputs, errors);
  const alone = gaussianProcess({ lengths: [0.5], noises: [0.5] }).fit(inputs, errors);
  assert.deepEqual(chosen.predict(asked), alone.predict(asked));
  // Of 1, 2 and 4 with 0.01 and 0.1: −11.734, −11.026, −13.868, −11.362, −13.518, −10.876.
  const smooth = gaussianProcess({ lengths: [1, 2, 4], noises: [0.01, 0.1] }).fit(inputs, errors);
  const far = gaussianProcess({ lengths: [4], noises: [0.1] }).fit(inputs, errors);
  assert.deepEqual(smooth.predict(asked), far.predict(asked));
});

test("the same architecture twice, told apart or alike, and errors that do not vary are no trouble", () => {
  const twice = [...inputs, ...inputs];
  const told = [...errors, ...errors.map(error => error + 1)];
  const { mean } = gaussianProcess({ noises: [1e-12, 0.1] })
    .fit(twice, told)
    .predict(inputs);
  assert.ok(mean.every(Number.isFinite));
  const flat = gaussianProcess()
    .fit(
      inputs,
      errors.map(() => 3),
    )
    .predict(asked);
  assert.ok(flat.mean.every(value => value === 3) && flat.deviation!.every(value => value === 0));
  const same = [inputs[0], inputs[0], inputs[0]];
  const alike = gaussianProcess().fit(same, [1, 2, 3]).predict([inputs[0]]);
  assert.ok(Math.abs(alike.mean[0] - 2) < 1e-6);
  // More than the grid is tried on, all with little noise.
  const many = Array.from({ length: 130 }, (_, i) => inputs[i % 6]);
  const fitted = gaussianProcess({ noises: [1e-18] }).fit(
    many,
    many.map((_, i) => errors[i % 6]),
  );
  assert.ok(Math.abs(fitted.predict([inputs[2]]).mean[0] - 9) < 0.1);
});

test("settings that make no sense are named", () => {
  assert.throws(() => gaussianProcess({ lengths: [] }), /lengths must be positive numbers, got \[\]/);
  assert.throws(() => gaussianProcess({ noises: [0] }), /noises must be positive numbers, got \[0\]/);
});
