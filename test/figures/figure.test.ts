import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestValuePanel,
  blockDiagrams,
  blocks,
  build,
  edfPanel,
  Figure,
  type PlotlyObject,
  row,
  structureDiagram,
  zoo,
} from "netspace";
import sharp from "sharp";

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

test("a picture that is too large, or has no pixels, is refused with what would do", async () => {
  const large = new Figure([], { width: 40_000, height: 40_000 });
  await assert.rejects(large.toPng(1), {
    name: "RangeError",
    message:
      "toPng: expected a picture of at most 100 million pixels, got 40000 × 40000 at scale 1; give a scale of 0.25 at most",
  });
  for (const scale of [0, -1, NaN, Infinity]) {
    await assert.rejects(figure.toPng(scale), {
      name: "RangeError",
      message: /^toPng: expected a size of at least 1 × 1/,
    });
  }
  const diagram = blockDiagrams([blocks.X], { width: 16, bottleneck: 1, groupWidth: 8 });
  assert.throws(
    () => diagram.toPng(1000),
    /^RangeError: toPng: expected a picture of at most 100 million pixels/,
  );
});

test("thousands of markers are where Plotly itself would draw them", async () => {
  const n = 3000;
  const x = Array.from({ length: n }, (_, i) => 10 ** (((i * 7919) % n) ** 0.1));
  const y = x.map((_, i) => (i === 5 ? null : ((i * 104729) % n) / n));
  const marker = { size: 5, symbol: "square", color: "rgba(0, 114, 178, 0.35)" };
  const panel = (traces: readonly PlotlyObject[]) => row([{ traces, xaxis: { type: "log" }, yaxis: {} }]);
  const trace = { type: "scatter", mode: "markers", x, y };
  const [at, each] = [
    await panel([{ ...trace, marker }]).toPng(1),
    // A symbol for each marker is Plotly's to draw.
    await panel([{ ...trace, marker: { ...marker, symbol: x.map(() => "square") } }]).toPng(1),
  ];
  const [a, b] = await Promise.all([at, each].map(png => sharp(png).raw().toBuffer()));
  assert.equal(a.length, b.length);
  const different = a.filter((value, i) => Math.abs(value - b[i]) > 32).length;
  assert.ok(different < a.length / 500, `${different} of ${a.length} differ`);
});

test("arrows of annotations and characters of either font have their place in a picture", async () => {
  const annotations = [{ x: 1, y: 1, text: "≥ wₐ", ax: 40, ay: -30 }];
  const arrows = new Figure([{ type: "scatter", x: [0, 1], y: [0, 1] }], {
    width: 300,
    height: 200,
    annotations,
  });
  assert.equal((await arrows.toPng(1)).toString("latin1", 1, 4), "PNG");
});

test("figures and diagrams show themselves dark where NETSPACE_THEME says so", async () => {
  const shown = async (value: object) =>
    (await (value as Record<symbol, () => unknown>)[Symbol.for("Jupyter.display")]()) as Record<
      string,
      object
    >;
  const drawn = row([edfPanel([{ name: "A", errors: [10, 20] }])]);
  const diagram = structureDiagram(build(zoo("RegNetX-200MF").architecture));
  const ground = async () => {
    const { layout } = (await shown(drawn))["application/vnd.plotly.v1+json"] as {
      layout: { paper_bgcolor: string };
    };
    return layout.paper_bgcolor;
  };
  const before = process.env.NETSPACE_THEME;
  try {
    delete process.env.NETSPACE_THEME;
    assert.equal(await ground(), drawn.layout.paper_bgcolor);
    // With rules for a dark page around it.
    const svg = (await shown(diagram))["image/svg+xml"] as unknown as string;
    assert.equal(svg.replace(/<style>.*?<\/style>/, ""), diagram.svg);
    assert.match(svg, /<style>\[data-jp-theme-light="false"\] \.netspace \[fill="#222222"\]\{fill:#E8E8E8\}/);
    process.env.NETSPACE_THEME = "dark";
    assert.equal(await ground(), drawn.dark().layout.paper_bgcolor);
    assert.equal((await shown(diagram))["image/svg+xml"], diagram.dark().svg as unknown as object);
  } finally {
    if (before === undefined) delete process.env.NETSPACE_THEME;
    else process.env.NETSPACE_THEME = before;
  }
});
