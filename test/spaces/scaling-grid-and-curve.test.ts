/** Grids of factors under a budget of flops, and scaling along one dimension. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  countArchitecture,
  efficientNetRule,
  type MobileStack,
  mobileStack,
  nasBenchMacro,
  scale,
  scalingCurve,
  scalingGrid,
  V,
  zoo,
} from "netspace";

const { architecture: base } = zoo("EfficientNet-B0");
const own = countArchitecture(base, 224).flops;
const steps = [1, 1.1, 1.2, 1.3, 1.4, 1.5];

test("a grid by flops has the networks that cost what was asked for, each counted on its own", () => {
  const grid = scalingGrid(base, { budget: 2, depth: steps, width: steps, resolution: steps });
  let expected = 0;
  for (const depth of steps) {
    for (const width of steps) {
      for (const resolution of steps) {
        const scaled = scale(base, { depth, width, resolution });
        const flops = countArchitecture(scaled, scaled.resolution ?? 224).flops;
        if (Math.abs(flops / own / 2 - 1) > 0.05) continue;
        const found = grid[expected++];
        assert.deepEqual(found.by, { depth, width, resolution });
        assert.deepEqual([found.flops, found.ratio], [flops, flops / own]);
        assert.equal(found.pixels, scaled.resolution ?? 224);
        assert.equal(found.product, depth * width ** 2 * resolution ** 2);
      }
    }
  }
  assert.equal(grid.length, expected);
  assert.ok(expected > 5);
});

test("by the formula there are as many as compound scaling's grid has, and they do not cost what the formula says", () => {
  const grid = scalingGrid(base, { budget: 2, by: "product" });
  assert.equal(grid.length, 109);
  const ratios = grid.map(({ ratio }) => ratio);
  // Depthwise layers grow with the width, not with its square, and depths are rounded up.
  assert.ok(Math.max(...ratios) / Math.min(...ratios) > 1.2);
});

test("factors that round to one network are left out where that is asked for", () => {
  const small = anyNet([{ depth: 2, width: 16, bottleneck: 1, groupWidth: 1, stride: 1 }], { block: V });
  const options = {
    budget: 2,
    tolerance: 0.3,
    depth: [1, 1.2, 1.4, 1.5, 2],
    width: [1],
    resolution: [1, 1.2],
  };
  const all = scalingGrid(small, options);
  const distinct = scalingGrid(small, { ...options, distinct: true });
  const keyOf = ({ architecture: { stages }, pixels }: (typeof all)[number]) =>
    `${stages[0].depth} ${pixels}`;
  assert.deepEqual(distinct.map(keyOf), [...new Set(all.map(keyOf))]);
  assert.ok(distinct.length < all.length);
});

test("networks of mobile stacks are one where their multipliers differ and their layers do not", () => {
  const { blocks, stem, head, activation } = zoo<MobileStack>("EfficientNet-B6").architecture;
  const options = { budget: 2, distinct: true };
  const stacks = scalingGrid(mobileStack({ blocks, stem, head, activation }), options);
  assert.deepEqual(
    stacks.map(({ flops }) => flops),
    scalingGrid(base, options).map(({ flops }) => flops),
  );
});

test("a curve meets each budget as nearly as a network can, on either side", () => {
  const cases = { depth: 0.07, width: 0.03, resolution: 0.06 } as const;
  for (const [along, tolerance] of Object.entries(cases)) {
    const name = along as keyof typeof cases;
    for (const { budget, ratio, by } of scalingCurve(base, name, { budgets: [0.6, 1, 2, 4] })) {
      assert.ok(Math.abs(ratio / budget - 1) < tolerance, `${along} ${budget}: ${ratio}`);
      for (const other of ["depth", "width", "resolution"] as const) {
        if (other !== name) assert.equal(by[other], 1);
      }
      const near = [0.995, 1.005].map(change => {
        const moved = scale(base, { ...by, [name]: by[name] * change });
        return countArchitecture(moved, moved.resolution ?? 224).flops / own;
      });
      for (const other of near) {
        assert.ok(Math.abs(Math.log(other / budget)) >= Math.abs(Math.log(ratio / budget)) - 1e-9);
      }
    }
  }
});

test("a curve by a rule has the rule's powers; at the base's flops it is the base", () => {
  const [one, four] = scalingCurve(base, efficientNetRule, { budgets: [1, 4] });
  assert.deepEqual(one.by, { depth: 1, width: 1, resolution: 1 });
  assert.equal(one.flops, own);
  const phi = Math.log(four.by.depth) / Math.log(1.2);
  assert.ok(Math.abs(four.by.width - 1.1 ** phi) < 1e-12);
  assert.ok(Math.abs(four.by.resolution - 1.15 ** phi) < 1e-12);
  assert.ok(Math.abs(four.ratio / 4 - 1) < 0.05);
});

test("a grid or a curve that cannot be is named", () => {
  for (const [call, message] of [
    [
      () => scalingGrid(base, { budget: 0 }),
      /^RangeError: scalingGrid: budget must be a number above 0, got 0$/,
    ],
    [
      () => scalingGrid(base, { budget: 100 }),
      /^RangeError: scalingGrid: no factors make 100 times the base's flops within 5 %; widen the tolerance/,
    ],
    [
      () => scalingGrid(base, { budget: 2, by: "params" as "flops" }),
      /^RangeError: scalingGrid: by must be "flops" or "product", got "params"$/,
    ],
    [
      () => scalingCurve(base, "height" as "depth", { budgets: [2] }),
      /^RangeError: scalingCurve: expected "depth", "width", "resolution" or a rule .*, got "height"$/,
    ],
    [
      () => scalingCurve(base, { alpha: 1, beta: 1, gamma: 1 }, { budgets: [2] }),
      /that makes networks larger, got/,
    ],
    [
      () => scalingCurve(base, "depth", { budgets: [2, -1] }),
      /^RangeError: scalingCurve: budgets must be numbers above 0, such as \[1, 2, 4\], got -1 at index 1$/,
    ],
    [
      () => scalingCurve(nasBenchMacro("22212220"), "depth", { budgets: [2] }),
      /^NetworkError: scale: family "NAS-Bench-Macro" has no depth to scale/,
    ],
  ] as const) {
    assert.throws(call, message);
  }
});
