/** Layer stacks: NAS-RL's and ENAS's ways to join layers, the public script's network, operations of one's own, bad input. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  complexity,
  countArchitecture,
  depthOf,
  describe,
  inferShapes,
  type LayerOperation,
  type LayerStack,
  layerOperations,
  layerStack,
  reviveArchitecture,
  type StackLayer,
  type StoredMember,
  storeArchitecture,
  zoo,
} from "netspace";
import { isRevivable } from "../../../src/architectures/stored.js";

const stack = (joins: LayerStack["joins"], layers: readonly StackLayer[], rest: Partial<LayerStack> = {}) =>
  layerStack({ joins, layers, classes: 10, ...rest });

/** Operators that read several layers, with what they read. */
const joinsOf = (architecture: LayerStack) =>
  build(architecture)
    .layers.filter(({ op }) => op === "concat" || op === "add")
    .map(({ name, inputs }) => `${name} ← ${inputs.join(" ")}`);

test("NAS-RL: layers read what they name, concatenated; those without read the image, loose ends the classifier reads", () => {
  const anchored = stack("before", [
    { operation: "conv", kernel: [3, 7], width: 4 },
    { operation: "conv", kernel: 5, width: 6 },
    { operation: "conv", kernel: 1, width: 8, from: [1, 2] },
    { operation: "conv", kernel: 3, width: 5, from: [1] },
  ]);
  assert.deepEqual(joinsOf(anchored), [
    "layer3.concat ← layer1.act layer2.act",
    "head.concat ← layer3.act layer4.act",
  ]);
  const network = build(anchored);
  const input = (name: string) => network.layers.find(layer => layer.name === name)?.inputs;
  assert.deepEqual(input("layer1.conv"), ["input"]);
  assert.deepEqual(input("layer2.conv"), ["input"]);
  assert.deepEqual(input("layer4.conv"), ["layer1.act"]);
  // Weights 3·7·3·4, 5·5·3·6, 10·8 and 9·4·5, two per channel of normalisations, and (8 + 5)·10 + 10 of the classifier.
  const params = 252 + 450 + 80 + 180 + 2 * (4 + 6 + 8 + 5) + 140;
  assert.deepEqual(countArchitecture(anchored, 8), {
    params,
    flops: 64 * (252 + 450 + 80 + 180) + 140,
    acts: 64 * (4 + 6 + 8 + 5) + 10,
  });
});

test("NAS-RL with strides: smaller maps are padded with zeros to the largest, at the layer and at the classifier", () => {
  const strided = stack("before", [
    { operation: "conv", width: 4, stride: [2, 1] },
    { operation: "conv", width: 4, stride: [1, 3] },
    { operation: "conv", width: 4, from: [1, 2], stride: 2 },
    { operation: "conv", width: 4, from: [0, 1] },
  ]);
  const shapes = inferShapes(build(strided), 12);
  assert.deepEqual(shapes.get("layer1.act"), { channels: 4, height: 6, width: 12 });
  assert.deepEqual(shapes.get("layer2.act"), { channels: 4, height: 12, width: 4 });
  assert.deepEqual(shapes.get("layer3.concat"), { channels: 8, height: 12, width: 12 });
  assert.deepEqual(shapes.get("layer4.concat"), { channels: 7, height: 12, width: 12 });
  assert.deepEqual(shapes.get("head.concat"), { channels: 8, height: 12, width: 12 });
  assert.ok(build(strided).layers.every(layer => layer.op !== "concat" || layer.pad === true));
});

const macro = (joins: "sum" | "concat", from: readonly (readonly number[])[]): LayerStack =>
  stack(
    joins,
    from.map((each, i) => ({
      operation: (["squeezed-conv", "squeezed-separable", "squeezed-average", "squeezed-max"] as const)[
        i % 4
      ],
      kernel: i % 2 === 0 ? 3 : 5,
      width: 8,
      from: each,
    })),
    { stem: { width: 8 }, reductions: [2, 4] },
  );

