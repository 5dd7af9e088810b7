/**
 * Small networks that between them contain every operator, and batches of noise for them.
 */
import { anyNet, type Block, blocks, build, convNorm, type Stage } from "netspace";
import type { Layer, Network } from "../../src/networks/network.js";
import type { Dataset, Split } from "../../src/training/dataset.js";
import type { ImageBatch } from "../../src/training/engines/torch.js";

/** A seeded stream of numbers in [0, 1) (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A stem and two X blocks, the second with an identity shortcut, written out layer by layer. */
export const xBlocks: Network = {
  name: "x-blocks-by-hand",
  inputChannels: 3,
  classes: 10,
  layers: [
    conv("stem.conv", "input", 3, 24, { kernel: 3, stride: 2 }),
    norm("stem.bn", "stem.conv", 24),
    relu("stem.relu", "stem.bn"),
    ...xBlock("s1.b1", "stem.relu", 24, 40, 2, 5),
    ...xBlock("s1.b2", "s1.b1.relu", 40, 40, 1, 5),
    { op: "avgpool", name: "head.pool", inputs: ["s1.b2.relu"] },
    { op: "linear", name: "head.fc", inputs: ["head.pool"], in: 40, out: 10 },
  ],
};

/** Operators where fusion does not apply: a bare ReLU, a value read twice, a convolution with bias, a sum of sums. */
export const irregular: Network = {
  name: "irregular",
  inputChannels: 3,
  classes: 7,
  layers: [
    conv("a", "input", 3, 12, { kernel: 3, bias: true }),
    relu("a.relu", "a"),
    conv("b", "a.relu", 12, 12, { kernel: 3, groups: 12 }),
    norm("b.bn", "b", 12),
    conv("c", "b.bn", 12, 12, { kernel: 1 }),
    { op: "add", name: "sum", inputs: ["c", "b.bn"] },
    { op: "add", name: "sum2", inputs: ["sum", "a.relu"] },
    relu("sum2.relu", "sum2"),
    norm("d.bn", "sum2.relu", 12),
    { op: "maxpool", name: "pool", inputs: ["d.bn"], kernel: 3, stride: 2 },
    { op: "silu", name: "silu", inputs: ["pool"] },
    norm("e.bn", "silu", 12),
    { op: "add", name: "linearBottleneck", inputs: ["e.bn", "silu"] },
    { op: "avgpool", name: "gap", inputs: ["linearBottleneck"] },
    { op: "linear", name: "fc", inputs: ["gap"], in: 12, out: 7 },
  ],
};

/** A block as a notebook cell may have it, with a gate made by linear layers instead of 1 × 1 convolutions. */
const linearGate: Block = {
  name: "linear-gate",
  build(ops, x, { width, stride, activation }) {
    let y = convNorm(ops, 1, x, width, { kernel: 3, stride }, activation);
    let gate = ops.linear("down", ops.avgpool("pool", y), 6);
    gate = ops.linear("up", ops.activation("act", gate, "relu"), width);
    y = ops.multiply("scale", y, ops.activation("gate", gate, "sigmoid"));
    return convNorm(ops, 2, y, width, {});
  },
};

export const stage = (depth: number, width: number, groupWidth: number, bottleneck = 1): Stage => ({
  depth,
  width,
  bottleneck,
  groupWidth,
  stride: 2,
});

/** Every block and stem that src/networks can build, with the networks above. */
export const samples: readonly Network[] = [
  xBlocks,
  irregular,
  build(anyNet([stage(1, 16, 8), stage(2, 32, 8, 2)], { name: "X", classes: 10 })),
  build(anyNet([stage(2, 24, 8), stage(1, 40, 8)], { name: "Y", block: blocks.Y, classes: 10 })),
  build(
    anyNet([stage(2, 16, 1), stage(1, 24, 1)], {
      name: "Y-depthwise-silu",
      block: blocks.Y,
      activation: "silu",
      stem: { kind: "cifar", width: 16 },
      classes: 10,
    }),
  ),
  build(
    anyNet([stage(2, 16, 1, 0.25), stage(1, 24, 1, 0.25)], {
      name: "MBConv",
      block: blocks.MBConv,
      activation: "silu",
      classes: 10,
    }),
  ),
  build(anyNet([stage(2, 16, 8, 0.5), stage(1, 24, 12, 0.25)], { name: "X-inverted", classes: 10 })),
  build(anyNet([stage(2, 16, 1), stage(1, 24, 1, 2)], { name: "R", block: blocks.R, classes: 10 })),
  build(anyNet([stage(2, 16, 1), stage(2, 24, 1)], { name: "V", block: blocks.V, classes: 10 })),
  build(anyNet([stage(2, 16, 1), stage(2, 24, 1)], { name: "VR", block: blocks.VR, classes: 10 })),
  build(anyNet([stage(2, 16, 1), stage(1, 24, 1)], { name: "Basic", block: blocks.Basic, classes: 10 })),
  build(
    anyNet([stage(2, 16, 1, 0.5), stage(1, 24, 1, 0.25)], {
      name: "LinearBottleneck",
      block: blocks.LinearBottleneck,
      classes: 10,
    }),
  ),
  build(anyNet([stage(2, 12, 1)], { name: "linear-gate", block: linearGate, classes: 5 })),
  build(
    anyNet([stage(1, 16, 16), stage(2, 32, 16)], {
      name: "X-resnet-stem",
      stem: { kind: "resnet", width: 16 },
      classes: 10,
    }),
  ),
];

