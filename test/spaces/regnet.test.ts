import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  complexity,
  type Dimension,
  isLean,
  logUniform,
  oneOf,
  quantisedWidths,
  R,
  RegNetX,
  RegNetX3Stages,
  RegNetX5Stages,
  RegNetXConstrained,
  RegNetXDepthwise,
  RegNetXFixedWm,
  RegNetXInverted,
  RegNetXNoBottleneck,
  RegNetXResolution,
  RegNetXTied,
  RegNetR,
  RegNetV,
  RegNetVR,
  RegNetY,
  type RegNetParameters,
  regNet,
  sample,
  stagesOf,
  V,
  VR,
  Y,
  zoo,
  zooNames,
} from "netspace";

const window = { flops: [360e6, 400e6] } as const;
const parametersOf = (space: typeof RegNetX, n = 40) =>
  sample(space, { n, seed: 3 }).map(s => s.architecture.parameters as unknown as RegNetParameters);

test("every RegNet remembers the six numbers it was drawn with, and they give it again", () => {
  for (const { architecture } of sample(RegNetX, { n: 100, seed: 1 })) {
    const parameters = architecture.parameters as unknown as RegNetParameters;
    assert.deepEqual(Object.keys(parameters), ["depth", "w0", "wa", "wm", "bottleneck", "groupWidth"]);
    assert.deepEqual(regNet(parameters), architecture);
  }
});

test("RegNetX keeps only settings with four stages and no power of w_m left out", () => {
  for (const parameters of parametersOf(RegNetX, 200)) {
    const { widths, levels } = quantisedWidths(parameters);
    assert.equal(levels, 4);
    assert.equal(stagesOf(widths).length, 4);
    assert.equal(new Set(widths).size, 4);
  }
});

test("RegNetX draws from the paper's ranges: d < 64, w0 and wa up to 256, 1.5 ≤ wm ≤ 3", () => {
  const { dimensions } = RegNetX.options;
  const range = ({ values }: Dimension) => [values[0], values.at(-1), values.length];
  assert.deepEqual(range(dimensions.depth), [1, 63, 63]);
  assert.deepEqual(range(dimensions.w0), [8, 256, 32]);
  assert.deepEqual(range(dimensions.wa), [8, 256, 2481]);
  assert.deepEqual(range(dimensions.wm), [1.5, 3, 1501]);
  assert.ok(dimensions.wa.values.includes(36.4) && dimensions.wm.values.includes(2.249), "exact decimals");
  const probabilities = new Set(dimensions.depth.probabilities);
  assert.equal(probabilities.size, 1, "depth is uniform");
});

test("about 0.24 % of RegNetX's settings lie in 360–400 MF, as in pycls", () => {
  let drawn = 0;
  sample(RegNetX, { n: 500, seed: 1, where: window, onProgress: progress => (drawn = progress.drawn) });
  const rate = 500 / drawn;
  // ±4 standard errors of a proportion counted to 500
  assert.ok(Math.abs(rate - 0.0024) < (4 * 0.0024) / Math.sqrt(500), `${rate}`);
});

test("sampled RegNets are counted as their built networks are", () => {
  for (const space of [RegNetX, RegNetY, RegNetR, RegNetV, RegNetVR, RegNetXInverted, RegNetXDepthwise]) {
    for (const { architecture, flops, params, acts } of sample(space, { n: 20, seed: 5, where: window })) {
      assert.deepEqual(complexity(build(architecture)), { flops, params, acts }, space.name);
    }
  }
});

test("each variation holds in all that is sampled from it", () => {
  assert.ok(parametersOf(RegNetXFixedWm).every(({ wm }) => wm === 2));
  assert.ok(parametersOf(RegNetXTied).every(({ w0, wa }) => w0 === wa));
  assert.ok(
    parametersOf(RegNetXInverted).every(({ bottleneck }) => [0.125, 0.25, 0.5, 1].includes(bottleneck)),
  );
  assert.ok(parametersOf(RegNetXInverted).some(({ bottleneck }) => bottleneck < 1));
  assert.ok(parametersOf(RegNetXDepthwise).every(({ groupWidth }) => groupWidth === 1));
  for (const [space, stages] of [
    [RegNetX3Stages, 3],
    [RegNetX5Stages, 5],
  ] as const) {
    for (const { architecture } of sample(space, { n: 20, seed: 1 })) {
      assert.equal(architecture.stages.length, stages);
    }
  }
});