test("ENAS while searching: a layer reads the one before it, and is summed with those that it names, normalised", () => {
  const searched = macro("sum", [[], [0], [0, 1], [], [3, 0], [2]]);
  assert.deepEqual(
    joinsOf(searched).filter(text => text.includes(".add")),
    [
      "layer2.add ← layer2.act stem.bn",
      "layer3.add ← layer3.pool reduction2.from0.bn reduction2.from1.bn",
      "layer5.add ← layer5.act reduction4.from3.bn reduction4.from0.bn",
      "layer6.add ← layer6.act reduction4.from2.bn",
    ],
  );
  const names = build(searched).layers.map(({ name }) => name);
  assert.ok(names.includes("layer4.bn_skip") && !names.includes("layer1.bn_skip"));
  assert.equal(inferShapes(build(searched), 32).get("layer6.bn_skip")?.height, 8);
  // Factorised reductions: of the stem and two layers, then of those and two more.
  assert.equal(names.filter(name => name.endsWith(".even")).length, 3 + 5);
});

test("ENAS's final networks: concatenated, activated, projected by 1 × 1; the first layer alone is not", () => {
  const final = macro("concat", [[], [0], [0, 1], [], [3, 0], [2]]);
  const { layers } = build(final);
  const project = layers.filter(({ name }) => name.endsWith(".conv_skip"));
  assert.deepEqual(
    project.map(layer => "in" in layer && [layer.name, layer.in, "out" in layer && layer.out]),
    [
      ["layer2.conv_skip", 16, 8],
      ["layer3.conv_skip", 24, 8],
      ["layer4.conv_skip", 8, 8],
      ["layer5.conv_skip", 24, 8],
      ["layer6.conv_skip", 16, 8],
    ],
  );
});

test("the network of ENAS's public macro script has as many weights as that builds", () => {
  const { architecture, resolution } = zoo<LayerStack>("ENAS-macro-cifar");
  assert.equal(resolution, 32);
  // Its variables counted by an independent script: 42,559,392; its classifier has no bias.
  assert.equal(countArchitecture(architecture, 32).params, 42_559_392 + 10);
  assert.deepEqual(complexity(build(architecture), 32), countArchitecture(architecture, 32));
  // With separable convolutions where the arc says so, operations 1 and 3.
  const arc = [0, 3, 0, 2, 2, 3, 2, 2, 1, 0, 2, 0, 2, 1, 0, 2, 2, 2, 3, 3, 0, 3, 0, 0];
  const separable = {
    ...architecture,
    layers: architecture.layers.map((layer, i) => {
      assert.equal(layer.kernel, arc[i] < 2 ? 3 : 5);
      return arc[i] % 2 === 1 ? { ...layer, operation: "preactivated-separable" as const } : layer;
    }),
  };
  assert.equal(countArchitecture(separable, 32).params, 30_947_424 + 10);
});

/** Stacks that between them have all operations, windows, strides and joins. */
function* variants(): Generator<LayerStack> {
  for (const operation of Object.keys(layerOperations) as (keyof typeof layerOperations)[]) {
    const width = operation === "max" || operation === "average" ? undefined : 6;
    const layer: StackLayer = { operation, ...(width && { width }) };
    yield stack("before", [
      { operation: "conv", width: 6 },
      { ...layer, kernel: [1, 7], from: [1] },
      { ...layer, kernel: 5, stride: [3, 1], from: [0, 2] },
      { ...layer, from: [1, 2, 3] },
      { ...layer, stride: 2 },
    ]);
    for (const joins of ["sum", "concat"] as const) {
      yield stack(joins, [layer, { ...layer, kernel: [5, 3] }, { ...layer, from: [1, 0] }, layer], {
        stem: { width: 6 },
        reductions: [1, 3],
        activation: "silu",
      });
    }
  }
}

