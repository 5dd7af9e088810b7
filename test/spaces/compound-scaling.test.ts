/** Compound scaling: factors on a grid under a budget, and a factor that follows from the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compoundScaling, countArchitecture, decisions, nasBenchMacro, zoo } from "netspace";

const { architecture: base } = zoo("EfficientNet-B0");

test("factors of a grid are all combinations, each of them once", () => {
  const space = compoundScaling(base, { depth: [1, 1.2], width: [1, 1.1, 1.2], resolution: [1, 1.15] });
  assert.equal(space.size, 12n);
  assert.equal(space.name, "EfficientNet-B0 scaled");
  const all = Array.from(decisions(space).ways(), way => way.choices);
  assert.deepEqual(all[0], { depth: 1, width: 1, resolution: 1 });
  assert.equal(new Set(all.map(choices => JSON.stringify(choices))).size, 12);
});

test("under a budget there are the combinations within the tolerance, and no others", () => {
  const space = compoundScaling(base, { product: 2, tolerance: 0.1 });
  let inside = 0;
  for (let d = 20; d <= 40; d++) {
    for (let w = 20; w <= 40; w++) {
      for (let r = 20; r <= 40; r++) {
        if (Math.abs((d / 20) * (w / 20) ** 2 * (r / 20) ** 2 - 2) <= 0.1 + 1e-9) inside++;
      }
    }
  }
  assert.equal(space.size, BigInt(inside));
  // The published choice: 1.2 · 1.1² · 1.15² = 1.92.
  const way = decisions(space).decode({ depth: 1.2, width: 1.1, resolution: 1.15 });
  assert.equal(way.architecture.resolution, 257);
});

test("the rule at φ = 2 costs what an independent count gives", () => {
  const space = compoundScaling(base, { depth: [1.2], width: [1.1], resolution: [1.15], phi: 2 });
  const [{ architecture }] = decisions(space).ways();
  const { params, flops } = countArchitecture(architecture);
  // 12,255,408 params and 1,810,522,464 multiply-adds at 296 pixels; the rest of the flops are biases.
  assert.equal(params, 12_255_408);
  assert.equal(architecture.resolution, 296);
  assert.ok(flops > 1_810_522_464 && flops < 1_810_522_464 + 30_000);
});

test("a factor that is solved for makes the product exact, and is at least 1", () => {
  const space = compoundScaling(base, { product: 2, solve: "resolution" });
  let inside = 0;
  for (let d = 20; d <= 40; d++) {
    for (let w = 20; w <= 40; w++) if ((d / 20) * (w / 20) ** 2 <= 2 + 1e-6) inside++;
  }
  assert.equal(space.size, BigInt(inside));
  assert.deepEqual(space.dimensions, ["depth", "width"]);
  const { architecture } = decisions(space).decode({ depth: 1, width: 1 });
  assert.equal(architecture.resolution, Math.trunc(224 * Math.SQRT2));
});

for (const [options, message] of [
  [{ product: 100 }, /no combination has a product of 100; widen the tolerance/],
  [
    { depth: [1.2, 1.1] },
    /depth must be rising factors above 0, such as \[1, 1\.2, 1\.4\], got \[1\.2, 1\.1\]/,
  ],
  [{ width: [] }, /width must be rising factors/],
  [{ solve: "depth" }, /solve must be one of depth, width, resolution, with a product/],
  [{ product: -1 }, /product must be above 0, got -1/],
  [{ phi: 0 }, /phi must be above 0, got 0/],
  [{ beta: [1] } as object, /unknown option "beta"/],
] as const) {
  test(`factors that are none are refused: ${String(message)}`, () => {
    assert.throws(() => compoundScaling(base, options), { name: "RangeError", message });
  });
}

test("what cannot be scaled is named", () => {
  const macro = nasBenchMacro("22212220");
  const make = () => compoundScaling(macro, { depth: [1, 2], width: [1], resolution: [1] });
  assert.throws(
    make,
    /family "NAS-Bench-Macro" has no depth to scale, got 2; its width and resolution can be scaled/,
  );
});
