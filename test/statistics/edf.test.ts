import assert from "node:assert/strict";
import { test } from "node:test";
import { edf } from "netspace";

test("edf() counts the share of errors strictly below e, ties included", () => {
  const f = edf([40, 39, 41, 40]);
  assert.deepEqual(
    [39, 39.5, 40, 40.5, 41, 42].map(e => f.at(e)),
    [0, 0.25, 0.25, 0.75, 0.75, 1],
  );
  assert.deepEqual(f.errors, [39, 40, 41]);
  assert.deepEqual(f.shares, [0.25, 0.75, 1]);
});

test("edf() gives the paper's legend, [min | mean]", () => {
  const { min, mean, n } = edf([39, 59]);
  assert.deepEqual({ min, mean, n }, { min: 39, mean: 49, n: 2 });
});

test("edf() does not mutate its input", () => {
  const errors = [3, 1, 2];
  edf(errors);
  assert.deepEqual(errors, [3, 1, 2]);
});

test("edf() refuses an empty population and errors that are not finite", () => {
  assert.throws(() => edf([]), {
    name: "StatisticsError",
    message: "edf: expected at least 1 errors, got 0",
  });
  assert.throws(() => edf([1, Number.NaN]), { message: "edf: expected finite errors, got NaN at index 1" });
});
