/** The ensemble of ridge regressions, against sums that are known and its own two ways of solving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededAt, type Random } from "../../../src/base/random.js";
import { linearEnsemble } from "../../../src/search/index.js";

const drawn = (n: number, length: number, random: Random = seededAt(1, 0)) =>
  Array.from({ length: n }, () => Float64Array.from({ length }, () => (random() < 0.5 ? 1 : 0)));
const additive = (row: Float64Array) => row.reduce((sum, x, i) => sum + x * (i + 1), 50);

test("with little penalty it is what is added up, whatever the sample", () => {
  const [train, others] = [drawn(80, 6), drawn(20, 6, seededAt(2, 0))];
  const fitted = linearEnsemble({ penalty: 1e-9 }).fit(train, train.map(additive), { seed: 3 });
  const { mean, deviation } = fitted.predict(others);
  for (const [i, row] of others.entries()) {
    assert.ok(Math.abs(mean[i] - additive(row)) < 1e-6, `${mean[i]}`);
    assert.ok(deviation![i] < 1e-6);
  }
});

test("more columns than rows are solved by rows, to the same predictions", () => {
  const rows = drawn(12, 12);
  const errors = rows.map(row => additive(row) + 3 * row[0] * row[5]);
  // A column of zeros more than there are rows: by rows now, and nothing else changes.
  const wide = rows.map(row => Float64Array.from([...row, 0, 0, 0]));
  const byColumns = linearEnsemble().fit(rows, errors, { seed: 4 }).predict(rows);
  const byRows = linearEnsemble().fit(wide, errors, { seed: 4 }).predict(wide);
  for (const i of rows.keys()) {
    assert.ok(Math.abs(byColumns.mean[i] - byRows.mean[i]) < 1e-9);
    assert.ok(Math.abs(byColumns.deviation![i] - byRows.deviation![i]) < 1e-9);
  }
});

test("a member is ridge regression with a free intercept", () => {
  // Both architectures twice or never would be no data: of two rows any sample has one or both; with (0) → 1 and (1) → 3, all of
  // one gives its value everywhere, both give the slope 2·s/(s + λ), s = ½, in the errors' own scale.
  const rows = [Float64Array.of(0), Float64Array.of(1)];
  const { mean } = linearEnsemble({ members: 400, penalty: 0.5 }).fit(rows, [1, 3]).predict(rows);
  // Half of the samples hold both: they expect 1.5 and 2.5; a quarter each 1 and 3.
  assert.ok(Math.abs(mean[0] - (0.5 * 1.5 + 0.25 * 1 + 0.25 * 3)) < 0.15);
  assert.ok(Math.abs(mean[1] - (0.5 * 2.5 + 0.25 * 1 + 0.25 * 3)) < 0.15);
});

test("the same data and seed give the same fit, and errors that are all alike are expected everywhere", () => {
  const rows = drawn(9, 4);
  const predict = (seed: number) => linearEnsemble().fit(rows, rows.map(additive), { seed }).predict(rows);
  assert.deepEqual(predict(5), predict(5));
  assert.notDeepEqual(predict(5).mean, predict(6).mean);
  const { mean } = linearEnsemble()
    .fit(
      rows,
      rows.map(() => 7),
    )
    .predict(rows);
  assert.ok(mean.every(value => value === 7));
});

test("what it cannot be fitted to is named", () => {
  const plain = linearEnsemble();
  const rows = drawn(3, 4);
  assert.throws(() => plain.fit([rows[0]], [1]), /expected vectors of at least two architectures, got 1/);
  assert.throws(() => plain.fit(rows, [1, 2]), /expected an error for each of 3 vectors, got 2/);
  assert.throws(() => plain.fit(rows, [1, Number.NaN, 2]), /expected errors that are numbers, got NaN at 1/);
  assert.throws(
    () => plain.fit([rows[0], Float64Array.of(1)], [1, 2]),
    /expected vectors of 4 numbers, .* got one of 1 at 1/,
  );
  assert.throws(
    () => plain.fit(rows, [1, 2, 3]).predict(drawn(1, 5)),
    /expected vectors of 4 numbers, .* got one of 5 at 0/,
  );
  assert.throws(() => linearEnsemble({ members: 1 }), /members must be an integer from 2 on, got 1/);
});
