/** The spaces with complete tables, and smaller ones of their kind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canonical,
  countArchitecture,
  decisions,
  depthOf,
  describe,
  type EdgeOperation,
  nasBench201,
  NasBench201,
  nasBench201Space,
  nasBenchMacro,
  NasBenchMacro,
  nasBenchMacroSpace,
  oneOf,
  sample,
  seeded,
  SmallCells,
  spaceByName,
  spaceNames,
} from "netspace";

test("NAS-Bench-201 has 15,625 cells and NAS-Bench-Macro 6,561 networks, each once", () => {
  assert.equal(NasBench201.size, 15_625n);
  assert.equal(NasBenchMacro.size, 6561n);
  for (const [space, size] of [
    [NasBench201, 15_625],
    [NasBenchMacro, 6561],
  ] as const) {
    const titles = new Set<string>();
    for (const { architecture } of decisions(space as typeof NasBench201).ways())
      titles.add(describe(architecture));
    assert.equal(titles.size, size);
    assert.ok(spaceNames().includes(space.name));
    assert.equal(spaceByName(space.name), space);
  }
});

test("cells whose jumps have no weights are 3,375, and compute 1,163 functions", () => {
  assert.equal(SmallCells.size, 3375n);
  const functions = new Set<string>();
  for (const { architecture, choices } of decisions(SmallCells).ways()) {
    functions.add(canonical(architecture));
    for (const jump of ["e2_0", "e3_0", "e3_1"]) assert.doesNotMatch(choices[jump] as string, /conv/);
  }
  assert.equal(functions.size, 1163);
  assert.throws(() => nasBench201Space({ operations: ["none", "skip_connect"], jumps: ["avg_pool_3x3"] }), {
    name: "RangeError",
    message:
      'nasBench201Space: jumps must be some of the operations, none, skip_connect, each once, got ["avg_pool_3x3"]',
  });
});

test("cells that grow by nodes are, of two and of three, functions that those of four have", () => {
  const growing = nasBench201Space({
    name: "growing",
    nodes: oneOf([2, 3, 4]),
    jumps: ["none", "skip_connect", "avg_pool_3x3"],
    channels: 8,
    cells: 1,
    classes: 10,
    resolution: 12,
  });
  // Edges: one; one with two more, of which one jumps; and three more, of which two jump.
  assert.equal(growing.size, 5n + 75n + 3375n);
  const functions = new Set([...decisions(SmallCells).ways()].map(way => canonical(way.architecture)));
  for (const { architecture, choices } of decisions(growing).ways()) {
    assert.equal(architecture.nodes.length + 1, choices["nodes"]);
    assert.ok(functions.has(canonical(architecture)), describe(architecture));
    assert.deepEqual(decisions(growing).encode(architecture).choices, choices);
  }
  // By hand: the last step passes on what it reads, and what jumps to it is nothing.
  const sizes = { channels: 8, cells: 1, classes: 10, resolution: 12 };
  const small = nasBench201("|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|", sizes);
  const padded = nasBench201(
    "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|none~0|none~1|skip_connect~2|",
    sizes,
  );
  assert.equal(canonical(small), canonical(padded));
  assert.deepEqual(countArchitecture(small, 12), countArchitecture(padded, 12));
  assert.equal(growing.with({ channels: 16 }).size, growing.size);
  assert.equal(nasBench201Space({ nodes: oneOf([3]) }).size, nasBench201Space({ nodes: 3 }).size);
});

test("a drawn cell is in its windows, and costs what it is counted", () => {
  const drawn = sample(NasBench201, {
    n: 50,
    seed: 4,
    where: { flops: [20e6, 120e6], depth: [1, 2], params: [0, 9e5] },
  });
  for (const { architecture, ...cost } of drawn) {
    assert.deepEqual(countArchitecture(architecture, 32), cost);
    assert.ok(cost.flops >= 20e6 && cost.flops <= 120e6 && cost.params <= 9e5);
    assert.ok([1, 2].includes(depthOf(architecture)));
    assert.equal(architecture.resolution, 32);
  }
  assert.ok(new Set(drawn.map(({ architecture }) => canonical(architecture))).size > 20);
});

test("a cell that is written out is found in the space, with its 24 neighbours and their changes of one edge", () => {
  const cell = nasBench201("|none~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|nor_conv_3x3~2|");
  const way = decisions(NasBench201).encode(cell);
  assert.deepEqual(way.choices, {
    e1_0: "none",
    e2_0: "none",
    e2_1: "skip_connect",
    e3_0: "nor_conv_1x1",
    e3_1: "none",
    e3_2: "nor_conv_3x3",
  });
  const neighbours = [...decisions(NasBench201).neighbours(way)];
  assert.equal(neighbours.length, 6 * 4);
  for (const { code } of neighbours) assert.equal(code.filter((index, i) => index !== way.code[i]).length, 1);
  const network = decisions(NasBenchMacro).encode(nasBenchMacro("01200210"));
  assert.equal([...decisions(NasBenchMacro).neighbours(network)].length, 8 * 2);
  assert.throws(
    () => decisions(NasBench201).encode(nasBench201("|none~0|")),
    /NAS-Bench-201\.(decode|encode)/,
  );
});

test("a smaller space has fewer nodes, other operations, channels and cells", () => {
  const pool: EdgeOperation = { name: "pool5", build: (ops, x) => ops.pool("pool", x, "max", 5, 1) };
  const space = nasBench201Space({
    nodes: 3,
    operations: ["skip_connect", "nor_conv_1x1", pool],
    channels: 4,
    cells: 1,
    classes: 5,
    resolution: 16,
  });
  assert.equal(space.size, 27n);
  const titles = Array.from(decisions(space).ways(), way => describe(way.architecture));
  assert.equal(new Set(titles).size, 27);
  assert.ok(titles.includes("|pool5~0|+|skip_connect~0|pool5~1|-C4-N1"));
  const [{ architecture, flops }] = sample(space, { n: 1, seed: 1 });
  assert.equal(architecture.classes, 5);
  assert.equal(countArchitecture(architecture, 16).flops, flops);
  const wider = NasBench201.with({ channels: 8, cells: 2 });
  assert.equal(wider.name, "NAS-Bench-201");
  assert.equal(wider.draw(seeded(1))?.channels, 8);
  const layers = nasBenchMacroSpace({ stages: [1, 2], layers: ["id", "e4k3"], channels: 8, headWidth: 32 });
  assert.equal(layers.size, 8n);
  assert.equal(sample(layers, { n: 1, seed: 1 })[0].architecture.channels, 8);
});

for (const [make, message] of [
  [
    () => nasBench201Space({ nodes: 1 }),
    /nodes must be an integer from 2 to 50, or oneOf\(\[…\]\) of such, got 1/,
  ],
  [
    () => nasBench201Space({ nodes: oneOf([1, 4]) }),
    /nodes must be an integer from 2 to 50, or oneOf\(\[…\]\) of such, got \[1, 4\]/,
  ],
  [() => nasBench201Space({ operations: [] }), /expected operations, got none/],
  [() => nasBench201Space({ operations: ["conv"] }), /unknown operation "conv"; known are none/],
  [
    () => nasBench201Space({ operations: ["none", "none"] }),
    /expected operations that differ, got none, none/,
  ],
  [() => nasBench201Space({ channels: -8 }), /channels must be a positive integer, got -8/],
  [() => nasBench201Space({ chanels: 8 } as object), /unknown option "chanels"; did you mean "channels"/],
  [() => NasBench201.with({ cells: 0 }), /cells must be a positive integer, got 0/],
  [() => nasBenchMacroSpace({ layers: ["id", "id"] }), /expected layers that differ/],
  [() => nasBenchMacroSpace({ layers: ["e3"] }), /layer 1: expected "id", or "e<expansion>k<kernel>"/],
  [() => nasBenchMacroSpace({ stages: [] }), /stages as numbers of layers/],
  [() => nasBenchMacroSpace({ stages: [1e9] }), /at most 10000 layers, got 1000000000/],
] as const) {
  test(`a space that cannot be is refused: ${String(message)}`, () => {
    assert.throws(make, (error: Error) => error instanceof RangeError && message.test(error.message));
  });
}
