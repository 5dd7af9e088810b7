/** The paper's spaces as programs of choices, beside the samplers that draw them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  AnyNetXD,
  AnyNetXE,
  countArchitecture,
  decisions,
  designSpaceSizes,
  inferShapes,
  build,
  ksTest,
  oneOf,
  powersOfTwo,
  RegNetX,
  type Space,
  sample,
  seeded,
  spaceByName,
  spaceNames,
  storeArchitecture,
  type Architecture,
  uniform,
  RegNetSpace,
} from "netspace";
import { chiSquareTail } from "../../../src/statistics/distributions.js";

/** AnyNets and RegNets, which have samplers besides. */
const all = spaceNames()
  .map(spaceByName)
  .filter(({ family }) => family === undefined);
const textOf = (architecture: Architecture) => JSON.stringify(storeArchitecture(architecture));

/** Refinements beyond the paper's, among them those whose order fitting may break. */
const odd: readonly Space[] = [
  AnyNetXA.nonDecreasing("groupWidth"),
  AnyNetXA.nonIncreasing("groupWidth").nonDecreasing("width"),
  AnyNetXA.nonIncreasing("bottleneck").nonIncreasing("depth"),
  AnyNetXA.share("width"),
  AnyNetXA.share("depth").withStages(1),
  AnyNetXC.withDimension("bottleneck", oneOf([1 / 4, 1 / 2, 1, 1.5])).nonDecreasing("width"),
  AnyNetXA.withDimension("width", uniform(3, 50, 1)).withDimension("groupWidth", oneOf([1, 3, 7, 40])),
  RegNetX.withStages(2).tieWidths().fix("bottleneck", 2),
];

test("a program has the ways and the parameters that its space says, Table 1's among them", () => {
  for (const space of [...all, ...odd]) {
    const { size, vocabulary } = decisions(space);
    assert.equal(size, space.size, space.name);
    const names = vocabulary.map(({ name }) => name).sort();
    assert.deepEqual(names, [...space.dimensions].sort(), space.name);
  }
  const exact = designSpaceSizes.rows.map(({ space, exact: size }) => [space, size]);
  assert.deepEqual(
    exact,
    [AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE, RegNetX].map(space => [
      space.name,
      decisions(space).size,
    ]),
  );
});

test("what is sampled has choices that make it, and comes back from their code, their names and their vector", () => {
  for (const space of [...all, ...odd]) {
    const program = decisions(space);
    for (const { architecture } of sample(space, { n: 40, seed: 5 })) {
      const way = program.encode(architecture);
      assert.deepEqual(way.architecture, architecture, space.name);
      const code = JSON.parse(JSON.stringify(way.code)) as number[];
      const choices = JSON.parse(JSON.stringify(way.choices)) as Record<string, unknown>;
      assert.deepEqual(program.decode(code).architecture, architecture);
      assert.deepEqual(program.decode(choices).code, way.code);
      const vector = program.vector(way);
      assert.equal(vector.length, space.dimensions.length);
      assert.deepEqual(program.fromVector(vector).code, way.code);
    }
  }
});

test("what a program draws is the space's: its sampler's relations, groups that divide, a network that can be counted", () => {
  const random = seeded(9);
  for (const space of [...all, ...odd]) {
    const program = decisions(space);
    for (let i = 0; i < 20; i++) {
      const { architecture } = program.draw(random);
      inferShapes(build(architecture), 64);
      assert.ok(countArchitecture(architecture, 64).params > 0);
      assert.deepEqual(program.decode(space.choicesOf!(architecture)!).architecture, architecture);
    }
  }
});

/** Small enough to be drawn from until every architecture has come. */
const small: readonly Space[] = [
  AnyNetXA.withStages(2)
    .withDimension("depth", uniform(1, 2))
    .withDimension("width", oneOf([8, 16, 48], [4, 2, 1]))
    .withDimension("groupWidth", powersOfTwo(8, 16)),
  AnyNetXD.withStages(3)
    .withDimension("depth", oneOf([1, 3], [2, 1]))
    .withDimension("width", oneOf([8, 24, 40], [3, 1, 2]))
    .withDimension("groupWidth", oneOf([8])),
  AnyNetXA.withStages(2)
    .nonIncreasing("groupWidth")
    .nonIncreasing("width")
    .fix("depth", 2)
    .withDimension("width", oneOf([8, 16, 48], [2, 1, 1]))
    .withDimension("groupWidth", powersOfTwo(4, 16)),
  new RegNetSpace({
    ...RegNetX.options,
    name: "few",
    stages: 2,
    dimensions: {
      ...RegNetX.options.dimensions,
      depth: uniform(2, 6),
      w0: oneOf([8, 16, 24], [3, 2, 1]),
      wa: oneOf([8, 20]),
      wm: oneOf([1.5, 2, 2.5]),
      groupWidth: oneOf([8]),
    },
  }),
];

