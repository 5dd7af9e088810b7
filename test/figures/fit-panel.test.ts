import assert from "node:assert/strict";
import { test } from "node:test";
import { Figure, fitPanel, row } from "netspace";

const flops = [0.2, 0.4, 0.8, 1.6, 3.2];
const acts = flops.map(f => 6.5 * Math.sqrt(f));
const labels = { x: "flops (GF)", y: "activations (M)" };
const title = (axis: Readonly<Record<string, unknown>>) => (axis.title as { text: string }).text;

test("fitPanel() writes r under the axis and the curve with its numbers into the legend, and draws it through the points", () => {
  const { traces, xaxis } = fitPanel({ labels, x: flops, y: acts, curve: "a√x" });
  assert.match(title(xaxis), /^flops \(GF\)<br>r = 0\.\d{3}$/);
  const [points, curve] = traces;
  assert.equal(curve.name, "fit: y ≈ 6.5√x");
  assert.deepEqual([points.x, points.y], [flops, acts]);
  const [x, y] = [curve.x as number[], curve.y as number[]];
  assert.deepEqual([x[0], x.at(-1)], [0.2, 3.2]);
  assert.ok(Math.abs(y[30] - 6.5 * Math.sqrt(x[30])) < 1e-9);
});

test("fitPanel() on logarithmic axes gives the r of the logarithms, and a power law with its exponent", () => {
  const { xaxis, yaxis, traces } = fitPanel({ labels, x: flops, y: acts, curve: "ax^b", log: true });
  assert.equal(title(xaxis), "flops (GF)<br>r = 1.000");
  assert.equal(traces[1].name, "fit: y ≈ 6.5 x<sup>0.5</sup>");
  assert.deepEqual([xaxis.type, yaxis.type], ["log", "log"]);
});

test("fitPanel() gives each group a colour and a name, and no legend without groups", () => {
  const grouped = fitPanel({ labels, x: flops, y: acts, groups: ["X", "Y", "X", "Y", "Y"] });
  assert.deepEqual(
    grouped.traces.map(trace => [trace.name, (trace.x as number[]).length]),
    [
      ["X (n = 2)", 2],
      ["Y (n = 3)", 3],
    ],
  );
  assert.ok(grouped.legend);
  assert.equal(fitPanel({ labels, x: flops, y: acts }).legend, undefined);
});

test("fitPanel() fits the groups asked for alone, and draws published curves dashed beside them", () => {
  const outlier = { x: [...flops, 1], y: [...acts, 40] };
  const { traces } = fitPanel({
    labels,
    ...outlier,
    groups: [...flops.map(() => "RegNet"), "ResNet"],
    fitted: ["RegNet"],
    curve: "a√x",
    references: [{ name: "paper: 6.5√f", predict: f => 6.5 * Math.sqrt(f) }],
  });
  assert.equal(traces.at(-2)!.name, "fit: y ≈ 6.5√x");
  const reference = traces.at(-1)!;
  assert.deepEqual([reference.name, (reference.line as { dash: string }).dash], ["paper: 6.5√f", "dash"]);
});

test("fitPanel() without labels says what they are", () => {
  for (const given of [undefined, "x", 5]) {
    assert.throws(
      () => fitPanel({ labels: given as never, x: [1, 2], y: [1, 2] }),
      /^RangeError: fitPanel: expected what both axes show, such as labels: \{ x: "flops \(GF\)"/,
    );
  }
});

test("a figure of fit panels has a picture", async () => {
  const figure = row([fitPanel({ labels, x: flops, y: acts, curve: "ax^b", log: true })]);
  assert.ok(figure instanceof Figure);
  assert.equal((await figure.toPng(1)).toString("latin1", 1, 4), "PNG");
});