test("what is counted is what is built, on any size of image, and comes back from JSON", () => {
  let seen = 0;
  for (const each of variants()) {
    const network = build(each);
    for (const resolution of [5, 16, 33]) {
      assert.deepEqual(countArchitecture(each, resolution), complexity(network, resolution), describe(each));
      const inside = { taps: "inside" } as const;
      assert.deepEqual(countArchitecture(each, resolution, inside), complexity(network, resolution, inside));
    }
    const stored = JSON.parse(JSON.stringify(storeArchitecture(each))) as StoredMember;
    assert.ok(isRevivable(stored));
    assert.deepEqual(reviveArchitecture(stored), each);
    assert.deepEqual(build(reviveArchitecture(stored)), network);
    assert.equal(depthOf(each), each.layers.length);
    seen++;
  }
  assert.equal(seen, 30);
});

test("a stack's numbers are columns, layer by layer, with its skips together", () => {
  const { columns } = storeArchitecture(
    stack("before", [
      { operation: "conv", kernel: [3, 7], width: 4, stride: [1, 2] },
      { operation: "max", from: [0, 1] },
    ]),
  ) as StoredMember;
  const first = { op1: 0, w1: 4, kh1: 3, kw1: 7, sh1: 1, sw1: 2, from1: 0 };
  const second = { op2: 2, w2: 0, kh2: 3, kw2: 3, sh2: 1, sw2: 1, from2: 2 };
  assert.deepEqual(columns, { ...first, ...second, skips: 2, depth: 2 });
});

const blur: LayerOperation = {
  name: "blur",
  build: (ops, x, { width, kernel, stride }) =>
    ops.conv("mix", ops.pool("blur", x, "average", kernel, stride), width, { bias: true }),
};

test("an operation of one's own is a value like the built-in ones; what it does wrong is named with its layer", () => {
  const mine = stack("before", [
    { operation: "conv", width: 4 },
    { operation: blur, width: 8, from: [1] },
  ]);
  assert.deepEqual(countArchitecture(mine, 16), complexity(build(mine), 16));
  const stored = JSON.parse(JSON.stringify(storeArchitecture(mine))) as StoredMember;
  assert.equal(isRevivable(stored), false);
  assert.deepEqual(reviveArchitecture(stored, [blur]), mine);
  assert.throws(() => reviveArchitecture(stored), {
    name: "RangeError",
    message: /unknown operation "blur"; known are conv, .*\. Give another one itself/,
  });
  const odd = (of: LayerOperation["build"]) =>
    stack("before", [
      { operation: "conv", width: 4 },
      { operation: { name: "odd", build: of }, width: 4 },
    ]);
  assert.throws(() => build(odd((ops, x) => ops.conv("even", x, 4, { kernel: 2 }))), {
    name: "NetworkError",
    message: /^operation "odd", layer "layer2\.even" \(conv\): expected an odd kernel, got 2$/,
  });
  assert.throws(
    () => build(odd(() => undefined as never)),
    /^NetworkError: layer2: an operation returns .* \(operation "odd"\)$/,
  );
});

test("a reduction where nothing is left to reduce is named with its layer", () => {
  const deep = macro("sum", [[], [], [], [], [], []]);
  assert.throws(() => build({ ...deep, resolution: 2 }), {
    name: "NetworkError",
    message:
      /layer "reduction4\.from0\.odd" \(subsample\): expected a map of more than 1 × 1 to take pixels of, got 8 × 1 × 1/,
  });
  assert.throws(() => countArchitecture(deep, 2), /reduction4\.from0\.odd/);
});

