/** Scaling of depth, width and resolution (Tan & Le, ICML 2019). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  type Architecture,
  build,
  complexity,
  countArchitecture,
  layerStack,
  type MobileStack,
  mobileStack,
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
    /^NetworkError: scale: family "layers" has no depths and widths to scale; expected an AnyNet or a mobile stack$/,
  ],
] as const) {
  test(`scale() with ${what} says so`, () => {
    assert.throws(call, message);
  });
}

test("only the resolution of a layer stack can be scaled", () => {
  const stack = layerStack({ joins: "before", layers: [{ operation: "conv", width: 8 }] });
  assert.equal(scale(stack, { resolution: 2 }).resolution, 448);
  assert.deepEqual(scale(anyNet([]), { resolution: 0.5 }).stages, []);
});