test("constrained RegNetX has b = 1, d ≤ 40, wm ≥ 2, params < 3 + 5.5 f and acts < 6.5 √f (Figure 13)", () => {
  for (const { architecture, flops, params, acts } of sample(RegNetXConstrained, { n: 100, seed: 2 })) {
    const { bottleneck, depth, wm } = architecture.parameters!;
    assert.ok(bottleneck === 1 && depth <= 40 && wm >= 2);
    assert.ok(params / 1e6 < 3 + 5.5 * (flops / 1e9) && acts / 1e6 < 6.5 * Math.sqrt(flops / 1e9));
  }
  const free = sample(RegNetX, { n: 100, seed: 2 });
  assert.ok(free.some(candidate => !isLean(candidate)));
});

test("the spaces of Figure 14 keep constrained RegNetX's constraints but for what each varies", () => {
  // The figure's base prints Figure 13's numbers for constrained RegNetX at 400 MF, [30.7, 32.6].
  assert.deepEqual(
    sample(RegNetXNoBottleneck, { n: 20, seed: 2, where: window }),
    sample(RegNetXConstrained, { n: 20, seed: 2, where: window }),
  );
  for (const space of [RegNetXInverted, RegNetXDepthwise, RegNetXResolution]) {
    for (const candidate of sample(space, { n: 30, seed: 2, where: window })) {
      const { bottleneck, depth, wm } = candidate.architecture.parameters!;
      assert.ok(depth <= 40 && wm >= 2 && isLean(candidate), space.name);
      if (space !== RegNetXInverted) assert.equal(bottleneck, 1);
    }
  }
  assert.ok(parametersOf(RegNetV).some(({ depth, wm }) => depth > 40 || wm < 2));
});

test("the published RegNets satisfy the constraints of Figure 13, RegNetY-6.4GF to 0.2 %", () => {
  const published = zooNames().filter(name => name.startsWith("RegNet"));
  assert.equal(published.length, 24);
  // RegNetY-6.4GF has 16.407 M activations at 6.355 GF, and 6.5 √6.355 = 16.386; at the printed 6.4 GF it fits.
  const over = published.filter(name => !isLean({ ...zoo(name), ...zoo(name).exact! }));
  assert.deepEqual(over, ["RegNetY-6.4GF"]);
  const { flops, acts } = zoo("RegNetY-6.4GF").exact!;
  assert.ok(acts / (6.5e6 * Math.sqrt(flops / 1e9)) < 1.002);
});

test("a space that draws the resolution counts at it, unless another is asked for", () => {
  const drawn = sample(RegNetXResolution, { n: 30, seed: 1, where: window });
  assert.ok(new Set(drawn.map(s => s.architecture.resolution)).size > 3);
  for (const { architecture, flops } of drawn) {
    assert.ok(architecture.resolution! <= 448 && architecture.resolution! % 32 === 0);
    assert.equal(complexity(build(architecture), architecture.resolution).flops, flops);
  }
  const [fixed] = sample(RegNetXResolution, { n: 1, seed: 1, resolution: 64 });
  assert.equal(complexity(build(fixed.architecture), 64).flops, fixed.flops);
});

test("RegNet spaces exist for the blocks Y, R, V and VR", () => {
  const block = (space: typeof RegNetX) => sample(space, { n: 1, seed: 1 })[0].architecture.block;
  assert.deepEqual([RegNetY, RegNetR, RegNetV, RegNetVR].map(block), [Y, R, V, VR]);
});

test("refining a RegNet space leaves it as it was, and refinements compose in any order", () => {
  const before = [RegNetX.size, RegNetX.dimensions.join()];
  const one = RegNetX.tieWidths()
    .fix("bottleneck", 1)
    .withDimension("wm", logUniform(2, 3, 0.5));
  const other = RegNetX.withDimension("wm", oneOf([2, 2.5, 3]))
    .fix("bottleneck", 1)
    .tieWidths();
  assert.equal(one.size, other.size);
  assert.deepEqual(one.dimensions, ["d", "w0", "wm", "g"]);
  assert.deepEqual([RegNetX.size, RegNetX.dimensions.join()], before);
});

test("a RegNet space refuses parameters and numbers of stages that do not exist", () => {
  assert.throws(
    () => RegNetX.fix("slope" as "wa", 1),
    /RegNetX\.withDimension: unknown parameter "slope"; known/,
  );
  assert.throws(() => RegNetX.withStages(0), /stages must be a positive integer, got 0/);
});

test("a RegNet space refuses values that no network can have, when it is made", () => {
  assert.throws(
    () => RegNetX.fix("bottleneck", 0.3),
    /RegNetX: every value of bottleneck must be a number ≥ 1, or below 1 one over an integer .*, got 0\.3; give/,
  );
  assert.throws(() => RegNetX.fix("wm", 1), /every value of wm must be a number above 1, got 1/);
  assert.throws(() => RegNetX.fix("w0", 1), /every value of w0 must be a number ≥ 8, got 1/);
  assert.throws(() => RegNetX.fix("resolution", 0.5), /every value of resolution must be .*, got 0\.5/);
});
