import assert from "node:assert/strict";
import { test } from "node:test";
import { edfPanel, row, trainingFigure } from "netspace";
import { liveSvg } from "../../src/figures/rendering/live-svg.js";

const errors = [30, 40, 50, 60];
const figure = row([edfPanel([{ name: "A < B", errors }])], { title: "two<br>lines" });
const epoch = { trainLoss: 2, trainError: 80, testError: 70, learningRate: 0.1, seconds: 1 };
const curves = { title: "net", subtitle: "epoch 2 of 4", totalEpochs: 4, stepsPerEpoch: 2 };

test("a live picture has the figure's size, its panels in the figure's places, its titles and its legend", () => {
  const svg = liveSvg(figure);
  const { width, height, margin } = figure.layout as unknown as {
    width: number;
    height: number;
    margin: Record<"l" | "r" | "t" | "b", number>;
  };
  assert.match(svg, new RegExp(`^<svg [^>]*width="${width}" height="${height}"`));
  const frame = `<rect x="${margin.l}" y="${margin.t}" width="${width - margin.l - margin.r}" height="${height - margin.t - margin.b}" fill="none"`;
  assert.ok(svg.includes(frame), frame);
  for (const words of [
    "two",
    "lines",
    "error (%)",
    "cumulative probability",
    "[30.0 | 45.0] A &lt; B (n = 4)",
  ]) {
    assert.ok(svg.includes(`>${words}</text>`), words);
  }
});

test("steps go across before they go up, over the whole range of the axis", () => {
  const path = /<path d="M([\d.]+) ([\d.]+)((?:H[\d.]+V[\d.]+)+)" fill="none" stroke="#0072B2"/.exec(
    liveSvg(figure),
  );
  assert.ok(path, "a path of steps");
  const heights = [...path[3].matchAll(/V([\d.]+)/g)].map(match => Number(match[1]));
  assert.equal(heights.length, errors.length);
  // From probability 0 up by a quarter each.
  const rises = [Number(path[2]), ...heights].map((y, i, all) => (i === 0 ? 0 : all[i - 1] - y)).slice(1);
  for (const rise of rises) assert.ok(rise > 0 && Math.abs(rise - rises[0]) <= 0.2, `${rises}`);
});

test("a training's picture has both panels before anything is known, and leaves out a loss that diverged", () => {
  const before = liveSvg(trainingFigure({ ...curves, losses: [], epochs: [] }));
  assert.equal([...before.matchAll(/>epoch<\/text>/g)].length, 2);
  assert.doesNotMatch(before, /NaN|Infinity|>training</);
  const diverged = { ...curves, losses: [2.3, 2.2, Number.NaN, Infinity], epochs: [{ ...epoch, epoch: 1 }] };
  const after = liveSvg(trainingFigure(diverged));
  assert.doesNotMatch(after, /NaN|Infinity/);
  assert.match(after, />training<\/text>.*>test<\/text>/);
});
