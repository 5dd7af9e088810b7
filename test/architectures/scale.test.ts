/** Scaling of depth, width and resolution (Tan & Le, ICML 2019). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  type Architecture,
  build,
  cellNetwork,
  type CellNetwork,
  complexity,
  countArchitecture,
  layerStack,
  type MobileStack,
  mobileStack,
  nasBench201,
  nasBenchMacro,
  RegNetX,
  regNet,
  sample,
  scale,
  type Scaling,
  zoo,
} from "netspace";

const { architecture: anyNetB0 } = zoo("EfficientNet-B0");
const { blocks, stem, head, activation } = zoo<MobileStack>("EfficientNet-B6").architecture;
const mobileB0 = mobileStack({ blocks, stem, head, activation });

/** Multiply-adds and pixels, counted by an independent script; the first and the second are near the published B3. */
const compounds: readonly [string, Scaling, number, number, number?][] = [
  [
    "α, β and γ twice",
    { depth: 1.2 ** 2, width: 1.1 ** 2, resolution: 1.15 ** 2 },
    296,
    1_810_522_464,
    12_255_408,
  ],
  ["the compound", { depth: 1.4, width: 1.2, resolution: 1.3 }, 291, 1_800_091_280],
  ["four times the depth", { depth: 4 }, 224, 1_575_132_640],
  ["twice the width", { width: 2 }, 224, 1_449_958_848],
  ["twice the resolution", { resolution: 2 }, 448, 1_537_537_408],
];

/** Outputs that have a bias, without which flops are multiply-adds. */
function macs(architecture: Architecture | MobileStack, resolution: number): number {
  let biases = 0;
  for (const layer of build(architecture).layers) {
    if (layer.op === "conv" && layer.bias) biases += layer.out;
    if (layer.op === "linear") biases += layer.out;
  }
  return countArchitecture(architecture, resolution).flops - biases;
}

for (const [what, by, resolution, expected, params] of compounds) {
  test(`EfficientNet-B0 with ${what} has ${expected} multiply-adds, as an AnyNet and as a mobile stack`, () => {
    for (const base of [anyNetB0, mobileB0]) {
      const scaled: Architecture | MobileStack = scale<Architecture | MobileStack>(base, by);
      assert.equal(scaled.resolution ?? 224, resolution);
      assert.equal(macs(scaled, resolution), expected);
      if (params !== undefined) assert.equal(countArchitecture(scaled).params, params);
    }
  });
}

test("a mobile stack scaled twice is scaled once by the products; factors of one leave it as it is", () => {
  const twice = scale(scale(mobileB0, { width: 1.1, depth: 1.2 }), { width: 1.1, depth: 1.2 });
  const once = scale(mobileB0, { width: 1.1 * 1.1, depth: 1.2 * 1.2 });
  assert.deepEqual(twice, once);
  assert.deepEqual(countArchitecture(scale(mobileB0, {})), countArchitecture(mobileB0));
  assert.deepEqual(build(scale(anyNetB0, {})).layers, build(anyNetB0).layers);
  const a1 = zoo<MobileStack>("MnasNet-A1").architecture;
  assert.deepEqual(
    countArchitecture(scale(a1, { width: 1.4 })),
    countArchitecture(zoo<MobileStack>("MnasNet-A1-x1.4").architecture),
  );
});

test("AnyNets keep their groups: one group stays one, and group widths are fitted to the width", () => {
  const wide = scale(zoo("ResNet-50").architecture, { width: 1.5 });
  assert.deepEqual(
    wide.stages.map(({ width, groupWidth }) => [width, groupWidth]),
    [
      [384, 96],
      [768, 192],
      [1536, 384],
      [3072, 768],
    ],
  );
  for (const layer of build(wide).layers) if (layer.op === "conv") assert.equal(layer.groups, 1);
  assert.equal(wide.stem.width, 96);
  for (const { architecture } of sample(RegNetX, { n: 30, seed: 3, resolution: 32 })) {
    const scaled = scale(architecture, { width: 1.3, depth: 1.7 });
    assert.equal(scaled.parameters, undefined);
    assert.deepEqual(countArchitecture(scaled, 32), complexity(build(scaled), 32));
    assert.deepEqual(
      scaled.stages.map(({ depth }) => depth),
      architecture.stages.map(({ depth }) => Math.ceil(1.7 * depth)),
    );
  }
});