test("a small space's ways make exactly the architectures that its sampler draws, and no others", () => {
  for (const space of small) {
    const enumerated = [...decisions(space).ways()];
    const random = seeded(2);
    const drawn = new Set<string>();
    for (let i = 0; i < 60_000; i++) {
      const architecture = space.draw(random);
      if (architecture) drawn.add(textOf(architecture));
    }
    const made = new Set(enumerated.map(({ architecture }) => textOf(architecture)));
    assert.deepEqual([...made].sort(), [...drawn].sort(), space.name);
    assert.ok(BigInt(enumerated.length) <= space.size && made.size > 5, space.name);
    const codes = new Set(enumerated.map(({ code }) => code.join()));
    assert.equal(codes.size, enumerated.length, "no way comes twice");
  }
});

test("program and sampler draw a small space's architectures equally often (chi-square, two samples)", () => {
  for (const [i, space] of small.entries()) {
    const counts = new Map<string, [number, number]>();
    const program = decisions(space);
    const [first, second] = [seeded(100 + i), seeded(200 + i)];
    const note = (architecture: Architecture | undefined, at: 0 | 1) => {
      if (!architecture) return;
      const text = textOf(architecture);
      const both = counts.get(text) ?? [0, 0];
      both[at]++;
      counts.set(text, both);
    };
    for (let draw = 0; draw < 40_000; draw++) {
      note(space.draw(first), 0);
      note(program.draw(second).architecture, 1);
    }
    const [n, m] = [0, 1].map(at => [...counts.values()].reduce((sum, both) => sum + both[at], 0));
    let statistic = 0;
    for (const [a, b] of counts.values()) {
      const expected = ((a + b) * n) / (n + m);
      statistic += (a - expected) ** 2 / expected + (b - (a + b - expected)) ** 2 / (a + b - expected);
    }
    const p = chiSquareTail(statistic, counts.size - 1);
    assert.ok(p > 0.001, `${space.name}: p = ${p} for ${counts.size} architectures`);
  }
});

test("program and sampler draw networks of the same flops, depths and widths (Kolmogorov–Smirnov)", () => {
  const spaces = ["AnyNetXA", "AnyNetXE", "AnyNetXC-nonincreasing-w", "AnyNetXD-equal-d", "RegNetX"];
  const sized = RegNetX.withDimension("resolution", oneOf([128, 224, 448], [3, 2, 1]));
  const measures: Readonly<Record<string, (architecture: Architecture) => number>> = {
    flops: architecture => countArchitecture(architecture, architecture.resolution ?? 224).flops,
    depth: ({ stages }) => stages.reduce((sum, { depth }) => sum + depth, 0),
    width: ({ stages }) => stages[1].width,
  };
  for (const space of [...spaces.map(spaceByName), sized, odd[1]]) {
    const [n, random, program] = [3000, seeded(7), decisions(space)];
    const fast = sample(space, { n, seed: 3 }).map(({ architecture }) => architecture);
    const drawn = Array.from({ length: n }, () => program.draw(random).architecture);
    for (const [measure, of] of Object.entries(measures)) {
      const { p } = ksTest(fast.map(of), drawn.map(of));
      assert.ok(p > 0.001, `${space.name}, ${measure}: p = ${p}`);
    }
  }
});

test("a network of another space has no way through", () => {
  const wide = sample(AnyNetXA, { n: 1, seed: 1 })[0].architecture;
  const none = { message: /encode: expected an architecture of the space, got one that no way leads to/ };
  assert.throws(() => decisions(AnyNetXC).encode(wide), none);
  assert.throws(() => decisions(AnyNetXA).encode({ ...wide, stages: wide.stages.slice(1) }), none);
  assert.throws(() => decisions(AnyNetXA).encode({ ...wide, classes: 10 }), none);
  assert.throws(() => decisions(RegNetX).encode(wide), none);
  const off = { ...wide, stages: wide.stages.with(0, { ...wide.stages[0], width: 12 }) };
  assert.throws(() => decisions(AnyNetXA).encode(off), none);
});