const conv: StackLayer = { operation: "conv", width: 4 };
for (const [what, architecture, message] of [
  ["no layers", stack("before", []), /layers must be an array of 1 to 1000 layers, got 0$/],
  [
    "a thousand layers too many",
    stack(
      "before",
      Array.from({ length: 2000 }, () => conv),
    ),
    /of 1 to 1000 layers, got 2000/,
  ],
  [
    "a join that there is not",
    stack("mean" as never, [conv]),
    /joins must be "before", "sum", "concat", got "mean"/,
  ],
  [
    "a layer that is none",
    stack("before", [conv, 3 as never]),
    /layer 2 must be \{ operation, width, … \}, got 3/,
  ],
  [
    "an operation that there is not",
    stack("before", [{ ...conv, operation: "conv5" as never }]),
    /layer 1: unknown operation "conv5"; known are conv, separable, max, average, squeezed-conv, .*, or give one of your own/,
  ],
  [
    "a convolution without width",
    stack("before", [{ operation: "conv" }]),
    /layer 1: width must be a positive integer, got undefined/,
  ],
  [
    "pooling with a width",
    stack("before", [conv, { operation: "max", width: 8 }]),
    /layer 2: width must be left out, since max keeps/,
  ],
  [
    "an even kernel",
    stack("before", [{ ...conv, kernel: [3, 2] }]),
    /layer 1: kernel must be a positive odd integer, or .*, got \[3,2\]/,
  ],
  ["a stride of 0", stack("before", [{ ...conv, stride: 0 }]), /layer 1: stride must be a positive integer/],
  [
    "a layer that reads itself",
    stack("before", [conv, { ...conv, from: [2] }]),
    /layer 2: from must name different earlier layers from 0 to 1, got \[2\]/,
  ],
  [
    "a layer read twice",
    stack("before", [conv, { ...conv, from: [1, 1] }]),
    /layer 2: from must name different earlier layers/,
  ],
  [
    "a skip to the layer right before",
    stack("sum", [conv, { ...conv, from: [1] }]),
    /layer 2: from must name different earlier layers from 0 to 0, got \[1\]/,
  ],
  [
    "a skip of the first layer",
    stack("sum", [{ ...conv, from: [0] }]),
    /layer 1: from must name no earlier layers, of which there are none, got \[0\]/,
  ],
  [
    "a sum of two widths",
    stack("sum", [conv, conv, { ...conv, width: 8, from: [1] }]),
    /layer 3: from must be of layers of its own width, 8, to be summed with, got "layer 1 of 4"/,
  ],
  [
    "strides beside reductions",
    stack("sum", [{ ...conv, stride: 2 }]),
    /layer 1: stride must be 1, since maps are halved by reductions/,
  ],
  [
    "reductions beside strides",
    stack("before", [conv], { reductions: [1] }),
    /reductions must be left out where layers join "before"/,
  ],
  [
    "a reduction that is nowhere",
    stack("sum", [conv], { reductions: [2] }),
    /reductions must be different layers from 1 to 1, got \[2\]/,
  ],
  [
    "a reduction to an odd width",
    stack("concat", [conv, { ...conv, width: 7 }], { reductions: [1] }),
    /the reduction behind layer 1 must be to an even width, .*, got 7/,
  ],
  [
    "a misspelt part of a layer",
    stack("before", [{ ...conv, form: [1] } as never]),
    /layer 1: unknown option "form"; did you mean "from"\?/,
  ],
  [
    "a stem without width",
    stack("sum", [conv], { stem: {} as never }),
    /stem must be \{ width \}, a positive integer/,
  ],
] as const) {
  test(`a stack with ${what} is rejected by name, before anything is built`, () => {
    assert.throws(() => build(architecture), { name: "NetworkError", message });
    assert.throws(() => countArchitecture(architecture, 32), { name: "NetworkError" });
  });
}

test("layerStack() rejects what is none, and parts that a stack does not have", () => {
  assert.throws(() => layerStack([] as never), {
    name: "NetworkError",
    message: /expected \{ joins, layers, … \}/,
  });
  assert.throws(
    () => layerStack({ joins: "sum", layer: [] } as never),
    /unknown option "layer"; did you mean "layers"\?/,
  );
});