/** Noise with its own seed: `count` normal-looking images and their labels. */
export function noise(network: Network, count: number, resolution: number, seed: number) {
  const random = randomStream(seed);
  const size = count * network.inputChannels * resolution * resolution;
  const images = Float32Array.from({ length: size }, () => 2 * (random() + random() + random()) - 3);
  const labels = Int32Array.from({ length: count }, () => Math.floor(random() * network.classes));
  const batch: ImageBatch = { images, shape: [count, network.inputChannels, resolution, resolution] };
  return { batch, labels };
}

/** A dataset that can be learnt: each class has its own colour and a bright quarter, under noise. */
export function quadrants(train: number, test: number, resolution = 12): Dataset {
  const random = randomStream(7);
  const split = (count: number): Split => {
    const images = new Uint8Array(count * 3 * resolution * resolution);
    const labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const label = Math.floor(random() * 4);
      labels[i] = label;
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < resolution; y++) {
          for (let x = 0; x < resolution; x++) {
            // Upper or lower half (mirroring keeps it), and which of two channels is bright.
            const bright = y < resolution / 2 === label < 2 && c === label % 2;
            const at = ((i * 3 + c) * resolution + y) * resolution + x;
            images[at] = Math.floor((bright ? 110 : 40) + 130 * random());
          }
        }
      }
    }
    return { count, images, labels };
  };
  return {
    name: "quadrants",
    resolution,
    channels: 3,
    classes: 4,
    mean: [0.5, 0.5, 0.45],
    std: [0.2, 0.2, 0.2],
    train: split(train),
    test: split(test),
  };
}

/** A network for `quadrants`. */
export const small: Network = build(
  anyNet([stage(1, 16, 8), stage(1, 32, 8)], {
    name: "small",
    stem: { kind: "cifar", width: 8 },
    classes: 4,
  }),
);

function conv(
  name: string,
  input: string,
  from: number,
  out: number,
  options: { kernel?: number; stride?: number; groups?: number; bias?: boolean } = {},
): Layer {
  const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
  return { op: "conv", name, inputs: [input], in: from, out, kernel, stride, groups, bias };
}
function norm(name: string, input: string, channels: number): Layer {
  return { op: "batchnorm", name, inputs: [input], channels };
}
function relu(name: string, input: string): Layer {
  return { op: "relu", name, inputs: [input] };
}
function xBlock(
  path: string,
  input: string,
  from: number,
  width: number,
  stride: number,
  groups: number,
): Layer[] {
  const at = (name: string) => `${path}.${name}`;
  const same = from === width && stride === 1;
  return [
    ...(same
      ? []
      : [conv(at("proj"), input, from, width, { stride }), norm(at("proj.bn"), at("proj"), width)]),
    conv(at("conv1"), input, from, width),
    norm(at("bn1"), at("conv1"), width),
    relu(at("relu1"), at("bn1")),
    conv(at("conv2"), at("relu1"), width, width, { kernel: 3, stride, groups }),
    norm(at("bn2"), at("conv2"), width),
    relu(at("relu2"), at("bn2")),
    conv(at("conv3"), at("relu2"), width, width),
    norm(at("bn3"), at("conv3"), width),
    { op: "add", name: at("sum"), inputs: [same ? input : at("proj.bn"), at("bn3")] },
    relu(at("relu"), at("sum")),
  ];
}
