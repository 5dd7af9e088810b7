import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestValuePanel,
  comparePopulations,
  describePair,
  edfPanel,
  fitPanel,
  grid,
  minMeanPanel,
  nestedSpacesPanel,
  notePanel,
  parameterBands,
  randomSearchPanel,
  row,
  tradeOffPanel,
  trendPanel,
  widthProfilePanel,
} from "netspace";

const errors = Array.from({ length: 32 }, (_, i) => 40 + ((i * 7) % 32));
const values = errors.map((_, i) => 1 + (i % 16));

test("grid() gives every panel its own axes, row by row from the top, without overlap", () => {
  const panel = edfPanel([{ name: "A", errors }]);
  const { layout, data } = grid([[panel, panel, panel], [panel]], { title: "two rows" });
  const domain = (axis: string) => (layout[axis] as { domain: [number, number] }).domain;
  assert.deepEqual(
    data.map(({ xaxis }) => xaxis),
    ["x", "x2", "x3", "x4"],
  );
  assert.ok(domain("xaxis")[1] < domain("xaxis2")[0] && domain("xaxis2")[1] < domain("xaxis3")[0]);
  assert.ok(domain("yaxis4")[1] < domain("yaxis")[0], "the second row is below the first");
  assert.deepEqual(domain("xaxis4"), [0, 1], "alone it has the row: no cell is empty");
  assert.throws(() => grid([]), { message: "grid: expected at least 1 panel, got 0 rows of none" });
});

