import assert from "node:assert/strict";
import { test } from "node:test";
import { edfPanel, type Figure, type Panel, row, widthProfilePanel } from "netspace";

interface Axis {
  readonly range: readonly [number, number];
}

/** The corner of a figure's only legend, and the ranges of its axes. */
function placed({ layout }: Figure) {
  const { xanchor, yanchor } = layout.legend as { xanchor: string; yanchor: string };
  return {
    corner: `${yanchor} ${xanchor}`,
    x: (layout.xaxis as Axis).range,
    y: (layout.yaxis as Axis).range,
  };
}

const points = (x: readonly number[], y: readonly number[], options: Partial<Panel> = {}): Figure =>
  row(
    [
      {
        traces: [{ type: "scatter", mode: "markers", name: "some networks (n = 8)", x, y }],
        xaxis: { range: [0, 10] },
        yaxis: { range: [0, 10] },
        legend: "free",
        ...options,
      },
    ],
    { width: 420, height: 340 },
  );

test("a free legend stands in a corner without points, and the axes stay as they are", () => {
  const late = points([9, 9.5, 1], [1, 0.5, 1]);
  assert.deepEqual(placed(late), { corner: "top left", x: [0, 10], y: [0, 10] });
  const low = points([9, 1, 1], [1, 0.5, 9.5]);
  assert.deepEqual(placed(low), { corner: "top right", x: [0, 10], y: [0, 10] });
});

test("where no corner is free an axis is lengthened, never below zero, until one is", () => {
  const { corner, x, y } = placed(points([1, 9, 1, 9], [1, 1, 9, 9]));
  assert.equal(corner, "top left");
  assert.deepEqual(x, [0, 10]);
  assert.equal(y[0], 0);
  assert.ok(y[1] > 10 && y[1] < 15, `${y[1]}`);
});

test("lines count between their points, and steps as they are drawn", () => {
  const trace = { type: "scatter", mode: "lines", name: "a population (n = 2)", x: [0, 10], y: [0, 10] };
  // The diagonal leaves the bottom right free, the step runs along the bottom and leaves the top left.
  assert.equal(placed(points([], [], { traces: [trace] })).corner, "bottom right");
  const step = { ...trace, line: { shape: "hv" } };
  assert.equal(placed(points([], [], { traces: [step] })).corner, "top left");
});

test("EDFs that rise early have their legend below, those that rise late above, the probability ends at 1", () => {
  const errors = Array.from({ length: 40 }, (_, i) => i);
  const early = row([edfPanel([{ name: "A", errors: [...errors.map(e => 40 + e / 10), 80] }])]);
  assert.equal(placed(early).corner, "bottom right");
  const late = row([edfPanel([{ name: "A", errors: [40, ...errors.map(e => 76 + e / 10)] }])]);
  assert.equal(placed(late).corner, "top left");
  const between = row([
    edfPanel([
      { name: "early", errors: [...errors.map(e => 40 + e / 10), 80] },
      { name: "late", errors: [40, ...errors.map(e => 76 + e / 10)] },
    ]),
  ]);
  assert.ok(placed(between).y[1] > 1.05 || placed(between).x[1] > 82);
  assert.equal(Math.max(...(between.layout.yaxis as { tickvals: number[] }).tickvals), 1);
});

test("on a logarithmic axis the range is in powers of ten", () => {
  const stages = [8, 64, 512, 1024].map(width => ({ depth: 4, width }));
  const { corner, y } = placed(row([widthProfilePanel([{ name: "growing", network: stages }])]));
  assert.equal(corner, "bottom right");
  assert.ok(y[0] < Math.log10(8) && y[1] > Math.log10(1024) && y[1] < 4);
});