test("the resolution is that of the architecture times the factor, cut to an integer", () => {
  const small = { ...anyNetB0, resolution: 33 };
  assert.equal(scale(small, { resolution: 1.5 }).resolution, 49);
  assert.equal(scale(small, { depth: 2 }).resolution, 33);
});

const bad = regNet({ depth: 8, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 });
for (const [what, call, message] of [
  ["no factor", () => scale(bad, undefined as never), /^RangeError: scale: /],
  [
    "a factor of 0",
    () => scale(bad, { depth: 0 }),
    /^RangeError: scale: depth must be a number above 0, got 0$/,
  ],
  [
    "a factor without end",
    () => scale(bad, { width: Infinity }),
    /^RangeError: scale: width must be a number above 0, got Infinity$/,
  ],
  [
    "a misspelt factor",
    () => scale(bad, { widht: 2 } as never),
    /^RangeError: scale: unknown option "widht"; did you mean "width"\?/,
  ],
  [
    "no pixel left",
    () => scale(bad, { resolution: 0.001 }),
    /^RangeError: scale: resolution 0\.001 leaves no pixel of 224/,
  ],
  [
    "more blocks than fit",
    () => scale(bad, { depth: 1e9 }),
    /^NetworkError: scale: the stages' depths must add up to at most/,
  ],
  [
    "a family without depths",
    () => scale(layerStack({ joins: "before", layers: [{ operation: "conv", width: 8 }] }), { depth: 2 }),
    /^NetworkError: scale: family "layers" has no depth to scale, got 2; its width and resolution can be scaled$/,
  ],
  [
    "depths of a family without stages",
    () => scale(cellNetwork({ design: "DARTS-V2", cells: 5, filters: 4 }), { depth: [1, 2, 3] }),
    /^NetworkError: scale: family "Cells" has no stages whose layers can be listed, got depth .*; give a factor, such as 2$/,
  ],
  [
    "a list of too few depths",
    () => scale(zoo("ResNet-50").architecture, { depth: [3, 4, 6] }),
    /^RangeError: scale: depth must be a factor, or 4 whole numbers from 1 on, one for each stage, got /,
  ],
  [
    "a divisor that is none",
    () => scale(bad, { width: 2, divisor: 0 }),
    /^RangeError: scale: divisor must be a positive integer, got 0$/,
  ],
] as const) {
  test(`scale() with ${what} says so`, () => {
    assert.throws(call, message);
  });
}

/** Width, depth, pixels: tensorflow/tpu models/official/efficientnet. */
const coefficients = [
  [1, 1, 224],
  [1, 1.1, 240],
  [1.1, 1.2, 260],
  [1.2, 1.4, 300],
  [1.4, 1.8, 380],
  [1.6, 2.2, 456],
  [1.8, 2.6, 528],
  [2, 3.1, 600],
  [2.2, 3.6, 672],
];

test("EfficientNet's B0, as AnyNet and as mobile stack, is B1 to B8 by the published coefficients, to the integer", () => {
  for (const [i, [width, depth, pixels]] of coefficients.entries()) {
    const { architecture, resolution } = zoo<Architecture | MobileStack>(`EfficientNet-B${i}`);
    const published = countArchitecture(architecture, resolution);
    for (const base of [anyNetB0, mobileB0]) {
      const scaled = scale<Architecture | MobileStack>(base, { width, depth, resolution: pixels / 224 });
      assert.equal(scaled.resolution ?? 224, pixels);
      assert.deepEqual(countArchitecture(scaled, pixels), published, `B${i}`);
    }
  }
});

test("MnasNet's width multipliers give the parameters that its repository prints", () => {
  // tensorflow/tpu models/official/mnasnet, to the digits there; timm's integers.
  const a1 = zoo<MobileStack>("MnasNet-A1").architecture;
  for (const [width, params] of [
    [1, 3_887_038],
    [1.4, 6_105_992],
    [0.75, 2_912_278],
    [0.5, 2_082_006],
    [0.35, 1_747_018],
  ]) {
    assert.equal(countArchitecture(scale(a1, { width })).params, params);
  }
});

