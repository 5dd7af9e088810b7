import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  type Architecture,
  Basic,
  type Block,
  blocks,
  build,
  complexity,
  countArchitecture,
  inferShapes,
  LinearBottleneck,
  R,
  V,
  VR,
  X,
  Y,
  zoo,
} from "netspace";

/** Stages of equal stride 2 after the first, for blocks without groups. */
const stages = (depths: number[], widths: number[], bottleneck = 1) =>
  depths.map((depth, i) => ({ depth, width: widths[i], bottleneck, groupWidth: 1, stride: i === 0 ? 1 : 2 }));

const cifar = (block: Block, depths: number[]): Architecture => ({
  block,
  stem: { kind: "cifar", width: 16 },
  stages: stages(depths, [16, 32, 64]),
  classes: 10,
});
const imagenet = (block: Block, depths: number[], widths: number[], bottleneck = 1): Architecture => ({
  block,
  stem: { kind: "resnet", width: 64 },
  stages: stages(depths, widths, bottleneck),
});

test("Basic blocks behind the CIFAR stem are ResNet-56 and ResNet-110, to the integer", () => {
  // pycls, dev/model_complexity.json: configs/archive/cifar/resnet/R-56_nds_1gpu.yaml and R-110.
  assert.deepEqual(countArchitecture(cifar(Basic, [9, 9, 9]), 32), {
    flops: 125_747_850,
    params: 855_770,
    acts: 544_778,
  });
  assert.deepEqual(countArchitecture(cifar(Basic, [18, 18, 18]), 32), {
    flops: 253_149_834,
    params: 1_730_714,
    acts: 1_060_874,
  });
});

test("V blocks, twice as many, are pycls's V-56 without residuals, to the integer", () => {
  // pycls, dev/model_complexity.json: configs/archive/cifar/anynet/V-56_nds_1gpu.yaml. Its vanilla block has two
  // convolutions, the paper's V has one, so 9 of the former are 18 of the latter.
  const expected = { flops: 125_485_706, params: 853_018, acts: 532_490 };
  assert.deepEqual(countArchitecture(cifar(V, [18, 18, 18]), 32), expected);
});

test("Basic blocks behind ResNet's stem are ResNet-18 and ResNet-34", () => {
  // num_params of torchvision's resnet18 and resnet34 (pytorch.org/vision, ResNet18_Weights, ResNet34_Weights).
  const widths = [64, 128, 256, 512];
  assert.equal(countArchitecture(imagenet(Basic, [2, 2, 2, 2], widths)).params, 11_689_512);
  assert.equal(countArchitecture(imagenet(Basic, [3, 4, 6, 3], widths)).params, 21_797_672);
});

test("R blocks are ResNet's bottleneck: they give ResNet-50 without naming a group width", () => {
  const resnet50 = imagenet(R, [3, 4, 6, 3], [256, 512, 1024, 2048], 4);
  assert.deepEqual(countArchitecture(resnet50), zoo("ResNet-50").exact);
});

test("LinearBottleneck blocks are MobileNetV2", () => {
  const settings = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ]; // expansion, width, depth, stride: Sandler et al., Table 2
  const mobilenet: Architecture = {
    block: LinearBottleneck,
    stem: { kind: "simple", width: 32 },
    stages: settings.map(([expansion, width, depth, stride]) => ({
      depth,
      width,
      bottleneck: 1 / expansion,
      groupWidth: 1,
      stride,
    })),
    headWidth: 1280,
  };
  const { params, flops } = countArchitecture(mobilenet);
  assert.equal(params, 3_504_872); // num_params of torchvision's MobileNet_V2_Weights.IMAGENET1K_V1
  assert.equal((flops / 1e9).toFixed(2), "0.30"); // its GFLOPS
});

test("VR is V with a residual: it adds the projections where the shape changes, and nothing else", () => {
  const [plain, residual] = [V, VR].map(block => countArchitecture(cifar(block, [3, 3, 3]), 32));
  // 1 × 1 from 16 to 32 and from 32 to 64, with their normalisation.
  assert.equal(residual.params - plain.params, 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64);
});

test("R is X with one group: at g = w / b both build the same layers", () => {
  const stage = { depth: 2, width: 64, bottleneck: 2, groupWidth: 32, stride: 2 };
  const [x, r] = [X, R].map(block => build({ block, stem: { kind: "simple", width: 16 }, stages: [stage] }));
  assert.deepEqual(x.layers, r.layers);
});

test("squeeze-and-excitation of Y narrows to a quarter of the block's input width, not of its own", () => {
  const stage = { depth: 2, width: 64, bottleneck: 1, groupWidth: 16, stride: 2 };
  const { layers } = build({ block: Y, stem: { kind: "simple", width: 32 }, stages: [stage] });
  const widths = layers.flatMap(layer =>
    layer.op === "conv" && layer.name.endsWith("se_conv1") ? [layer.out] : [],
  );
  assert.deepEqual(widths, [8, 16]); // 32 / 4 behind the stem, then 64 / 4
});

test("every built-in block builds a network with SiLU, a wide head, any stem and seven stages", () => {
  for (const block of Object.values(blocks)) {
    for (const kind of ["simple", "resnet", "cifar"] as const) {
      const stage = { depth: 1, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 };
      const network = build({
        block,
        stem: { kind, width: 16 },
        stages: Array.from({ length: 7 }, () => stage),
        headWidth: 96,
        activation: "silu",
        classes: 5,
      });
      inferShapes(network, 300);
      const ops = new Set(network.layers.map(layer => layer.op));
      assert.ok(ops.has("silu") && !ops.has("relu"), block.name);
      assert.equal(complexity(network, 32).params, complexity(network, 300).params);
    }
  }
});

test("build() names the block whose groups do not fill its width", () => {
  const widths = [8, 12].map(groupWidth => ({ depth: 2, width: 32, bottleneck: 1, groupWidth, stride: 2 }));
  assert.throws(() => build(anyNet(widths)), {
    name: "NetworkError",
    message: /^s2\.b1: group width 12 does not divide the inner width 32; compatible\(\)/,
  });
});
