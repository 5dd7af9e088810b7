import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyArchitecture,
  build,
  type CellNetwork,
  CellSpace,
  cellNetwork,
  cellSpaces,
  complexity,
  countArchitecture,
  DARTSOrderedSpace,
  DARTSSpace,
  decisions,
  depthOf,
  ENASMicroSpace,
  NASNetCombineSpace,
  NASNetSpace,
  oneOf,
  type Operation,
  PNASSpace,
  reviveArchitecture,
  sample,
  seeded,
  spaceByName,
  storeArchitecture,
} from "netspace";

/** Counts of single cells, ordered, by states² and operations² of each block; NDS prints the thousands of millions. */
const perCell: Readonly<Record<string, bigint>> = {
  NASNet: 71_465_842_174_521_600n,
  "NASNet-combine": 2_286_906_949_584_691_200n,
  AmoebaNet: 556_627_761_561_600n,
  PNAS: 556_627_761_561_600n,
  "ENAS-micro": 5_062_500_000_000n,
  DARTS: 1_037_664_180n,
  "DARTS-ordered": 241_591_910_400n,
  "NDS-NASNet": 71_465_842_174_521_600n,
  "NDS-AmoebaNet": 556_627_761_561_600n,
  "NDS-PNAS": 556_627_761_561_600n,
  "NDS-ENAS": 5_062_500_000_000n,
  "NDS-DARTS": 241_591_910_400n,
};

for (const space of cellSpaces) {
  test(`${space.name} has as many networks as its cells have forms, and draws what its program says`, () => {
    const cell = perCell[space.name];
    // PNAS has one cell; NDS' five have five depths and three widths.
    const cells = space.name === "PNAS" ? cell : cell * cell;
    assert.equal(space.size, cells * (space.name.startsWith("NDS-") ? 15n : 1n));
    assert.equal<unknown>(spaceByName(space.name), space);
    for (const { architecture, ...cost } of sample(space, { n: 15, seed: 2, resolution: 32 })) {
      assert.deepEqual(complexity(build(architecture), 32), cost);
      // Through JSON, and found again among the choices.
      const stored = JSON.parse(JSON.stringify(storeArchitecture(architecture))) as never;
      const back = reviveArchitecture(stored) as AnyArchitecture as CellNetwork;
      assert.deepEqual(decisions(space).encode(back).architecture.normal, architecture.normal);
      // As the command line writes a sample, with its costs.
      const written = JSON.parse(JSON.stringify({ ...storeArchitecture(architecture), ...cost })) as never;
      assert.deepEqual(countArchitecture(reviveArchitecture(written), 32), cost);
    }
  });
}

test("a drawn network's choices, code and vector lead back to it, and its neighbours differ in one choice", () => {
  const program = decisions(DARTSSpace);
  const way = program.draw(seeded(4));
  for (const again of [
    program.decode(way.choices),
    program.decode(way.code),
    program.fromVector(program.vector(way)),
  ]) {
    assert.deepEqual(again.architecture, way.architecture);
  }
  const near = [...program.neighbours(way)];
  // Two cells of 4 blocks: 6 other operations on each of 16 edges, and C(k + 1, 2) − 1 other pairs in block k.
  assert.equal(near.length, 2 * (8 * 6 + 0 + 2 + 5 + 9));
  const mutant = program.mutate(way, seeded(1));
  assert.notDeepEqual(mutant.code, way.code);
});

test("every option of a space is drawn, each about as often", () => {
  const seen = new Map<string, number>();
  const random = seeded(7);
  const n = 2000;
  for (let i = 0; i < n; i++) {
    for (const { op } of NASNetSpace.draw(random)!.normal.blocks.flatMap(({ left, right }) => [
      left,
      right,
    ])) {
      seen.set(op, (seen.get(op) ?? 0) + 1);
    }
  }
  assert.equal(seen.size, 13);
  const expected = (10 * n) / 13;
  const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // The 99.9th percentile of 12 degrees of freedom.
  assert.ok(chiSquare < 32.9, String(chiSquare));
});

test("DARTS' published form has two states that differ in each block, its ordered one any", () => {
  const equal = (space: CellSpace) =>
    sample(space, { n: 50, seed: 1, resolution: 32 }).filter(({ architecture }) =>
      architecture.normal.blocks.some(({ left, right }) => left.state >= right.state),
    ).length;
  assert.equal(equal(DARTSSpace), 0);
  assert.ok(equal(DARTSOrderedSpace) > 25);
});

test("windows of flops, params, acts and depth hold for what is drawn", () => {
  const where = { params: [154e3, 856e3], flops: [27e6, 129e6], acts: [0, 4e6], depth: [10, 60] } as const;
  const drawn = sample(spaceByName("NDS-DARTS") as unknown as CellSpace, {
    n: 20,
    seed: 1,
    resolution: 32,
    where,
  });
  for (const { architecture, flops, params, acts } of drawn) {
    assert.ok(flops >= 27e6 && flops <= 129e6 && params >= 154e3 && params <= 856e3 && acts <= 4e6);
    assert.ok(depthOf(architecture) >= 10 && depthOf(architecture) <= 60);
  }
});

