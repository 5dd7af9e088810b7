/** Layer assignment at a fixed depth, and under a budget of flops. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  type Architecture,
  countArchitecture,
  decisions,
  describe,
  layerAssignment,
  mobileStack,
  nasBench201,
  nasBenchMacro,
  seeded,
  SmallAssignments,
  spaceByName,
  zoo,
} from "netspace";

const stage = { depth: 1, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 };
const base = anyNet([stage, stage, stage], { classes: 10 });
const depths = ({ stages }: Architecture) => stages.map(({ depth }) => depth);

test("all assignments of up to four layers to each of three stages are 64", () => {
  const space = layerAssignment(base, { most: 4 });
  assert.equal(space.size, 64n);
  const seen = new Set(Array.from(decisions(space).ways(), way => depths(way.architecture).join()));
  assert.equal(seen.size, 64);
  assert.deepEqual(space.dimensions, ["d1", "d2", "d3"]);
});

test("sixteen layers in four stages are 455 compositions, with empty stages not for an AnyNet", () => {
  const { architecture } = zoo("ResNet-50");
  const space = layerAssignment(architecture, { layers: 16 });
  // Compositions of 16 into 4 parts: 15 choose 3.
  assert.equal(space.size, 455n);
  assert.equal(space.name, "layers of ResNet-50");
  for (const { architecture: one } of decisions(space).ways()) {
    assert.equal(
      depths(one).reduce((a, b) => a + b),
      16,
    );
    assert.equal(one.name, undefined);
  }
  assert.equal(layerAssignment(architecture, { layers: 16, least: 0 }).size, 455n);
  assert.equal(
    layerAssignment(architecture, { layers: 16, least: [3, 3, 3, 3], most: [3, 9, 9, 9] }).size,
    15n,
  );
  const mine = decisions(space).encode({ ...architecture, name: undefined });
  assert.deepEqual(mine.choices, { d1: 3, d2: 4, d3: 6, d4: 3 });
});

test("under a budget of flops there are all assignments in it, and no others", () => {
  const window = [3e6, 5e6] as const;
  const space = layerAssignment(base, { flops: window, resolution: 64, most: [20, 20, 30] });
  const inside: string[] = [];
  for (let a = 1; a <= 20; a++) {
    for (let b = 1; b <= 20; b++) {
      for (let c = 1; c <= 30; c++) {
        const stages = [a, b, c].map(depth => ({ ...stage, depth }));
        const { flops } = countArchitecture(anyNet(stages, { classes: 10 }), 64);
        if (flops >= window[0] && flops <= window[1]) inside.push([a, b, c].join());
      }
    }
  }
  assert.ok(inside.length > 50);
  assert.deepEqual(
    Array.from(decisions(space).ways(), way => depths(way.architecture).join()),
    inside,
  );
  assert.equal(space.size, BigInt(inside.length));
  // Without bounds of its own a stage is as deep as the budget allows.
  const open = layerAssignment(base, { flops: [3e6, 3.05e6], resolution: 64 });
  assert.ok(open.size >= 26n);
  assert.ok(Array.from(decisions(open).ways(), way => depths(way.architecture)[2]).some(depth => depth > 20));
});

test("a range of layers has the assignments of each number in it, and no others", () => {
  const listed = (layers: number | readonly [number, number]) =>
    Array.from(decisions(layerAssignment(base, { layers })).ways(), way => depths(way.architecture).join());
  const each = [4, 5, 6].flatMap(layers => listed(layers));
  assert.deepEqual(new Set(listed([4, 6])), new Set(each));
  assert.equal(each.length, 3 + 6 + 10);
  assert.deepEqual(listed([5, 5]), listed(5));
  // From one layer on: what is below one a stage is not there.
  assert.deepEqual(listed([1, 4]), ["1,1,1", "1,1,2", "1,2,1", "2,1,1"]);
  assert.equal(layerAssignment(nasBenchMacro("22222222"), { layers: [1, 8], least: 0 }).size, 47n);
});

test("SmallAssignments are the 56 of up to eight layers, in which a layer costs the same in every stage", () => {
  assert.equal(SmallAssignments.size, 56n);
  assert.equal(spaceByName("SmallAssignments"), SmallAssignments);
  const costs = new Map<number, Set<number>>();
  for (const { architecture } of decisions(SmallAssignments).ways()) {
    const layers = depths(architecture).reduce((a, b) => a + b);
    const { flops } = countArchitecture(architecture, 12);
    costs.set(layers, (costs.get(layers) ?? new Set()).add(flops));
  }
  // 144 places · 9 · 8² = 36 · 9 · 16² = 9 · 9 · 32²
  assert.deepEqual(
    Array.from(costs).sort(([a], [b]) => a - b),
    [3, 4, 5, 6, 7, 8].map(layers => [layers, new Set([206_538 + 82_944 * (layers - 3)])]),
  );
});

test("each assignment is as likely to be drawn as any other", () => {
  const space = layerAssignment(base, { layers: 6 });
  const random = seeded(7);
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const key = depths(space.draw(random)!).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 10);
  // Four standard deviations of a binomial with p = 1/10.
  for (const count of counts.values()) assert.ok(Math.abs(count - 2000) < 4 * Math.sqrt(20_000 * 0.09));
});

test("layers of NAS-Bench-Macro are assigned within its stages' capacity", () => {
  const space = layerAssignment(nasBenchMacro("22222222"), { layers: 4, least: 0 });
  const codes = Array.from(decisions(space).ways(), way => describe(way.architecture));
  // (2, 3, 3) with four layers: those of NIR's test on this table.
  assert.deepEqual(codes, [
    "00200222",
    "00220220",
    "00222200",
    "20000222",
    "20200220",
    "20220200",
    "20222000",
    "22000220",
    "22200200",
    "22220000",
  ]);
});

for (const [options, message] of [
  [{}, /expected a bound, such as \{ layers: 16 \}/],
  [{ flops: [1, 2] }, /no assignment meets \{"flops":\[1,2\]\}; widen flops/],
  [{ layers: 2 }, /no assignment meets \{"layers":2\}/],
  [{ most: [1, 2] }, /most must be one number, or one for each of 3 stages, got \[1, 2\]/],
  [{ most: 1.5 }, /most must be a whole number from 0 on, got 1\.5/],
  [
    { layers: [8, 3] as const },
    /layers must be a whole number, or \[low, high\] with low ≤ high, got \[8, 3\]/,
  ],
  [{ layers: [3] as object as [3, 3] }, /layers\[1\] must be a whole number from 1 on, got undefined/],
  [{ layers: [3, 8, 9] as object as [3, 8] }, /layers must be a whole number, or \[low, high\]/],
  [{ layers: [0, 4] as const }, /layers\[0\] must be a whole number from 1 on, got 0/],
  [{ layers: [3, Infinity] as const }, /layers\[1\] must be a whole number from 1 on, got Infinity/],
  [{ layers: 0 }, /layers must be a whole number from 1 on, got 0/],
  [{ flops: [3, 1] }, /flops must be \[low, high\] with 0 ≤ low ≤ high, got \[3, 1\]/],
  [{ most: 100 }, /more than 200000 assignments; lower most, layers or flops/],
  [{ depth: 3 } as object, /unknown option "depth"/],
] as const) {
  test(`assignments that nothing bounds, or nothing meets, are refused: ${String(message)}`, () => {
    assert.throws(() => layerAssignment(base, options), { name: "RangeError", message });
  });
}

test("an architecture without stages has no layers to assign", () => {
  assert.throws(() => layerAssignment(nasBench201("|none~0|"), { most: 3 }), {
    name: "RangeError",
    message: /family "NAS-Bench-201", which has no depths\(\) and withDepths\(\)/,
  });
});

test("layers of a mobile stack are assigned to its blocks, with what a multiplier of depth made of them", () => {
  const stack = mobileStack({
    stem: { width: 8, stride: 1 },
    blocks: [1, 2, 2].map((repeats, i) => ({
      operation: "mbconv",
      expansion: 2,
      kernel: 3,
      stride: i ? 2 : 1,
      width: 8 * (i + 1),
      repeats,
    })),
    scaling: { depth: 1.5, width: 2 },
    classes: 10,
  });
  // 1, 2 and 2 layers times 1.5, rounded up: 2, 3 and 3.
  const space = layerAssignment(stack, { layers: 8 });
  assert.equal(space.size, 21n);
  const same = decisions(space).decode({ d1: 2, d2: 3, d3: 3 }).architecture;
  assert.deepEqual(countArchitecture(same, 32), countArchitecture(stack, 32));
  for (const { architecture, choices } of decisions(space).ways()) {
    const { blocks } = architecture;
    assert.deepEqual(
      blocks.map(({ repeats }) => repeats),
      [choices.d1, choices.d2, choices.d3],
    );
  }
});