test("a dark figure has the same data in other colours", () => {
  const light = row([bestValuePanel({ label: "depth (blocks)", values, errors })]);
  const dark = light.dark();
  assert.deepEqual(dark.data[0].x, light.data[0].x);
  assert.equal(dark.layout.paper_bgcolor, "#16181D");
  const shapes = dark.layout.shapes as { fillcolor?: string; line: { color?: string } }[];
  assert.equal(shapes[0].fillcolor, "rgba(79, 168, 224, 0.15)");
  assert.equal(shapes[1].line.color, "#E8E8E8");
  assert.doesNotMatch(JSON.stringify(dark.toJSON()), /#222222|#FFFFFF|#0072B2/);
});

test("a figure's JSON has plain numbers of six digits", () => {
  const { data } = row([
    { traces: [{ x: Float64Array.of(1 / 3), y: [2 / 3, null] }], xaxis: {}, yaxis: {} },
  ]).toJSON();
  assert.deepEqual([data[0].x, data[0].y], [[0.333333], [0.666667, null]]);
});

test("panels without data say so, with the axis titles they would have", () => {
  for (const panel of [
    edfPanel([{ name: "A", errors: [] }]),
    bestValuePanel({ label: "depth (blocks)", values: [], errors: [] }),
    randomSearchPanel([]),
    trendPanel({ labels: { x: "flops (GF)", y: "depth" } }),
    tradeOffPanel({ label: "flops (GF)", networks: [] }),
  ]) {
    assert.match(panel.notes![0].text, /^no (trained )?networks/);
    assert.ok((panel.xaxis.title as { text: string }).text.length > 0);
  }
  assert.equal(notePanel("nothing").notes![0].text, "nothing");
});

test("edfPanel() leaves out an empty population and keeps the others' colours", () => {
  const [A, B] = edfPanel([
    { name: "A", errors },
    { name: "B", errors },
  ]).traces;
  const [onlyB] = edfPanel([
    { name: "A", errors: [] },
    { name: "B", errors },
  ]).traces;
  assert.deepEqual(onlyB.line, B.line);
  assert.notDeepEqual(onlyB.line, A.line);
});

test("edfPanel() with weights draws the normalised EDF", () => {
  const { traces } = edfPanel([{ name: "A", errors: [10, 20, 90], weights: [1, 1, 2] }]);
  assert.deepEqual(traces[0].y, [0, 0.25, 0.5, 1]);
  assert.equal(traces[0].name, "[10.0 | 52.5] A (n = 3)");
});

test("randomSearchPanel() draws the mean of the best of m, falling, in a band that the least error bounds", () => {
  const [band, line] = randomSearchPanel([{ name: "A", errors }]).traces;
  assert.deepEqual(line.x, [1, 2, 4, 8, 16, 32]);
  const means = line.y as number[];
  assert.ok(means.every((mean, i) => i === 0 || mean < means[i - 1]));
  assert.ok(Math.abs(means[0] - errors.reduce((a, b) => a + b) / errors.length) < 1e-9);
  assert.ok(Math.min(...(band.y as number[])) >= 40);
  assert.equal(line.name, "A, ±1σ (n = 32)");
});

test("trendPanel() draws several regimes as bands and a single one as bars", () => {
  const labels = { x: "flops (GF)", y: "depth (blocks)" };
  const regimes = errors.map((_, i) => (i < 16 ? 0.2 : 0.4));
  const several = trendPanel({ labels, bands: parameterBands(regimes, values, errors), name: "here" });
  assert.deepEqual(
    several.traces.map(({ name, fill }) => [name, fill]),
    [
      ["here: all", "toself"],
      ["here: good", "toself"],
      ["here: best (n = 16)", undefined],
    ],
  );
  const one = trendPanel({
    labels,
    bands: parameterBands(
      errors.map(() => 0.2),
      values,
      errors,
    ),
  });
  assert.deepEqual(one.traces[0].x, [0.2, 0.2]);
});

test("small numbers stand in titles and at ticks as powers of ten", () => {
  const decays = values.map(value => 1e-6 * value ** 2);
  const { title, xaxis } = bestValuePanel({ label: "weight decay", values: decays, errors, log: "decades" });
  assert.match(title!, /^best (\d·)?10<sup>−\d<\/sup>, 95 % band /);
  const { tickvals, ticktext } = xaxis as { tickvals: number[]; ticktext: string[] };
  assert.equal(ticktext[tickvals.indexOf(1e-5)], "10<sup>−5</sup>");
  const rates = bestValuePanel({
    label: "learning rate",
    values: values.map(v => v / 16),
    errors,
    log: "decades",
  });
  assert.match(rates.title!, /^best 0\.\d+, /);
  assert.ok((rates.xaxis.ticktext as string[]).includes("0.2"));
});

test("minMeanPanel() leaves room for the words beside its bars", () => {
  const range = (name: string) =>
    minMeanPanel([{ name, range: [30, 32], group: "A" }]).xaxis.range as [number, number];
  const [short, long] = [range("A"), range("800MF, r ≤ 448 in all stages")];
  assert.ok(long[1] - long[0] > 1.5 * (short[1] - short[0]));
});

test("tradeOffPanel() has a line a family by rising cost, and rings the Pareto front", () => {
  const networks = [
    { name: "b", family: "X", cost: 2, error: 30 },
    { name: "a", family: "X", cost: 1, error: 35 },
    { name: "c", family: "Y", cost: 2, error: 33 },
  ];
  const [X, Y, front] = tradeOffPanel({ label: "flops (GF)", networks }).traces;
  assert.deepEqual([X.name, X.x, X.text], ["X (n = 2)", [1, 2], ["a", "b"]]);
  assert.deepEqual([Y.name, Y.x], ["Y (n = 1)", [2]]);
  assert.deepEqual([front.name, front.x], ["Pareto front", [1, 2]]);
  assert.equal(X.mode, "lines+markers");
  const [points] = tradeOffPanel({ label: "flops (GF)", networks, lines: false }).traces;
  assert.deepEqual([points.mode, points.x], ["markers", [1, 2]]);
});

test("minMeanPanel() has a bar a population, coloured by group", () => {
  const { traces } = minMeanPanel([
    { name: "400MF, A", range: [39, 49], group: "A" },
    { name: "400MF, E", range: [38.7, 42.7], group: "E" },
    { name: "800MF, A", range: [35.8, 44.5], group: "A" },
  ]);
  const [bars, means] = traces;
  assert.deepEqual(bars.x, [39, 49, null, 35.8, 44.5, null]);
  assert.deepEqual(
    [means.y, means.x],
    [
      [0, 2],
      [49, 44.5],
    ],
  );
  assert.equal((means.text as string[])[1].trim(), "800MF, A [35.8 | 44.5]");
});

test("nestedSpacesPanel() draws each space inside the one before, with its size", () => {
  const { shapes, notes } = nestedSpacesPanel([
    { name: "A", size: 1846757322198614016n },
    { name: "C", size: 316659348799488n },
  ]);
  const [A, C] = shapes as { x0: number; x1: number; y0: number; y1: number }[];
  assert.ok(A.x0 < C.x0 && C.x1 < A.x1 && C.y1 < A.y1 && C.y0 >= A.y0);
  assert.deepEqual(
    notes!.map(({ text }) => text),
    ["<b>A</b>  1.8·10<sup>18</sup>", "<b>C</b>  3.2·10<sup>14</sup>"],
  );
});

test("nestedSpacesPanel() takes spaces of any size from one setting on", () => {
  const text = (size: bigint) => nestedSpacesPanel([{ name: "A", size }]).notes![0].text;
  assert.equal(text(1n), "<b>A</b>  1.0·10<sup>0</sup>");
  assert.equal(text(10n ** 400n), "<b>A</b>  1.0·10<sup>400</sup>");
  const { shapes } = nestedSpacesPanel([
    { name: "A", size: 10n ** 400n },
    { name: "B", size: 1n },
  ]);
  for (const shape of shapes as { x0: number; y1: number }[]) assert.ok(shape.x0 < 0 && shape.y1 > -1);
  assert.throws(() => text(0n), {
    name: "RangeError",
    message: "nestedSpacesPanel: expected a space of at least 1 setting, got 0 for A",
  });
});

test("tradeOffPanel() refuses costs that a logarithmic axis has no place for, and names the network", () => {
  for (const cost of [0, -1, NaN, Infinity]) {
    const networks = [
      { name: "good", family: "X", cost: 1, error: 30 },
      { name: "bad", family: "X", cost, error: 30 },
    ];
    assert.throws(() => tradeOffPanel({ label: "flops", networks }), {
      name: "RangeError",
      message: `tradeOffPanel: expected costs above zero, got ${cost} for bad; leave such networks out`,
    });
  }
});

test("errors in fractions have decimals in legends and comparisons, and ticks of small numbers no prefix", () => {
  const fractions = errors.map(error => error / 200);
  assert.equal(edfPanel([{ name: "A", errors: fractions }]).traces[0].name, "[0.200 | 0.278] A (n = 32)");
  const compared = comparePopulations([
    { name: "A", errors: fractions },
    { name: "B", errors: fractions.map(error => error + 0.0001) },
  ]);
  const said = describePair(compared.pairs[0]);
  assert.match(said, /A minus B: mean −0\.000\d+ \[/);
  const same = comparePopulations([
    { name: "A", errors },
    { name: "B", errors: errors.map(error => error + 0.001) },
  ]);
  assert.doesNotMatch(describePair(same.pairs[0]), /[-−]0\.0+[ ,\]]/);
  const small = row([{ traces: [{ type: "scatter", x: [1e-5, 5e-5], y: [1, 2] }], xaxis: {}, yaxis: {} }]);
  assert.equal((small.layout.xaxis as { exponentformat?: string }).exponentformat, "power");
  assert.equal((small.layout.yaxis as { exponentformat?: string }).exponentformat, undefined);
});

test("names from data are no markup in any panel", () => {
  const name = '<b>a</b> <a href="javascript:f()">b</a> & $x$ %{x}';
  const stages = [{ depth: 2, width: 16 }];
  const labels = { x: "x", y: "y" };
  const trend = { name, x: [1, 2], y: [1, 2] };
  const panels = [
    edfPanel([{ name, errors }]),
    randomSearchPanel([{ name, errors }]),
    bestValuePanel({ label: "x", values, errors, name }),
    bestValuePanel({ label: "x", values: [], errors: [], name }),
    minMeanPanel([{ name, range: [1, 2], group: name }]),
    nestedSpacesPanel([{ name, size: 10n }]),
    tradeOffPanel({ label: "x", networks: [{ name, family: name, cost: 1, error: 2 }] }),
    trendPanel({ labels, name, trends: [trend], networks: [{ ...trend, names: [name, name] }] }),
    fitPanel({
      labels,
      x: [1, 2, 3],
      y: [1, 2, 4],
      names: [name, name, name],
      groups: [name, name, name],
      references: [{ name, predict: x => x }],
    }),
    widthProfilePanel([{ name, network: stages }]),
  ];
  for (const panel of panels) {
    const json = JSON.stringify(panel);
    assert.doesNotMatch(json, /<b>a|<a |\$x\$|<extra>[^"]*%\{x/);
    assert.match(json, /&lt;b&gt;a&lt;\/b&gt;|&lt;b&…|&lt;b&gt;/);
  }
});
