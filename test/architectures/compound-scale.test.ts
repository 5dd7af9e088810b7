/** Compound scaling by a rule, and the φ that published factors would have (Tan & Le, ICML 2019). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { build, compoundScale, countArchitecture, efficientNetRule, impliedPhi, scale, zoo } from "netspace";

const { architecture: base } = zoo("EfficientNet-B0");

test("the rule at φ is scale() by its powers; at 0 the network is what it was", () => {
  const { alpha, beta, gamma } = efficientNetRule;
  for (const phi of [-1, 0.5, 1, 3]) {
    assert.deepEqual(
      compoundScale(base, phi, efficientNetRule),
      scale(base, { depth: alpha ** phi, width: beta ** phi, resolution: gamma ** phi }),
    );
  }
  assert.deepEqual(build(compoundScale(base, 0, efficientNetRule)).layers, build(base).layers);
  const fine = compoundScale(base, 1, efficientNetRule, { divisor: 1 });
  assert.deepEqual(
    fine.stages.map(({ width }) => width),
    base.stages.map(({ width }) => Math.round(1.1 * width)),
  );
});

test("the rule at φ = 2 has the parameters of an independent count, which are not B3's", () => {
  assert.equal(countArchitecture(compoundScale(base, 2, efficientNetRule)).params, 12_255_408);
  assert.equal(zoo("EfficientNet-B3").exact?.params, 12_233_232);
});

test("the published coefficients of B1 to B7 imply another φ for each dimension", () => {
  // By hand: ln 1.1 / ln 1.2 = 0.5227…; ln(240 / 224) / ln 1.15 = 0.4936…
  const published = [
    [1, 1.1, 240, 0, 0.52, 0.49],
    [1.1, 1.2, 260, 1, 1, 1.07],
    [1.2, 1.4, 300, 1.91, 1.85, 2.09],
    [1.4, 1.8, 380, 3.53, 3.22, 3.78],
    [1.6, 2.2, 456, 4.93, 4.32, 5.09],
    [1.8, 2.6, 528, 6.17, 5.24, 6.14],
    [2, 3.1, 600, 7.27, 6.21, 7.05],
  ];
  for (const [width, depth, pixels, ...expected] of published) {
    const phi = impliedPhi({ width, depth, resolution: pixels / 224 }, efficientNetRule);
    for (const [i, name] of (["width", "depth", "resolution"] as const).entries()) {
      assert.equal(phi[name].toFixed(2), expected[i].toFixed(2));
    }
  }
  assert.deepEqual(Object.keys(impliedPhi({ depth: 2 }, efficientNetRule)), ["depth"]);
});

test("what is no rule, no φ or no factor is named", () => {
  const rule = { alpha: 1.2, beta: 1.1, gamma: 1 };
  for (const [call, message] of [
    [() => compoundScale(base, NaN, rule), /^RangeError: compoundScale: phi must be a number, got NaN$/],
    [
      () => compoundScale(base, 1, { ...rule, beta: 0 }),
      /^RangeError: compoundScale: beta must be a number above 0, got 0$/,
    ],
    [
      () => impliedPhi({ depth: -1 }, rule),
      /^RangeError: impliedPhi: depth must be a number above 0, got -1$/,
    ],
    [
      () => impliedPhi({ resolution: 2 }, rule),
      /^RangeError: impliedPhi: expected gamma other than 1, of which every power is 1, for resolution, got 1$/,
    ],
  ] as const) {
    assert.throws(call, message);
  }
});
