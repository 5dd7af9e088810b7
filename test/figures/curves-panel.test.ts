/** Trainings overlaid: which value is drawn, what is bridged, where the legend is, and what is no training. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { curvesPanel, row } from "netspace";

const run = (errors: readonly (number | undefined)[], key = "testError") => ({
  epochs: errors.map((error, i) => ({
    epoch: i + 1,
    trainError: 90 - i,
    trainLoss: 2 - i / 10,
    ...(error !== undefined && { [key]: error }),
  })),
});

test("several runs are lines under their names, an epoch that was not tested is bridged", () => {
  const panel = curvesPanel({ wide: run([50, undefined, 40]), deep: run([60, 55]) });
  assert.deepEqual(panel.yaxis.title, { text: "test error (%)" });
  assert.deepEqual(
    panel.traces.map(({ name, x, y, mode, connectgaps }) => ({ name, x, y, mode, connectgaps })),
    [
      { name: "wide", x: [1, 2, 3], y: [50, null, 40], mode: "lines", connectgaps: true },
      { name: "deep", x: [1, 2], y: [60, 55], mode: "lines", connectgaps: true },
    ],
  );
});

test("the validation error comes first, and an error known once does not hide the curve of training", () => {
  const label = (panel: ReturnType<typeof curvesPanel>) => (panel.yaxis.title as { text: string }).text;
  const validated = run([50, 40], "validationError");
  assert.equal(label(curvesPanel({ a: validated })), "validation error (%)");
  assert.equal(label(curvesPanel({ a: validated, b: run([50, 40]) })), "training error (%)");
  assert.equal(label(curvesPanel({ a: run([undefined, 40]) })), "training error (%)");
  assert.equal(label(curvesPanel({ a: run([undefined, 40]) }, { value: "testError" })), "test error (%)");
  assert.equal(curvesPanel({ a: run([undefined, 40]) }, { value: "testError" }).traces[0].mode, "markers");
});

test("the legend is below the panel and makes the figure higher", () => {
  const { layout } = row([curvesPanel({ a: run([50, 40]), b: run([60, 55]) })]);
  const { y, yanchor } = layout.legend as { y: number; yanchor: string };
  assert.deepEqual([y < 0, yanchor], [true, "top"]);
});

test("what is no training is said by its name", () => {
  const refused = (runs: object, message: RegExp, options = {}) =>
    assert.throws(() => curvesPanel(runs as never, options), { name: "RangeError", message });
  refused({}, /expected runs by name, such as/);
  refused([run([1])], /expected runs by name, such as/);
  refused({ a: 5 }, /expected a training as "a", got 5/);
  refused({ a: { epochs: [] } }, /expected a training with epochs as "a"/);
  refused({ a: { epochs: [{ epoch: 0, testError: 90 }] } }, /epochs of "a" counted from 1 to .*, got 0/);
  refused({ a: { epochs: [{ epoch: 1e9, testError: 90 }] } }, /counted from 1 to at most 1,000,000, got/);
  refused({ a: { epochs: [{ epoch: 1.5, testError: 90 }] } }, /counted from 1/);
  refused({ a: run([1]), b: run([], "x") }, /"b", got one with none/);
  const untested = run([undefined]);
  refused({ a: run([1, 2]), b: untested }, /"b" lacks a testError; they have trainError, trainLoss/, {
    value: "testError",
  });
  refused({ a: run([1]) }, /value as one of validationError, .*got "loss"/, { value: "loss" });
  refused({ a: run([1]) }, /no run has a validationError; they have testError, trainError, trainLoss/, {
    value: "validationError",
  });
});
