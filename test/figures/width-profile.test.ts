import assert from "node:assert/strict";
import { test } from "node:test";
import { row, widthProfilePanel, zoo } from "netspace";

const stages = [
  { depth: 2, width: 64 },
  { depth: 4, width: 128 },
  { depth: 5, width: 272 },
  { depth: 5, width: 704 },
]; // Figure 8, top right: error 38.7, fit wa 30, w0 80, wm 1.9

test("widthProfilePanel() draws the width of every block, the line dotted and its quantisation dashed", () => {
  const { traces, yaxis } = widthProfilePanel([{ network: stages, line: { w0: 80, wa: 30, wm: 1.9 } }]);
  const [observed, line, quantised] = traces as { y: number[]; line: { dash?: string } }[];
  assert.deepEqual(
    observed.y,
    [64, 64, 128, 128, 128, 128, 272, 272, 272, 272, 272, 704, 704, 704, 704, 704],
  );
  assert.deepEqual([line.line.dash, quantised.line.dash], ["dot", "dash"]);
  assert.deepEqual([line.y[0], line.y[15]], [80, 80 + 15 * 30]);
  assert.ok(Math.abs(quantised.y[15] - 80 * 1.9 ** 3) < 1e-9);
  assert.equal(yaxis.type, "log");
});

test("widthProfilePanel() fits the line, or takes a RegNet's own, and says which in the legend", () => {
  const name = (line: "fit" | "own", network: Parameters<typeof widthProfilePanel>[0][0]["network"]) =>
    widthProfilePanel([{ network, line }]).traces[0].name;
  assert.equal(
    name("fit", stages),
    "d [2, 4, 5, 5], w [64, 128, 272, 704]: w<sub>0</sub> 80, w<sub>a</sub> 30, w<sub>m</sub> 1.9",
  );
  const { architecture } = zoo("RegNetX-200MF");
  assert.equal(
    name("own", architecture),
    "RegNetX-200MF: w<sub>0</sub> 24, w<sub>a</sub> 36.44, w<sub>m</sub> 2.49",
  );
  assert.throws(
    () => name("own", zoo("ResNet-50").architecture),
    /line "own" needs a network with parameters/,
  );
});

test("width profiles stand side by side as a figure", async () => {
  const panel = widthProfilePanel([{ network: zoo("RegNetX-3.2GF").architecture, line: "own" }]);
  const png = await row([panel, panel]).toPng(1);
  assert.equal(png.toString("latin1", 1, 4), "PNG");
});