test("smaller variants have other cells, filters, classes and stems, and keep their choices", () => {
  const tiny = ENASMicroSpace.fix("cells", 3)
    .withDimension("filters", oneOf([4, 8]))
    .with({ classes: 3 })
    .named("tiny");
  assert.equal(tiny.size, ENASMicroSpace.size * 2n);
  const [{ architecture }] = sample(tiny, { n: 1, seed: 1, resolution: 16 });
  assert.equal(architecture.cells, 3);
  assert.equal(architecture.classes, 3);
  assert.equal(architecture.stem.width, 3 * architecture.filters);
  assert.equal(
    tiny
      .accepting(({ params }) => params < 1)
      .named("none")
      .accepts?.({ params: 2 } as never),
    false,
  );
});

test("columns say what a network is: kinds of operations, loose ends, depths, cells and width", () => {
  const network = cellNetwork({ design: "DARTS-V2", cells: 5, filters: 4, classes: 10 });
  const { columns } = storeArchitecture(network) as { readonly columns: Readonly<Record<string, number>> };
  assert.deepEqual(columns, {
    cells: 5,
    width: 4,
    // Cells 2 and 4 reduce: three of depth 2 (node 4 reads node 1) and two of depth 2.
    depth: 10,
    normalDepth: 2,
    normalLoose: 4,
    normalSeparable: 6,
    normalConvolution: 0,
    normalPooling: 0,
    normalIdentity: 2,
    normalNone: 0,
    normalOther: 0,
    reductionDepth: 2,
    reductionLoose: 4,
    reductionSeparable: 0,
    reductionConvolution: 0,
    reductionPooling: 5,
    reductionIdentity: 3,
    reductionNone: 0,
    reductionOther: 0,
  });
});

test("operations of one's own are drawn beside built-in ones", () => {
  const half: Operation = {
    name: "half",
    build: (ops, x, { out, stride }) => ops.batchnorm("bn", ops.conv("conv", x, out, { kernel: 3, stride })),
  };
  const space = new CellSpace({
    name: "own",
    operations: ["sep3", half],
    blocks: 2,
    output: "loose",
    cells: 3,
    filters: 4,
  });
  const drawn = sample(space, { n: 30, seed: 1, resolution: 32 });
  const uses = drawn.filter(({ architecture }) =>
    build(architecture).layers.some(({ name }) => /\.b\d\.left\.bn$/.test(name)),
  );
  assert.ok(uses.length > 10 && uses.length < 30);
});

test("a combined block is twice as wide, and read through 1 × 1 convolutions", () => {
  for (const { architecture } of sample(NASNetCombineSpace.fix("filters", 8), {
    n: 30,
    seed: 9,
    resolution: 32,
  })) {
    assert.deepEqual(countArchitecture(architecture, 32), complexity(build(architecture), 32));
  }
});

test("cells may differ in how many blocks they have: all sizes together, both cells alike, found again", () => {
  const growing = new CellSpace({ ...PNASSpace.options, name: "growing", blocks: oneOf([1, 2, 3, 4, 5]) });
  // PNAS' cells of b blocks, ordered: 256 = (2 · 8)², and each further block (b + 1)² · 8².
  assert.equal(growing.size, 256n + 256n * 576n * (1n + 1024n * (1n + 1600n * (1n + 2304n))));
  assert.deepEqual(growing.dimensions.slice(0, 2), ["blocks", "normal.b1.left.state"]);
  const two = new CellSpace({ ...growing.options, cellKinds: 2, blocks: oneOf([2, 3]) });
  const counts = new Set<number>();
  for (const { architecture } of sample(two, { n: 40, seed: 5, resolution: 32 })) {
    const { normal, reduction } = architecture;
    assert.equal(normal.blocks.length, reduction.blocks.length);
    counts.add(normal.blocks.length);
    const back = reviveArchitecture(JSON.parse(JSON.stringify(storeArchitecture(architecture))) as never);
    const way = decisions(two).encode(back as AnyArchitecture as CellNetwork);
    assert.equal(way.choices.blocks, normal.blocks.length);
    assert.deepEqual(way.architecture.normal, normal);
  }
  assert.deepEqual(counts, new Set([2, 3]));
  // One number is no choice, however it is given.
  const one = new CellSpace({ ...PNASSpace.options, blocks: oneOf([5]) });
  assert.equal(one.size, PNASSpace.size);
  assert.deepEqual(one.dimensions, PNASSpace.dimensions);
});

test("options that make no space are named", () => {
  const good = PNASSpace.options;
  for (const [parts, message] of [
    [{ operations: ["sep9"] }, /CellSpace: operations: unknown operation "sep9"; did you mean "sep3"/],
    [{ operations: [] }, /operations must be a list with at least one/],
    [{ blocks: 0 }, /blocks must be an integer from 1 to 28, or a dimension .*, got 0/],
    [{ blocks: { values: [1, 29] } }, /blocks must be an integer from 1 to 28/],
    [{ blocks: { values: [] } }, /blocks must be an integer from 1 to 28/],
    [{ output: [2] }, /output must be "loose" or "all"/],
    [{ cells: 0 }, /cells must be a positive integer, or a dimension/],
    [{ filters: { values: [4, 0.5] } }, /filters must be a positive integer/],
    [{ inputs: "all" }, /inputs must be "any" or "distinct"/],
    [{ widths: 3 }, /widths/],
  ] as const) {
    assert.throws(() => new CellSpace({ ...good, ...parts } as never), { message });
  }
  assert.throws(
    () => PNASSpace.withDimension("blocks" as never, oneOf([2])),
    /expected cells or filters, got "blocks"/,
  );
  assert.throws(() => PNASSpace.with({ stages: [] } as never), /stages/);
});
