import assert from "node:assert/strict";
import { test } from "node:test";
import { anyNet, build, countArchitecture, type Layer, memory, type Network, V, X, zoo } from "netspace";

const network = build(
  anyNet([{ depth: 1, width: 16, bottleneck: 1, groupWidth: 1, stride: 2 }], {
    block: V,
    stem: { kind: "simple", width: 8 },
    classes: 10,
  }),
);

test("memory() counts each tensor that the backward pass reads, once", () => {
  // By hand at 32 × 32, in elements: image 3·32²; stem conv (read by its norm) and relu 8·16² each;
  // block conv and relu 16·8² each; the pooled features 16. The norms' outputs are read by relu alone: not kept.
  const elements = 3 * 32 ** 2 + 2 * 8 * 16 ** 2 + 2 * 16 * 8 ** 2 + 16;
  const params = 3 * 8 * 9 + 16 + 8 * 16 * 9 + 32 + 170;
  assert.deepEqual(memory(network, { batch: 5, resolution: 32 }), {
    activations: 5 * 4 * elements,
    parameters: 4 * params,
    gradients: 4 * params,
    momentum: 4 * params,
    total: 5 * 4 * elements + 12 * params,
  });
});

test("memory() of activations grows with the batch and halves in bf16; that of parameters does neither", () => {
  const resnet = build(zoo("ResNet-50").architecture);
  const one = memory(resnet, { batch: 1 });
  const many = memory(resnet, { batch: 64, bytesPerActivation: 2 });
  assert.equal(many.activations, 32 * one.activations);
  assert.equal(many.parameters, one.parameters);
  assert.equal(one.parameters, 4 * zoo("ResNet-50").exact!.params);
});

test("memory() has room for what an optimiser remembers: two numbers a parameter with Adam", () => {
  const [sgd, adam] = [memory(network, { batch: 5 }), memory(network, { batch: 5, moments: 2 })];
  assert.deepEqual(adam, { ...sgd, momentum: 2 * sgd.parameters, total: sgd.total + sgd.parameters });
  assert.throws(
    () => memory(network, { batch: 5, moments: 3 as never }),
    /memory: moments must be 1 or 2, got 3/,
  );
});

test("memory() of a residual block is no more than the counted activations and their non-linear outputs", () => {
  const architecture = anyNet([{ depth: 4, width: 32, bottleneck: 1, groupWidth: 8, stride: 2 }], {
    block: X,
  });
  const { acts } = countArchitecture(architecture, 64);
  const kept = memory(build(architecture), { batch: 1, resolution: 64 }).activations / 4;
  assert.ok(kept > acts && kept < 2 * acts + 3 * 64 * 64, `${kept} against ${acts}`);
});

test("memory() of a cell: an index of each max pool, nothing of sums, averages and concatenations but what reads them", () => {
  const norm = (name: string, channels: number, from: string): Layer => ({
    op: "batchnorm",
    name,
    inputs: [from],
    channels,
  });
  const window = { kernel: 3, stride: 1 };
  const layers: Layer[] = [
    { op: "conv", name: "stem", inputs: ["input"], in: 3, out: 8, ...window, groups: 1, bias: false },
    norm("x", 8, "stem"),
    { op: "maxpool", name: "max", inputs: ["x"], ...window },
    norm("max.bn", 8, "max"),
    { op: "avgpool2d", name: "average", inputs: ["x"], ...window },
    { op: "identity", name: "same", inputs: ["x"] },
    { op: "zero", name: "none", inputs: ["x"], stride: 1 },
    { op: "add", name: "sum", inputs: ["max.bn", "average", "same", "none"] },
    { op: "concat", name: "both", inputs: ["sum", "same"] },
    norm("bn", 16, "both"),
    { op: "silu", name: "again", inputs: ["same"] },
    { op: "silu", name: "once", inputs: ["x"] },
    { op: "concat", name: "all", inputs: ["bn", "again", "once"] },
    { op: "avgpool", name: "pool", inputs: ["all"] },
    { op: "linear", name: "fc", inputs: ["pool"], in: 32, out: 10 },
  ];
  const cell: Network = { name: "cell", inputChannels: 3, classes: 10, layers };
  // The image; stem; the pool's indices and, for its norm, its outputs; both (16 channels); x, which two SiLUs read, one of
  // them by its other name; the pooled features.
  const elements = 6 ** 2 * (3 + 8 + 8 + 8 + 16 + 8) + 32;
  assert.equal(memory(cell, { batch: 1, resolution: 6 }).activations, 4 * elements);
});

test("memory() refuses a batch that is not a positive integer", () => {
  assert.throws(() => memory(network, { batch: 0 }), /memory: batch must be a positive integer, got 0/);
});
