import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { linearRegression, pearson } from "netspace";
import { acts, flops, ms, near } from "../support/samples.js";

const agree = (actual: readonly number[], expected: readonly number[], tolerance = 1e-9) => {
  assert.equal(actual.length, expected.length);
  for (const [k, value] of actual.entries())
    assert.ok(near(value, expected[k], tolerance), `${value}, ${expected[k]}`);
};

test("linearRegression() with two regressors is statsmodels' OLS", () => {
  // m = sm.OLS(ms, sm.add_constant(numpy.column_stack([flops, acts]))).fit()
  const { coefficients, r2, aic, sigma, residuals, degreesOfFreedom } = linearRegression(ms, { flops, acts });
  assert.deepEqual(
    coefficients.map(c => c.name),
    ["intercept", "flops", "acts"],
  );
  const pick = (key: "value" | "standardError" | "p") => coefficients.map(c => c[key]);
  agree(pick("value"), [4.341950620559931, 11.7365157113351, 1.4532923179669819]); // m.params
  agree(pick("standardError"), [3.8858601763632787, 0.645934876810796, 0.5836170038200641]); // m.bse
  agree(pick("p"), [0.29277462571772667, 2.1131128464867028e-8, 0.03441368871632743], 1e-7); // m.pvalues
  agree([r2, aic, sigma], [0.9984680659183678, 76.90127655824139, 5.360849008324095]); // m.rsquared, m.aic, m.scale ** 0.5
  assert.equal(degreesOfFreedom, 9);
  assert.ok(Math.abs(residuals.reduce((a, b) => a + b, 0)) < 1e-9);
});

test("linearRegression() with weights is statsmodels' WLS", () => {
  // m = sm.WLS(ms, sm.add_constant(flops), weights=1 / flops).fit()
  const { coefficients, r2, aic, sigma } = linearRegression(
    ms,
    { flops },
    { weights: flops.map(f => 1 / f) },
  );
  agree(
    coefficients.map(c => c.value),
    [9.537842654671982, 13.727064414834938],
  );
  agree(
    coefficients.map(c => c.standardError),
    [0.8669978028759051, 0.3262247167309406],
  );
  agree([r2, aic, sigma], [0.994383930424621, 72.92986976326793, 2.792265883491274]);
});

test("linearRegression() on one regressor has Pearson's r, with its sign", () => {
  assert.ok(near(linearRegression(ms, { acts }).r, pearson(acts, ms).value));
  const falling = ms.map(t => -t);
  assert.ok(near(linearRegression(falling, { acts }).r, pearson(acts, falling).value));
});

test("linearRegression() predicts what it was fitted to, less the residual", () => {
  const line = linearRegression(ms, { flops, acts });
  for (const [i, y] of ms.entries()) {
    assert.ok(near(line.predict({ flops: flops[i], acts: acts[i] }), y - line.residuals[i]));
  }
});

test("linearRegression() stays exact for regressors of very different size", () => {
  const huge = flops.map(f => f * 1e12);
  const y = flops.map((f, i) => 3 + 2 * f + 1e-6 * acts[i]);
  const { coefficients } = linearRegression(y, { huge, acts });
  assert.ok(near(coefficients[1].value, 2e-12, 1e-9) && near(coefficients[2].value, 1e-6, 1e-6));
});

test("linearRegression() refuses a constant x, x made of others, and too few models", () => {
  assert.throws(() => linearRegression([1, 2, 3], { flops: [5, 5, 5] }), {
    name: "StatisticsError",
    message: "linearRegression: expected flops that vary, got 5 3 times",
  });
  const twice = flops.map(f => 2 * f);
  assert.throws(() => linearRegression(ms, { flops, twice }), {
    message: /none follows from the others, got twice which follows from intercept, flops/,
  });
  assert.throws(() => linearRegression([1, 2], { x: [1, 2] }), {
    message: /more models than the 2 coefficients, got 2/,
  });
  assert.throws(() => linearRegression([1, Number.NaN, 2], { x: [1, 2, 3] }), {
    message: /finite y, got NaN at index 1/,
  });
  assert.throws(() => linearRegression([1, 2, 3], { x: [1, 2] }), { message: /as many x as y, got 2 and 3/ });
  assert.throws(() => linearRegression([1, 2, 3], {}), { message: /at least 1 regressor, got 0/ });
});

test("linearRegression() refuses a regressor that is not there", () => {
  const x = undefined as unknown as number[];
  assert.throws(() => linearRegression([1, 2, 3], { x }), {
    name: "StatisticsError",
    message: /^linearRegression: expected numbers for x, got undefined; leave it out or give one per model$/,
  });
});

test("linearRegression() takes typed arrays of any kind, and no regressor by the name of its own", () => {
  const [y, x] = [
    [1, 2, 3, 5, 4, 6],
    [1, 2, 3, 4, 5, 6],
  ];
  const { coefficients } = linearRegression(y, { x });
  assert.deepEqual(
    linearRegression(Float32Array.from(y) as never, { x: Int32Array.from(x) as never }).coefficients,
    coefficients,
  );
  assert.throws(() => linearRegression(y, { intercept: x }), {
    name: "StatisticsError",
    message:
      /^linearRegression: expected regressors of other names than "intercept", .*call it something else/,
  });
  assert.equal(linearRegression(y, { intercept: x }, { intercept: false }).coefficients.length, 1);
});

test("a fit shows itself as its coefficients, and y behind the regressors is told", () => {
  const fit = linearRegression(ms, { flops, acts });
  const [head, columns, ...rows] = inspect(fit).split("\n");
  assert.match(head, /^linear regression: n = 12, R² = 0\.998, AIC = 76\.9$/);
  assert.match(columns, /^ +value +standard error +p$/);
  // The coefficients of statsmodels above.
  assert.deepEqual(
    rows.map(line => line.split(/ {2,}/)),
    [
      ["intercept", "4.34", "3.89", "0.293"],
      ["flops", "11.7", "0.646", "2.11e−8"],
      ["acts", "1.45", "0.584", "0.0344"],
    ],
  );
  assert.equal(JSON.parse(JSON.stringify(fit)).n, 12);
  assert.throws(
    () => linearRegression({ flops } as never, ms as never),
    /linearRegression: expected y first and then the regressors, got them the other way round/,
  );
});
