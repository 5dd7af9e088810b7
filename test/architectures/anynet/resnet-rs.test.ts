/** ResNet-RS (Bello et al., NeurIPS 2021) as AnyNets of RS blocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  build,
  complexity,
  countArchitecture,
  inferShapes,
  RS,
  sample,
  AnyNetXA,
  zoo,
} from "netspace";
import { residualNorms } from "../../../src/networks/residual-norms.js";

/**
 * Params, multiply-adds and activations, counted by an independent script over layer shapes; the params are timm 1.0.29's
 * (resnetrs50 to resnetrs420), and the multiply-adds half of the paper's FLOPs, which it counts twice.
 */
const published: readonly [
  depth: number,
  pixels: number,
  params: number,
  macs: number,
  bias: number,
  acts?: number,
][] = [
  [50, 160, 35_691_912, 2_278_629_376, 19_880, 6_202_280],
  [101, 160, 63_618_696, 4_181_532_672, 41_640],
  [101, 192, 63_618_696, 6_012_157_952, 41_640, 12_704_424],
  [152, 192, 86_621_576, 8_746_844_160, 60_840, 17_368_488],
  [152, 224, 86_621_576, 11_895_185_408, 60_840],
  [152, 256, 86_621_576, 15_527_886_848, 60_840],
];

for (const [depth, pixels, params, macs, bias, acts] of published) {
  test(`ResNet-RS-${depth} at ${pixels} is counted to the integer, by its layers and without them`, () => {
    const { architecture } = zoo(`ResNet-RS-${depth}`);
    const cost = countArchitecture(architecture, pixels);
    assert.deepEqual([cost.params, cost.flops], [params, macs + bias]);
    if (acts !== undefined) assert.equal(cost.acts, acts);
    assert.deepEqual(complexity(build(architecture), pixels), cost);
  });
}

test("the deeper ones have timm's params, and half of the FLOPs that are printed of them", () => {
  // Params: timm 1.0.29; multiply-adds in billions, to the digits at hand.
  for (const [depth, pixels, params, macs] of [
    [200, 256, 93_209_992, "20.09"],
    [270, 256, 129_861_448, "26.95"],
    [350, 256, 163_956_168, "34.38"],
    [350, 320, 163_956_168, "53.68"],
    [420, 320, 191_891_656, "63.94"],
  ] as const) {
    const { architecture } = zoo(`ResNet-RS-${depth}`);
    const cost = countArchitecture(architecture, pixels);
    assert.deepEqual([cost.params, (cost.flops / 1e9).toFixed(2)], [params, macs]);
  }
  const pixels = [50, 101, 152, 200, 270, 350, 420].map(depth => zoo(`ResNet-RS-${depth}`).resolution);
  assert.deepEqual(pixels, [160, 192, 192, 256, 256, 256, 320]);
});

const stages = [
  { depth: 2, width: 32, bottleneck: 4, groupWidth: 8, stride: 1 },
  { depth: 2, width: 64, bottleneck: 4, groupWidth: 16, stride: 2 },
];

test("an RS block excites behind its last normalisation, and averages before its projection where it has a stride", () => {
  const network = build(anyNet(stages, { block: RS, stem: { kind: "resnet-rs", width: 16 }, classes: 10 }));
  const names = network.layers
    .filter(({ op }) => op !== "batchnorm" && op !== "relu")
    .map(({ name }) => name);
  assert.deepEqual(names.slice(0, 4), ["stem.conv1", "stem.conv2", "stem.conv3", "stem.conv4"]);
  const block = (place: string) =>
    names.filter(name => name.startsWith(place)).map(name => name.slice(place.length));
  const gate = ["se_pool", "se_conv1", "se_conv2", "se_gate", "se_scale"];
  const branch = ["conv1", "conv2", "conv3", ...gate];
  assert.deepEqual(block("s1.b1."), [...branch, "conv_shortcut", "add"]);
  assert.deepEqual(block("s1.b2."), [...branch, "add"]);
  assert.deepEqual(block("s2.b1."), [...branch, "pool_shortcut", "conv_shortcut", "add"]);
  const shapes = inferShapes(network, 30);
  // Stem: 30 → 15 → 8; the stride of an odd size rounds up on both paths.
  assert.deepEqual(shapes.get("s1.b1.add"), { channels: 32, height: 8, width: 8 });
  assert.deepEqual(inferShapes(network, 26).get("s2.b1.pool_shortcut"), {
    channels: 32,
    height: 4,
    width: 4,
  });
  assert.deepEqual(
    network.layers.find(({ name }) => name === "s1.b1.se_conv1"),
    {
      op: "conv",
      name: "s1.b1.se_conv1",
      inputs: ["s1.b1.se_pool"],
      in: 32,
      out: 8,
      kernel: 1,
      stride: 1,
      groups: 1,
      bias: true,
    },
  );
});

test("the last normalisation of an RS block is what begins at zero, though its gate follows", () => {
  const network = build(anyNet(stages, { block: RS, classes: 10 }));
  assert.deepEqual(residualNorms(network), ["s1.b1.bn3", "s1.b2.bn3", "s2.b1.bn3", "s2.b2.bn3"]);
});

test("any AnyNet space may have RS blocks and their stem, counted as they are built on any size of image", () => {
  const space = AnyNetXA.with({ block: RS, stem: { kind: "resnet-rs", width: 24 } });
  for (const { architecture } of sample(space, { n: 20, seed: 4, resolution: 32 })) {
    for (const resolution of [1, 9, 32, 61]) {
      assert.deepEqual(
        countArchitecture(architecture, resolution),
        complexity(build(architecture), resolution),
      );
    }
  }
});
