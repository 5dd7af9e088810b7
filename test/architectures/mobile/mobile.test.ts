/** Mobile stacks: published networks to the integer, skips, operations of one's own, bad input. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  complexity,
  countArchitecture,
  depthOf,
  describe,
  inferShapes,
  type MobileBlock,
  type MobileOperation,
  type MobileStack,
  mobileOperations,
  mobileStack,
  reviveArchitecture,
  type StoredMember,
  storeArchitecture,
  withDropPath,
  zoo,
} from "netspace";
import { isRevivable } from "../../../src/architectures/stored.js";

/**
 * Params, multiply-adds, outputs with a bias and activations at 224 × 224, counted by an independent script over layer shapes;
 * params also by timm 1.0.29: `sum(p.numel() for p in timm.create_model("semnasnet_100").parameters())`.
 */
const published: readonly [string, number, number, number, number?][] = [
  ["MnasNet-A1", 3_887_038, 311_579_072, 5_238, 6_227_062],
  ["MnasNet-A1-x1.4", 6_105_992, 586_317_952, 6_968],
  ["MnasNet-A1-x0.75", 2_912_278, 223_448_480, 4_286],
  ["MnasNet-A1-x0.5", 2_082_006, 103_162_992, 3_158],
  ["MnasNet-A1-x0.35", 1_747_018, 61_681_920, 2_530],
];

for (const [name, params, macs, bias, acts] of published) {
  test(`${name} is counted to the integer, by its layers and without them`, () => {
    const { architecture, resolution } = zoo<MobileStack>(name);
    assert.equal(resolution, 224);
    const cost = countArchitecture(architecture, resolution);
    assert.deepEqual([cost.params, cost.flops], [params, macs + bias]);
    if (acts !== undefined) assert.equal(cost.acts, acts);
    assert.deepEqual(complexity(build(architecture), resolution), cost);
  });
}

/**
 * Params as timm 1.0.29 counts them (mnasnet_100, mnasnet_small, efficientnet_b6 to b8); multiply-adds and activations of an
 * independent script, to the digits at hand. B8's are not published.
 */
const rounded: readonly [string, number, number, string?, string?][] = [
  ["MnasNet-B1", 224, 4_383_312, "314.4M", "5.46M"],
  ["MnasNet-Small", 224, 2_030_264, "68.3M", "2.16M"],
  ["EfficientNet-B6", 528, 43_040_704, "19.07G", "167.4M"],
  ["EfficientNet-B7", 600, 66_347_960, "37.75G", "289.9M"],
  ["EfficientNet-B8", 672, 87_413_142],
];

for (const [name, pixels, params, macs, acts] of rounded) {
  test(`${name} has as many params as timm's, and the multiply-adds and activations at hand`, () => {
    const { architecture, resolution } = zoo<MobileStack>(name);
    assert.equal(resolution, pixels);
    const cost = countArchitecture(architecture, resolution);
    assert.equal(cost.params, params);
    const shown = (value: number, digits: string) => {
      const [unit, letter] = digits.endsWith("G") ? [1e9, "G"] : [1e6, "M"];
      return `${(value / unit).toFixed(digits.split(".")[1].length - 1)}${letter}`;
    };
    if (macs !== undefined) assert.equal(shown(cost.flops, macs), macs);
    if (acts !== undefined) assert.equal(shown(cost.acts, acts), acts);
    assert.deepEqual(complexity(build(architecture), resolution), cost);
  });
}

test("EfficientNet's B0 with its published multipliers is B1 to B5, whose integers pycls prints", () => {
  const { blocks, stem, head, activation } = zoo<MobileStack>("EfficientNet-B6").architecture;
  const base = { blocks, stem, head, activation };
  // Width, depth, pixels: tensorflow/tpu models/official/efficientnet.
  const coefficients = [
    [1, 1, 224],
    [1, 1.1, 240],
    [1.1, 1.2, 260],
    [1.2, 1.4, 300],
    [1.4, 1.8, 380],
    [1.6, 2.2, 456],
  ];
  for (const [i, [width, depth, resolution]] of coefficients.entries()) {
    const stack = mobileStack({ ...base, scaling: { width, depth } });
    assert.deepEqual(countArchitecture(stack, resolution), zoo(`EfficientNet-B${i}`).exact);
  }
});

const block: MobileBlock = {
  operation: "mbconv",
  repeats: 2,
  width: 16,
  kernel: 3,
  stride: 2,
  expansion: 3,
  squeezeExcite: 0.25,
};
const small = (...blocks: Partial<MobileBlock>[]): MobileStack =>
  mobileStack({ stem: { width: 8, stride: 1 }, blocks: blocks.map(b => ({ ...block, ...b })), classes: 10 });

