/** MnasNet's space, NAS-RL's and ENAS's macro space: sizes, drawing, programs, windows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  complexity,
  countArchitecture,
  decisions,
  enasMacroSpace,
  ENASMacro,
  ENASMacroSmall,
  type LayerStack,
  mnasNetSpace,
  MnasNet,
  MnasNetBothExpansions,
  MnasNetSmall,
  type MobileStack,
  nasRlSpace,
  NASRL,
  NASRLSmall,
  NASRLStrides,
  reviveArchitecture,
  sample,
  seeded,
  type Space,
  spaceByName,
  storeArchitecture,
} from "netspace";

type Other = Space<LayerStack> | Space<MobileStack>;
const all: readonly Other[] = [
  MnasNet,
  MnasNetBothExpansions,
  MnasNetSmall,
  NASRL,
  NASRLStrides,
  NASRLSmall,
  ENASMacro,
  ENASMacroSmall,
];
const general = all as unknown as readonly Space<MobileStack>[];

test("sizes are exact: per layer or block what is listed, per pair of layers a skip or none", () => {
  for (const layers of [1, 2, 6, 15, 39]) {
    const pairs = BigInt((layers * (layers - 1)) / 2);
    assert.equal(nasRlSpace({ layers }).size, 64n ** BigInt(layers) * 2n ** pairs);
    const strided = nasRlSpace({ layers, strides: true }).size;
    assert.equal(strided, 64n ** BigInt(layers) * 2n ** pairs * 9n ** BigInt(layers));
  }
  // 5.0e58, worked out from the formula.
  assert.equal(Number(NASRL.size).toExponential(1), "5.0e+58");
  assert.equal(ENASMacro.size, 6n ** 12n * 2n ** 66n);
  assert.equal(Number(ENASMacro.size).toExponential(3), "1.606e+29");
  assert.equal(MnasNet.size, 324n ** 7n);
  assert.equal(MnasNetBothExpansions.size, 432n ** 7n);
  // The paper's formula has five blocks: 1.5e13.
  const five = { widths: [16, 24, 32, 64, 96], repeats: [1, 2, 3, 4, 3], strides: [1, 2, 2, 2, 1] };
  assert.equal(Number(mnasNetSpace({ ...five, expansions: [3, 6] }).size).toExponential(1), "1.5e+13");
});

test("what is drawn is counted as it is built, comes back from JSON, and has choices that make it", () => {
  for (const space of general) {
    const program = decisions(space);
    assert.equal(spaceByName(space.name), space);
    const drawn = sample(space, { n: 25, seed: 7, resolution: 32 });
    for (const { architecture, ...cost } of drawn) {
      assert.deepEqual(complexity(build(architecture), 32), cost, space.name);
      const stored = storeArchitecture(architecture);
      assert.deepEqual(reviveArchitecture(JSON.parse(JSON.stringify(stored)) as typeof stored), architecture);
      const way = program.encode(architecture);
      assert.deepEqual(program.decode(way.code).architecture, architecture);
      assert.equal(program.vector(way).length, space.dimensions.length);
    }
    assert.equal(new Set(drawn.map(({ flops }) => flops)).size > 20, true, space.name);
  }
});

test("windows hold what they ask for, by flops, params, acts and depth", () => {
  for (const space of [
    MnasNetSmall,
    ENASMacroSmall,
    NASRLSmall,
  ] as unknown as readonly Space<MobileStack>[]) {
    const [low, high] = [1e6, 8e6];
    for (const { flops } of sample(space, {
      n: 10,
      seed: 1,
      resolution: 32,
      where: { flops: [low, high] },
    })) {
      assert.ok(flops >= low && flops <= high, space.name);
    }
  }
  const deep = sample(MnasNetSmall, { n: 10, seed: 1, resolution: 32, where: { depth: [20, 22] } });
  for (const { architecture } of deep) {
    const layers = architecture.blocks.reduce((sum, { repeats }) => sum + repeats, 0);
    assert.ok(layers >= 20 && layers <= 22);
  }
});

test("MnasNet's filters and layers are relative to MobileNetV2's", () => {
  const [widths, repeats] = [
    [16, 24, 32, 64, 96, 160, 320],
    [1, 2, 3, 4, 3, 3, 1],
  ];
  const seen = new Set<string>();
  for (const { architecture } of sample(MnasNet, { n: 300, seed: 5, resolution: 32 })) {
    for (const [i, block] of architecture.blocks.entries()) {
      assert.ok([0.75, 1, 1.25].includes(block.width / widths[i]));
      assert.ok([-1, 0, 1].includes(block.repeats - repeats[i]));
      seen.add(JSON.stringify([block.operation, block.kernel, block.squeezeExcite, block.skip]));
      if (block.operation === "mbconv") assert.equal(block.expansion, 6);
    }
  }
  assert.equal(seen.size, 3 * 2 * 2 * 3);
});

test("ENAS's layers skip to any earlier layer and the stem but not to the one before; maps are halved twice", () => {
  const read = new Set<string>();
  for (const { architecture } of sample(ENASMacro, { n: 100, seed: 2, resolution: 32 })) {
    assert.deepEqual(architecture.reductions, [4, 8]);
    for (const [i, { from = [] }] of architecture.layers.entries()) {
      for (const each of from) read.add(`${i + 1} ${each}`);
    }
  }
  const possible = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: i }, (_unused, j) => `${i + 1} ${j}`),
  );
  assert.deepEqual([...read].sort(), possible.flat().sort());
  const final = enasMacroSpace({ layers: 6, filters: 8, joins: "concat" }).draw(seeded(1))!;
  assert.deepEqual(
    final.layers.map(({ width }) => width),
    [8, 8, 16, 16, 32, 32],
  );
});

test("a space for small images differs in its parameters alone", () => {
  const mine = mnasNetSpace({ stem: { width: 8, stride: 1 }, head: 0 }).named("mine");
  const { stem, head } = mine.draw(seeded(1))!;
  assert.deepEqual([stem, head], [{ width: 8, stride: 1 }, undefined]);
  const narrow = MnasNet.with({ scaling: { width: 0.25, depth: 1 }, classes: 10 }).draw(seeded(1))!;
  assert.deepEqual([narrow.scaling, narrow.classes], [{ width: 0.25, depth: 1 }, 10]);
});

for (const [what, call, message] of [
  [
    "no layers",
    () => nasRlSpace({ layers: 0 }),
    /^nasRlSpace: layers must be an integer from 1 to 100, got 0$/,
  ],
  [
    "too many layers",
    () => nasRlSpace({ layers: 1000 }),
    /^nasRlSpace: layers must be an integer from 1 to 100, got 1000$/,
  ],
  ["even sides", () => nasRlSpace({ sides: [2] }), /^nasRlSpace: sides must be odd, got \[2\]$/],
  [
    "equal filters",
    () => nasRlSpace({ filters: [8, 8] }),
    /^nasRlSpace: filters must be different positive integers, got \[8, 8\]$/,
  ],
  [
    "a misspelt option",
    () => nasRlSpace({ filter: [8] } as never),
    /unknown option "filter"; did you mean "filters"\?/,
  ],
  [
    "layers that have no thirds",
    () => enasMacroSpace({ layers: 7 }),
    /^enasMacroSpace: layers must be a multiple of 3, got 7$/,
  ],
  [
    "odd filters",
    () => enasMacroSpace({ filters: 9 }),
    /^enasMacroSpace: filters must be a positive even integer, got 9$/,
  ],
  [
    "another join",
    () => enasMacroSpace({ joins: "before" as never }),
    /^enasMacroSpace: joins must be "sum" or "concat", got "before"$/,
  ],
  [
    "widths of other blocks",
    () => mnasNetSpace({ widths: [8] }),
    /^mnasNetSpace: widths, repeats and strides must have one value per block, got 1, 7 and 7; give each 1$/,
  ],
  [
    "an expansion of 0",
    () => mnasNetSpace({ expansions: [0] }),
    /^mnasNetSpace: expansions must be positive integers, got \[0\]$/,
  ],
  ["a stem without width", () => mnasNetSpace({ stem: {} as never }), /^mnasNetSpace: stem: expected/],
  [
    "a head below 0",
    () => mnasNetSpace({ head: -1 }),
    /^mnasNetSpace: head must be 0, or a positive integer, got -1$/,
  ],
] as const) {
  test(`a space with ${what} says so`, () => {
    assert.throws(call, { name: "RangeError", message });
  });
}

test("networks of spaces that were searched on CIFAR are for its images, and so are the small ones", () => {
  for (const space of [NASRL, NASRLStrides, NASRLSmall, ENASMacro, ENASMacroSmall, MnasNetSmall]) {
    const [{ architecture, flops }] = sample(space as never, { n: 1, seed: 1 });
    assert.equal((architecture as { resolution?: number }).resolution, 32);
    assert.equal(flops, countArchitecture(architecture, 32).flops);
  }
});
