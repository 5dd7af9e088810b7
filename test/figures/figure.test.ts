import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValuePanel, edfPanel, Figure, row } from "netspace";

const errors = [39, 41.5, 44, 52, 61];
const depths = [20, 16, 24, 8, 40];
const figure = row([
  edfPanel([{ name: "AnyNetX", errors }]),
  bestValuePanel({ label: "network depth (blocks)", values: depths, errors }),
]);

test("edfPanel() draws F(e) as steps and writes the paper's legend", () => {
  const [trace] = edfPanel([{ name: "AnyNetX", errors }]).traces;
  assert.equal(trace.name, "[39.0 | 47.5] AnyNetX (n = 5)");
  assert.deepEqual(trace.x, [39, 39, 41.5, 44, 52, 61]);
  assert.deepEqual(trace.y, [0, 0.2, 0.4, 0.6, 0.8, 1]);
});

test("row() gives each panel axes of its own, with titles", () => {
  const { layout, data } = figure;
  const title = (axis: string) => (layout[axis] as { title: { text: string } }).title.text;
  assert.deepEqual(["xaxis", "yaxis", "xaxis2", "yaxis2"].map(title), [
    "error (%)",
    "cumulative probability",
    "network depth (blocks)",
    "error (%)",
  ]);
  assert.deepEqual(
    data.map(trace => trace.xaxis),
    ["x", "x2"],
  );
});

test("a figure shows itself as a live Plotly figure and as a picture of the same size", async () => {
  const show = (figure as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
    Symbol.for("Jupyter.display")
  ];
  const bundle = await show.call(figure);
  assert.deepEqual(Object.keys(bundle), ["application/vnd.plotly.v1+json", "image/png"]);
  const png = Buffer.from(bundle["image/png"], "base64");
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  const { width, height } = figure.layout;
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
});

test("toPng() draws at the scale asked for", async () => {
  const png = await figure.toPng(3);
  assert.equal(png.readUInt32BE(16), 3 * figure.layout.width);
});

test("a figure that Plotly refuses is shown without a picture, and says why", async () => {
  const circular: Record<string, unknown> = { type: "scatter", x: [1], y: () => 1 };
  const odd = new Figure([circular], { width: 100, height: 100 });
  const show = (odd as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
    Symbol.for("Jupyter.display")
  ];
  const bundle = await show.call(odd);
  assert.match(bundle["text/plain"], /no static picture: /);
});