/** Stacks that between them have all operations, skips, kernels, strides, ratios and multipliers. */
function* variants(): Generator<MobileStack> {
  for (const operation of ["conv", "depthwise-separable", "mbconv"] as const) {
    for (const skip of ["identity", "pool", "none"] as const) {
      for (const squeezeExcite of [0, 0.25, 1]) {
        const first = { operation, skip, squeezeExcite, kernel: 5, stride: 1, width: 8, expansion: 1.5 };
        const stack = small(first, { ...first, kernel: 3, stride: 2, width: 12 }, { repeats: 0 });
        yield stack;
        yield mobileStack({ ...stack, head: { width: 40 }, scaling: { width: 1.3, depth: 1.6 } });
      }
    }
  }
}

test("what is counted is what is built, on any size of image", () => {
  let seen = 0;
  for (const stack of variants()) {
    const network = build(stack);
    for (const resolution of [1, 7, 32, 45]) {
      assert.deepEqual(
        countArchitecture(stack, resolution),
        complexity(network, resolution),
        describe(stack),
      );
      const inside = { taps: "inside" } as const;
      assert.deepEqual(
        countArchitecture(stack, resolution, inside),
        complexity(network, resolution, inside),
        describe(stack),
      );
    }
    seen++;
  }
  assert.equal(seen, 54);
});

const throughJson = (stack: MobileStack): StoredMember =>
  JSON.parse(JSON.stringify(storeArchitecture(stack))) as StoredMember;

test("a stack comes back from JSON, with its numbers as columns", () => {
  for (const stack of variants()) {
    const stored = throughJson(stack);
    assert.equal(stored.family, "mobile");
    assert.ok(isRevivable(stored));
    assert.deepEqual(reviveArchitecture(stored), stack);
    assert.deepEqual(build(reviveArchitecture(stored)), build(stack));
  }
  const stack = mobileStack({ ...small({}), scaling: { depth: 1.5, width: 2 } });
  assert.deepEqual(throughJson(stack).columns, {
    op1: 2,
    d1: 3,
    w1: 32,
    k1: 3,
    e1: 3,
    se1: 0.25,
    skip1: 1,
    depth: 3,
  });
  assert.equal(depthOf(stack), 3);
});

test("a pooled skip averages the input, and projects it where the number of channels changes", () => {
  const network = build(small({ skip: "pool", squeezeExcite: 0 }));
  const shapes = inferShapes(network, 32);
  const first = network.layers.filter(({ name }) => name.startsWith("s1.b1."));
  assert.deepEqual(
    first.slice(-4).map(({ op, name, inputs }) => [op, name, ...inputs]),
    [
      ["avgpool2d", "s1.b1.pool_shortcut", "stem.act"],
      ["conv", "s1.b1.conv_shortcut", "s1.b1.pool_shortcut"],
      ["batchnorm", "s1.b1.bn_shortcut", "s1.b1.conv_shortcut"],
      ["add", "s1.b1.add", "s1.b1.bn3", "s1.b1.bn_shortcut"],
    ],
  );
  assert.deepEqual(shapes.get("s1.b1.add"), { channels: 16, height: 16, width: 16 });
  const second = network.layers.filter(({ name }) => /^s1\.b2\.(pool|conv|bn)_shortcut/.test(name));
  assert.deepEqual(
    second.map(({ op }) => op),
    ["avgpool2d"],
  );
});

test("drop path grows from layer to layer, i / n of its rate at layer i of n, where there is something to go around by", () => {
  const network = build(zoo<MobileStack>("MnasNet-A1").architecture);
  // 1 + 2 + 3 + 4 + 2 + 3 + 1 layers, of which all but each block's first have a skip; A1's widths all differ.
  const shares = [2, 4, 5, 7, 8, 9, 11, 13, 14].map(i => i / 16);
  assert.deepEqual(
    network.dropPaths?.map(({ share }) => share),
    shares,
  );
  assert.equal(network.dropPaths?.[0].layer, "s2.b2.bn3");
  const dropped = withDropPath(network, 0.2).layers.filter(({ op }) => op === "droppath");
  assert.deepEqual(
    dropped.map(layer => ("rate" in layer ? layer.rate : undefined)),
    shares.map(share => 0.2 * share),
  );
});

const ghost: MobileOperation = {
  name: "ghost",
  build(ops, x, { width, kernel, stride }) {
    const y = ops.conv("primary", x, width / 2, { kernel, stride });
    return ops.concat("ghost", [y, ops.conv("cheap", y, width / 2, { kernel: 3, groups: width / 2 })]);
  },
};

test("an operation of one's own is a value like the built-in ones, and is given again when it comes back", () => {
  const stack = small({}, { operation: ghost, width: 24, skip: "pool" });
  const network = build(stack);
  assert.ok(network.layers.some(({ name }) => name === "s2.b2.ghost"));
  assert.deepEqual(countArchitecture(stack, 32), complexity(network, 32));
  assert.match(describe(stack), /2xghost3-k3-24-s2-se0\.25-pool/);
  const stored = throughJson(stack);
  assert.equal(isRevivable(stored), false);
  assert.deepEqual(reviveArchitecture(stored, [ghost]), stack);
  assert.throws(() => reviveArchitecture(stored), {
    name: "RangeError",
    message:
      /unknown operation "ghost"; known are conv, depthwise-separable, mbconv\. Give another one itself/,
  });
  const value = small({ operation: mobileOperations.mbconv });
  assert.deepEqual(build(value).layers, build(small({})).layers);
});

