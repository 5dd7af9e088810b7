/** Panels of tables: heat maps, histograms, scatter, parallel coordinates. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  heatMapPanel,
  histogramPanel,
  parallelPanel,
  row,
  scatterPanel,
  shippedPopulation,
  spearman,
  tableOf,
} from "netspace";

const labels = { x: "x", y: "y" };
const table = tableOf({ name: ["a", "b"], one: [1, Number.NaN], two: [3, 5] });

test("a heat map has a cell for each value, darker where it is greater, with its number", () => {
  const { shapes = [], traces, xaxis, yaxis } = heatMapPanel(table, { labels, title: "t" });
  assert.equal(shapes.length, 3);
  const opacity = shapes.map(({ fillcolor }) => Number(/([\d.]+)\)$/.exec(fillcolor as string)![1]));
  assert.ok(opacity[0] < opacity[1] && opacity[1] < opacity[2]);
  assert.deepEqual(traces.flatMap(({ text }) => text as string[]).sort(), ["1", "3", "5"]);
  assert.deepEqual(
    [xaxis.ticktext, yaxis.ticktext],
    [
      ["one", "two"],
      ["a", "b"],
    ],
  );
  const top = heatMapPanel(table, { labels, fromTop: true, range: [0, 10], decimals: 1 });
  assert.deepEqual(top.yaxis.range, [1.5, -0.5]);
  assert.deepEqual(top.traces.flatMap(({ text }) => text as string[]).sort(), ["1.0", "3.0", "5.0"]);
});

test("a histogram counts each value once, as shares of its group", async () => {
  const { errors } = await shippedPopulation("AnyNetXA");
  const { traces } = histogramPanel([{ name: "A", values: errors }], { label: "error (%)", bins: 20 });
  const shares = (traces[0].y as number[]).slice(1, 21);
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
  // np.histogram([1, 2, 2.5, 4, 5], bins=4)[0]: [1, 2, 0, 2]
  const some = histogramPanel([{ name: "s", values: [1, 2, 2.5, 4, 5, Number.NaN] }], {
    label: "v",
    bins: 4,
  });
  assert.deepEqual((some.traces[0].y as number[]).slice(1, 5), [0.2, 0.4, 0, 0.4]);
  assert.match(some.traces[0].name as string, /n = 5/);
});

test("a scatter says Spearman's ρ, and puts a column's numbers into classes", async () => {
  const population = await shippedPopulation("AnyNetXE");
  const panel = scatterPanel(population, { x: "depth", y: "error", colour: "w1", log: { x: true } });
  const { value } = spearman(population.column("depth"), population.errors);
  assert.equal(panel.title, `Spearman’s ρ = ${value.toFixed(2).replace("-", "−")} (n = 128)`);
  assert.equal(
    panel.traces.reduce((sum, { x }) => sum + (x as number[]).length, 0),
    128,
  );
  assert.ok(panel.traces.length > 1 && panel.traces.length <= 5);
});

test("a value that most rows have is a class, and the others are shared among the rest", () => {
  const z = Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : i));
  const { traces } = scatterPanel(tableOf({ x: z.map((_, i) => i), y: z.map((_, i) => i), z }), {
    x: "x",
    y: "y",
    colour: "z",
  });
  assert.deepEqual(
    traces.map(({ x }) => (x as number[]).length),
    [90, 2, 2, 3, 3],
  );
  // The most frequent last.
  const { traces: last } = scatterPanel(
    tableOf({ x: z.map((_, i) => i), y: z.map((_, i) => i), z: z.map(value => -value) }),
    { x: "x", y: "y", colour: "z" },
  );
  assert.equal(
    last.reduce((sum, { x }) => sum + (x as number[]).length, 0),
    100,
  );
  assert.ok(last.length > 1);
});

test("groups that are called as what every object has keep their names in the dark", () => {
  const z = ["constructor", "toString", "__proto__"];
  const panel = scatterPanel(tableOf({ x: [1, 2, 3], y: [1, 2, 3], z }), { x: "x", y: "y", colour: "z" });
  const names = (figure: ReturnType<typeof row>) => figure.data.map(({ name }) => name);
  assert.deepEqual(names(row([panel]).dark()), names(row([panel])));
  assert.deepEqual(
    names(row([panel])).map(name => typeof name),
    ["string", "string", "string"],
  );
});

test("parallel coordinates put the best in front, a line for each row", async () => {
  const population = await shippedPopulation("AnyNetXE");
  const { traces } = parallelPanel(population, { columns: ["d1", "w1", "error"], by: "error", share: 0.25 });
  assert.deepEqual(
    traces.map(({ y }) => (y as unknown[]).length / 4),
    [96, 32],
  );
  const [least] = (traces[1].y as number[]).slice(2, 3);
  assert.equal(least, 0, "the first line is of the lowest error");
});

test("panels of tables are drawn, light and dark, and as SVG", async () => {
  const figure = row([heatMapPanel(table, { labels }), scatterPanel(table, { x: "one", y: "two" })]);
  const svg = await figure.toSvg();
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.ok(svg.endsWith("</svg>") && svg.includes(">two</text>"), "texts stay texts");
  assert.ok((await figure.dark().toPng(1)).length > 2000);
});

test("panels of what is no such table say so", () => {
  const misuse: [() => unknown, RegExp][] = [
    [() => heatMapPanel({} as never, { labels }), /heatMapPanel: expected a table, got {}/],
    [
      () => heatMapPanel(tableOf({ a: [1] }), { labels }),
      /one of numbers or more, got 1 columns; pivot\(\) makes/,
    ],
    [
      () => heatMapPanel(tableOf({ a: [1], b: ["x"] }), { labels }),
      /column of numbers as a column of cells, got "b"/,
    ],
    [
      () => heatMapPanel(table, { labels, range: [3, 1] }),
      /range as \[low, high\] with low < high, got \[3, 1\]/,
    ],
    [
      () => histogramPanel([{ name: "a", values: [0, 1] }], { label: "v", log: true }),
      /above 0 on a logarithmic axis, got 0/,
    ],
    [
      () => histogramPanel([{ name: "a", values: [1] }], { label: "v", bins: 0 }),
      /bins as a whole number from 1 to 1000/,
    ],
    [
      () => scatterPanel(table, { x: "one", y: "eror" }),
      /column's name as y, got "eror"; known are name, one, two/,
    ],
    [() => parallelPanel(table, { columns: ["one"], by: "two" }), /from 2 to 30 columns, got 1/],
    [
      () => parallelPanel(table, { columns: ["one", "two"], by: "two", share: 2 }),
      /share in \(0, 1\], got 2/,
    ],
  ];
  for (const [call, message] of misuse) assert.throws(call, message);
});

test("text from data is no markup in panels", () => {
  const hostile = tableOf({ "<b>k</b>": ["<i>r</i>"], "<a href=x>": [1] });
  const { xaxis, yaxis } = heatMapPanel(hostile, { labels: { x: "<s>", y: "y" } });
  assert.doesNotMatch(JSON.stringify([xaxis, yaxis]), /<(b|i|a|s)\b/);
});