test("ResNet-RS's depths are lists, which scale takes as they are", () => {
  const base = zoo("ResNet-RS-50").architecture;
  for (const [depth, layers] of Object.entries({
    101: [3, 4, 23, 3],
    152: [3, 8, 36, 3],
    200: [3, 24, 36, 3],
    270: [4, 29, 53, 4],
    350: [4, 36, 72, 4],
    420: [4, 44, 87, 4],
  })) {
    const { architecture, resolution } = zoo(`ResNet-RS-${depth}`);
    assert.deepEqual(
      countArchitecture(scale(base, { depth: layers }), resolution),
      countArchitecture(architecture, resolution),
    );
  }
  // A mobile stack's multiplier is spent on its list.
  const listed = scale(scale(mobileB0, { depth: 2 }), { depth: [1, 2, 2, 3, 3, 4, 1] });
  assert.deepEqual(countArchitecture(listed), countArchitecture(mobileB0));
});

test("cells are multiplied by depth, their filters by width: AmoebaNet-A (6, 32) is (6, 36)", () => {
  // 3,219,490 parameters: an independent count; the paper prints 3.2M.
  const { architecture, resolution } = zoo<CellNetwork>("AmoebaNet-A-cifar");
  const wider = scale(architecture, { width: 36 / 32, divisor: 4 });
  assert.equal(wider.filters, 36);
  assert.equal(countArchitecture(wider, resolution).params, 3_219_490);
  const nasnet = zoo<CellNetwork>("NASNet-A-cifar").architecture;
  const deeper = scale(nasnet, { depth: 7 / 6 });
  assert.equal(deeper.cells, 21);
  const { design: _none, ...again } = { design: "NASNet-A", ...nasnet };
  assert.deepEqual(countArchitecture(deeper, 32), countArchitecture({ ...again, cells: 21 }, 32));
  const listed = cellNetwork({ design: "DARTS-V2", cells: 6, filters: 4, reductions: [1, 4] });
  assert.deepEqual(scale(listed, { depth: 2 }).reductions, [2, 8]);
});

test("NAS-Bench-201's cells and channels are scaled, and the channels of NAS-Bench-Macro and of layer stacks", () => {
  const cell = "|nor_conv_3x3~0|+|none~0|skip_connect~1|";
  const small = nasBench201(cell, { channels: 8, cells: 1 });
  const scaled = scale(small, { depth: 5, width: 2 });
  assert.deepEqual(countArchitecture(scaled, 32), countArchitecture(nasBench201(cell), 32));
  const macro = scale(nasBenchMacro("22212220"), { width: 0.5 });
  assert.deepEqual([macro.channels, macro.headWidth], [16, 640]);
  assert.throws(
    () => scale(macro, { depth: 2 }),
    /^NetworkError: scale: family "NAS-Bench-Macro" has no depth/,
  );
  const stack = layerStack({
    joins: "before",
    stem: { width: 16 },
    layers: [{ operation: "conv", width: 8 }, { operation: "max" }, { operation: "conv", width: 24 }],
  });
  const wide = scale(stack, { width: 2 });
  assert.deepEqual([wide.stem?.width, ...wide.layers.map(({ width }) => width)], [32, 16, undefined, 48]);
});

test("a divisor other than 8 is kept by a mobile stack, which rounds to it when it is built", () => {
  const fine = scale(mobileB0, { width: 1.1, divisor: 1 });
  assert.deepEqual(mobileFamilyColumns(fine), [18, 26, 44, 88, 123, 211, 352]);
  assert.deepEqual(scale(fine, {}).scaling, fine.scaling);
  assert.equal(scale(mobileB0, { width: 1.1 }).scaling?.divisor, undefined);
  assert.equal(scale(anyNetB0, { width: 1.1, divisor: 1 }).stem.width, 35);
});

/** Widths of the blocks as they are built. */
const mobileFamilyColumns = (stack: MobileStack): number[] => {
  const columns = stack.family.parameters(stack);
  return stack.blocks.map((_, i) => columns[`w${i + 1}`]);
};

test("a resolution whose product is whole but for rounding is that product", () => {
  for (let pixels = 1; pixels <= 600; pixels++) {
    for (const base of [12, 224, 33]) {
      assert.equal(
        scale({ ...anyNetB0, resolution: base }, { resolution: pixels / base }).resolution ?? base,
        pixels,
      );
    }
  }
});

test("of a layer stack widths and resolution can be scaled", () => {
  const stack = layerStack({ joins: "before", layers: [{ operation: "conv", width: 8 }] });
  assert.equal(scale(stack, { resolution: 2 }).resolution, 448);
  assert.deepEqual(scale(anyNet([]), { resolution: 0.5 }).stages, []);
});
