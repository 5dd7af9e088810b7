import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestValuePanel,
  edfPanel,
  type Figure,
  fitPanel,
  type Panel,
  row,
  tradeOffPanel,
  widthProfilePanel,
} from "netspace";

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
  // No corner is free: the axes stay as they are, and the legend stands below.
  assert.deepEqual(placed(between).y, [0, 1.02]);
  assert.ok(placed(between).x[1] <= 100);
  assert.ok((between.layout.legend as { y: number }).y < 0);
});

test("on a logarithmic axis the range is in powers of ten", () => {
  const stages = [8, 64, 512, 1024].map(width => ({ depth: 4, width }));
  const { corner, y } = placed(row([widthProfilePanel([{ name: "growing", network: stages }])]));
  assert.equal(corner, "bottom right");
  assert.ok(y[0] < Math.log10(8) && y[1] > Math.log10(1024) && y[1] < 4);
});

const uniform = Array.from({ length: 40 }, (_, i) => 20 + 2 * i);
const long =
  "AnyNetXA, block Y, silu, depth 1 to 12, width 16 to 512 (logarithmic), bottleneck = 1, nonDecreasing width";

/** Legends of a figure, with the names of their traces. */
const legendsOf = ({ data, layout }: Figure) =>
  Object.keys(layout).flatMap(key => {
    if (!/^legend\d*$/.test(key)) return [];
    const names = data.flatMap(trace => (trace.legend === key ? [String(trace.name)] : []));
    return [{ ...(layout[key] as { x: number; y: number; xanchor: string }), names }];
  });

test("long names are broken below their panel, which keeps its size, and are whole when pointed at", () => {
  const panel = edfPanel([
    { name: long, errors: uniform },
    { name: "RegNetX with shared group width and fixed w_m=2", errors: uniform },
  ]);
  const short = edfPanel([{ name: "A", errors: [20, 20, 20, 90] }]);
  const [figure, plain] = [row([panel, panel, panel]), row([short, short, short])];
  for (const legend of legendsOf(figure)) {
    assert.ok(legend.y < 0);
    assert.match(legend.names.join("\n"), /AnyNetXA.*<br>.*<br>.*…\n.*<br>/);
    for (const line of legend.names.flatMap(name => name.split("<br>"))) assert.ok(line.length < 40, line);
  }
  assert.match(
    String(figure.data[0].hovertemplate),
    /<extra>\[20\.0 \| 59\.0\] AnyNetXA.*width \(n = 40\)<\/extra>/,
  );
  // What is inside the axes is as high and as wide as without.
  const inside = ({ layout }: Figure) => {
    const { l, r, t, b } = layout.margin as Record<"l" | "r" | "t" | "b", number>;
    return [layout.width - l - r, layout.height - t - b];
  };
  assert.deepEqual(inside(figure), inside(plain));
  assert.ok(figure.layout.height > plain.layout.height + 60);
});

test("of many populations each has its own line, and the legend stands in columns that cover nothing", () => {
  const figure = row(
    [edfPanel(Array.from({ length: 30 }, (_, i) => ({ name: `population ${i}`, errors: uniform })))],
    {
      width: 720,
    },
  );
  const looks = figure.data.map(({ line }) => {
    const { color, dash } = line as { color: string; dash: string };
    return `${color} ${dash}`;
  });
  assert.equal(new Set(looks).size, 30);
  const legends = legendsOf(figure);
  assert.deepEqual(
    legends.map(({ names }) => names.length),
    [15, 15],
  );
  assert.ok(legends.every(({ y }) => y < 0) && legends[1].x > legends[0].x);
  assert.ok(figure.data.every(({ legend }) => legend === "legend" || legend === "legend1001"));
});

test("markers of many groups and families differ in colour or form", () => {
  const x = Array.from({ length: 60 }, (_, i) => 1 + i);
  const labels = { x: "x", y: "y" };
  const groups = fitPanel({ labels, x, y: x, groups: x.map(i => `group ${i % 12}`) }).traces;
  const families = tradeOffPanel({
    label: "flops",
    front: false,
    networks: x.map(i => ({ name: `${i}`, family: `family ${i % 20}`, cost: i, error: 30 })),
  }).traces;
  for (const [traces, count] of [
    [groups, 12],
    [families, 20],
  ] as const) {
    const looks = traces.map(({ marker }) => {
      const { color, symbol } = marker as { color: string; symbol?: string };
      return `${color} ${symbol}`;
    });
    assert.equal(new Set(looks).size, count);
  }
});

test("a corner that is asked for is given up by a legend that is larger than its panel", () => {
  const many = Array.from({ length: 20 }, (_, i) => ({
    type: "scatter",
    mode: "lines",
    name: `n ${i}`,
    x: [0, 1],
    y: [0, 1],
  }));
  assert.ok((points([], [], { traces: many, legend: "top left" }).layout.legend as { y: number }).y < 0);
  assert.equal(placed(points([], [], { traces: many.slice(0, 3), legend: "top left" })).corner, "top left");
});

test("titles that are wider than their panel or figure are broken, and what they say too much is cut off", () => {
  const panel = bestValuePanel({ label: "depth (blocks)", values: uniform, errors: uniform, name: long });
  const { layout } = row([panel, panel, panel], { title: `${long}; ${long}` });
  const [{ text }] = layout.annotations as { text: string }[];
  assert.match(text, /^AnyNetXA, [^<]{10,35}<br>[^<]{10,45}…$/);
  assert.equal((layout.title as { text: string }).text.split("<br>").length, 2);
  const subscripts = bestValuePanel({
    label: `${"w<sub>i</sub> and ".repeat(9)}end`,
    values: uniform,
    errors: uniform,
  });
  const label = (row([subscripts]).layout.xaxis as { title: { text: string } }).title.text;
  assert.equal(label.match(/<sub>/g)?.length, label.match(/<\/sub>/g)?.length, "no tag is left open");
});
