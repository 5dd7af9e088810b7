import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Architecture,
  anyNet,
  type Block,
  blocks,
  build,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  convNorm,
  countArchitecture,
  NetworkError,
  paddingShare,
  seeded,
  squeezeExcite,
  type Stage,
  zoo,
} from "netspace";
import { insideTaps } from "../../src/networks/taps.js";
import { randomArchitecture } from "../support/random-architecture.js";

const inside = { taps: "inside" } as const;

/** Counted by PyTorch: .venv/bin/python test/networks/taps_reference.py > test/networks/taps.json */
const expected = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../../test/networks/taps.json", import.meta.url)), "utf8"),
) as {
  "ResNet-50": [flops: number, effectiveFlops: number];
  networks: {
    block: string;
    stem: Architecture["stem"];
    stages: Stage[];
    flops: number;
    effectiveFlops: number;
  }[];
};

test("effective flops of 20 networks are the sums that PyTorch's convolutions of ones with ones give", () => {
  assert.equal(expected.networks.length, 20);
  for (const { block, stem, stages, flops, effectiveFlops } of expected.networks) {
    const architecture = anyNet(stages, { block: blocks[block], stem, classes: 10 });
    const network = build(architecture);
    const what = `${block} behind a ${stem.kind} stem`;
    assert.equal(complexity(network, 32).flops, flops, what);
    assert.equal(complexity(network, 32, inside).flops, effectiveFlops, what);
    assert.equal(countArchitecture(architecture, 32, inside).flops, effectiveFlops, what);
    assert.equal(paddingShare(network, 32), 1 - effectiveFlops / flops, what);
  }
});

test("the taps along a side are those that counting one by one finds, for any size, kernel and stride", () => {
  for (let size = 1; size <= 24; size++) {
    for (let kernel = 1; kernel <= 31; kernel += 2) {
      for (let stride = 1; stride <= 9; stride++) {
        let taps = 0;
        for (let output = 0; output * stride < size; output++) {
          for (let tap = 0; tap < kernel; tap++) {
            const pixel = output * stride + tap - (kernel - 1) / 2;
            if (pixel >= 0 && pixel < size) taps++;
          }
        }
        assert.equal(
          insideTaps(size, kernel, stride),
          taps,
          `${size} pixels, ${kernel} taps, stride ${stride}`,
        );
      }
    }
  }
});

test("a kernel or stride of a billion takes no longer, and stays exact", () => {
  // One pixel is met from one output; of a thousand, every output meets every pixel.
  assert.equal(insideTaps(1, 1e9 + 1, 1), 1);
  assert.equal(insideTaps(1000, 1e9 + 1, 1), 1e6);
  assert.equal(insideTaps(2 ** 52, 3, 2 ** 52), 2);
  assert.equal(insideTaps(2 ** 40, 5, 2 ** 39), 3 + 5);
});

test("both ways of counting agree on random networks of every block, and params and acts do not change", () => {
  const random = seeded(11);
  for (const block of Object.values(blocks)) {
    for (let i = 0; i < 500; i++) {
      const architecture = randomArchitecture(block, random);
      const resolution = 1 + Math.floor(random() * 100);
      const network = build(architecture);
      const all = complexity(network, resolution);
      const cost = complexity(network, resolution, inside);
      assert.deepEqual(countArchitecture(architecture, resolution, inside), cost);
      assert.deepEqual({ ...cost, flops: all.flops }, all);
      assert.ok(cost.flops <= all.flops && cost.flops > 0);
      assert.deepEqual(countArchitecture(architecture, resolution, { taps: "all" }), all);
    }
  }
});

test("effective flops of layers, blocks and stages add up to the network's", () => {
  const network = build(randomArchitecture(blocks.Y, seeded(5)));
  const { flops } = complexity(network, 32, inside);
  for (const parts of [complexityByLayer, complexityByBlock, complexityByStage]) {
    let sum = 0;
    for (const cost of parts(network, 32, inside).values()) sum += cost.flops;
    assert.equal(sum, flops, parts.name);
  }
});

test("a user's block with biases, even one that changes its shape in every block, is counted by its taps", () => {
  const widening: Block = {
    name: "widening",
    build(ops, x, { stride }) {
      const y = convNorm(ops, 1, x, x.channels + 1, { kernel: 5, stride });
      return ops.conv("conv2", squeezeExcite(ops, y, 2, "relu"), y.channels, { kernel: 3, bias: true });
    },
  };
  const stage = { depth: 3, width: 8, bottleneck: 1, groupWidth: 1, stride: 2 };
  const architecture = anyNet([stage, stage], { block: widening, stem: { kind: "cifar", width: 4 } });
  const cost = complexity(build(architecture), 8, inside);
  assert.deepEqual(countArchitecture(architecture, 8, inside), cost);
  // By hand, the last block at 2 × 2: 9 → 10 channels where all 25 taps meet 4 pixels, squeeze and excitation, then
  // 4 of 9 taps at each output, with 10 biases.
  const last = complexityByBlock(build(architecture), 8, inside).get("s2.b3")!;
  assert.equal(last.flops, 9 * 10 * 16 + (10 * 2 + 2) + (2 * 10 + 10) + 10 * 10 * 16 + 10 * 4);
});

test("on a map of one pixel one tap of a 3 × 3 kernel counts; on large maps nearly all do", () => {
  const stage = { depth: 2, width: 8, bottleneck: 1, groupWidth: 8, stride: 1 };
  const network = build(anyNet([stage], { block: blocks.V, stem: { kind: "cifar", width: 8 } }));
  const share = (resolution: number) =>
    1 -
    complexityByLayer(network, resolution, inside).get("s1.b2.conv")!.flops /
      complexityByLayer(network, resolution).get("s1.b2.conv")!.flops;
  assert.equal(share(1), 8 / 9);
  // 16 outputs a side: 3 · 16 − 2 of 3 · 16 taps.
  assert.ok(Math.abs(share(16) - (1 - (46 / 48) ** 2)) < 1e-12);
  assert.ok(paddingShare(network, 224) < 0.01);
});

test("ResNet-50 at 224 pixels multiplies 3.4 % of its flops with padding, as PyTorch's count has it", () => {
  const network = build(zoo("ResNet-50").architecture);
  const [flops, effectiveFlops] = expected["ResNet-50"];
  assert.equal(complexity(network).flops, flops);
  assert.equal(complexity(network, 224, inside).flops, effectiveFlops);
  assert.equal(paddingShare(network).toFixed(4), "0.0345");
});

test("options that are none are refused by name", () => {
  const network = build(zoo("RegNetX-200MF").architecture);
  const { architecture } = zoo("RegNetX-200MF");
  for (const [caller, count] of [
    ["complexity", (options: never) => complexity(network, 32, options)],
    ["complexityByLayer", (options: never) => complexityByLayer(network, 32, options)],
    ["countArchitecture", (options: never) => countArchitecture(architecture, 32, options)],
  ] as const) {
    const refused = (options: unknown, message: string) =>
      assert.throws(
        () => count(options as never),
        (error: Error) => {
          assert.ok(error instanceof NetworkError);
          assert.equal(error.message, `${caller}: ${message}`);
          return true;
        },
      );
    refused({ taps: "pixels" }, 'taps must be "all" or "inside", got "pixels"');
    refused({ tap: "inside" }, 'unknown option "tap"; did you mean "taps"? known are taps');
    refused("inside", 'expected options { taps: "inside" }, got "inside"');
    refused(null, 'expected options { taps: "inside" }, got null');
  }
  assert.throws(() => paddingShare({} as never), /^NetworkError: paddingShare: expected a network/);
});