test("what an operation of one's own does wrong is named with it, its block and its layer", () => {
  const odd = (of: MobileOperation["build"]) => small({}, { operation: { name: "odd", build: of } });
  assert.throws(() => build(odd((ops, x) => ops.conv("even", x, 16, { kernel: 2 }))), {
    name: "NetworkError",
    message: /^operation "odd", layer "s2\.b1\.even" \(conv\): expected an odd kernel, got 2$/,
  });
  assert.throws(() => build(odd(() => undefined as never)), {
    name: "NetworkError",
    message:
      /^s2\.b1: an operation returns the output of its last operator, got nothing; return it from build \(operation "odd"\)$/,
  });
  assert.throws(
    () => build(odd((async () => Promise.reject(new Error("unheard"))) as never)),
    /got a promise/,
  );
  let calls = 0;
  const moody = odd((ops, x, { width, stride }) => ops.conv("c", x, width, { stride, bias: calls++ > 1 }));
  assert.throws(() => countArchitecture(moody, 32), /operation "odd" is built with .*, and counted with/);
});

const base = small({});
for (const [what, stack, message] of [
  ["no blocks", { ...base, blocks: undefined }, /^build: blocks must be an array of blocks, got undefined$/],
  [
    "a block that is none",
    { ...base, blocks: [3] },
    /^build: block 1 must be \{ operation, repeats, .* \}, got 3$/,
  ],
  [
    "an even kernel",
    small({}, { kernel: 4 }),
    /^build: block 2: kernel must be a positive odd integer, got 4$/,
  ],
  ["a width of 0", small({ width: 0 }), /^build: block 1: width must be a positive integer, got 0$/],
  ["a width that is no number", small({ width: "16" as never }), /block 1: width must be .*, got "16"/],
  ["a stride of ½", small({ stride: 0.5 }), /block 1: stride must be a positive integer, got 0\.5/],
  ["a repeat of −1", small({ repeats: -1 }), /block 1: repeats must be an integer of 0 or more, got -1/],
  ["an expansion of 0", small({ expansion: 0 }), /block 1: expansion must be a number above 0, got 0/],
  [
    "a ratio of 2",
    small({ squeezeExcite: 2 }),
    /block 1: squeezeExcite must be a share .* in \[0, 1\], got 2/,
  ],
  [
    "a skip that there is not",
    small({ skip: "max" as never }),
    /block 1: skip must be "identity", "pool", "none", got "max"/,
  ],
  [
    "an operation that there is not",
    small({}, { operation: "fused" as never }),
    /block 2: unknown operation "fused"; known are conv, depthwise-separable, mbconv, or give one of your own/,
  ],
  [
    "a built-in's name on another operation",
    small({ operation: { ...ghost, name: "conv" } }),
    /block 1: operation "conv" has the name of a built-in operation and is another/,
  ],
  [
    "an operation without build",
    small({ operation: { name: "x" } as never }),
    /block 1: operation must be one of .*, or \{ name, build \}/,
  ],
  [
    "a misspelt part of a block",
    small({ squeezExcite: 0.25 } as never),
    /block 1: unknown option "squeezExcite"; did you mean "squeezeExcite"\?/,
  ],
  [
    "more layers than fit",
    small({ repeats: 1e9 }),
    /the blocks' repeats together must be at most 100000 layers, got 1000000000/,
  ],
  ["a multiplier of 0", { ...base, scaling: { width: 0 } }, /scaling\.width must be a number above 0, got 0/],
  [
    "a multiplier that leaves the integers",
    { ...base, scaling: { width: 1e15 } },
    /block 1: width must be a width that scaling\.width = 1000000000000000 leaves below 2⁵³, got 16/,
  ],
  [
    "an activation that there is not",
    { ...base, activation: "gelu" },
    /activation must be "relu" or "silu", got "gelu"/,
  ],
  ["a stem that is none", { ...base, stem: 8 }, /stem must be \{ width, kernel, stride \}, got 8/],
  ["a head without width", { ...base, head: {} }, /head\.width must be a positive integer, got undefined/],
] as const) {
  test(`a stack with ${what} is rejected by name, before anything is built`, () => {
    assert.throws(() => build(stack), { name: "NetworkError", message });
    assert.throws(() => countArchitecture(stack, 32), { name: "NetworkError" });
  });
}

test("mobileStack() rejects what is none, and parts that a stack does not have", () => {
  assert.throws(() => mobileStack(3 as never), {
    name: "NetworkError",
    message: /expected \{ stem, blocks, … \}, got 3/,
  });
  assert.throws(
    () => mobileStack({ ...base, stems: {} } as never),
    /unknown option "stems"; did you mean "stem"\?/,
  );
});
