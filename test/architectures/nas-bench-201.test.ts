/** NAS-Bench-201's networks: counts, strings, canonical forms, operations of one's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  canonical,
  canonicalCell,
  cellText,
  complexity,
  complexityByStage,
  countArchitecture,
  depthOf,
  describe,
  type EdgeOperation,
  nasBench201,
  type NasBench201Architecture,
  publishedOperations,
  reviveArchitecture,
  seeded,
  storeArchitecture,
  type StoredMember,
  zoo,
} from "netspace";
import { isRevivable } from "../../src/architectures/stored.js";

/** A whole cell with these operations on the edges 0→1, 0→2, 1→2, 0→3, 1→3, 2→3. */
const cellOf = ([a, b, c, d, e, f]: readonly string[]) => `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
const names = publishedOperations.map(({ name }) => name);
const all3x3 = cellOf(Array.from({ length: 6 }, () => "nor_conv_3x3"));

/** All cells of the published space. */
function* cells(): Generator<string> {
  for (let code = 0; code < 5 ** 6; code++) {
    yield cellOf(Array.from({ length: 6 }, (_, edge) => names[Math.floor(code / 5 ** edge) % 5]));
  }
}

test("the cell of 3 × 3 convolutions costs what the benchmark prints", () => {
  // 1.531546 M parameters and 220.12 M multiply-adds; ours count the classifier's ten biases besides.
  const { architecture, resolution } = zoo<NasBench201Architecture>(all3x3);
  assert.equal(resolution, 32);
  const { params, flops } = countArchitecture(architecture);
  assert.deepEqual({ params, flops }, { params: 1_531_546, flops: 220_119_680 + 10 });
});

test("200 drawn cells of all sizes are counted as they are built, with all taps and with those inside", () => {
  const random = seeded(3);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const known = [...names, "nor_conv_5x5", "nor_conv_7x7", "max_pool_3x3"];
  for (let i = 0; i < 200; i++) {
    const nodes = pick([1, 2, 3, 4, 5]);
    const text = Array.from({ length: nodes }, (_, n) => {
      const edges = Array.from(
        { length: pick([1, 2, n + 1]) },
        () => `${pick(known)}~${Math.floor(random() * (n + 1))}`,
      );
      return `|${edges.join("|")}|`;
    }).join("+");
    const architecture = nasBench201(text, {
      channels: pick([1, 4, 6, 16]),
      cells: pick([1, 2, 3]),
      stages: pick([1, 2, 3]),
      classes: pick([2, 10]),
    });
    const resolution = pick([7, 16, 32]);
    const network = build(architecture);
    assert.deepEqual(countArchitecture(architecture, resolution), complexity(network, resolution), text);
    const taps = { taps: "inside" } as const;
    assert.deepEqual(
      countArchitecture(architecture, resolution, taps),
      complexity(network, resolution, taps),
      text,
    );
  }
});

test("a cell's layers are named by stage, cell, node and the node that an edge reads", () => {
  const network = build(
    nasBench201("|nor_conv_1x1~0|+|none~0|skip_connect~1|", { channels: 4, cells: 2, stages: 2 }),
  );
  assert.deepEqual(
    network.layers
      .filter(({ name }) => name.startsWith("s1.cell2."))
      .map(({ name, op, inputs }) => [name, op, inputs]),
    [
      ["s1.cell2.n1.e0.act", "relu", ["s1.cell1.n2.sum"]],
      ["s1.cell2.n1.e0.conv", "conv", ["s1.cell2.n1.e0.act"]],
      ["s1.cell2.n1.e0.bn", "batchnorm", ["s1.cell2.n1.e0.conv"]],
      ["s1.cell2.n2.e0.zero", "zero", ["s1.cell1.n2.sum"]],
      ["s1.cell2.n2.e1.identity", "identity", ["s1.cell2.n1.e0.bn"]],
      ["s1.cell2.n2.sum", "add", ["s1.cell2.n2.e0.zero", "s1.cell2.n2.e1.identity"]],
    ],
  );
  assert.deepEqual([...complexityByStage(network, 32).keys()], ["stem", "s1", "s2", "head"]);
  // Two edges that read the same node have names of their own.
  const twice = build(nasBench201("|nor_conv_1x1~0|nor_conv_1x1~0|", { cells: 1, stages: 1 }));
  assert.ok(twice.layers.some(({ name }) => name === "s1.cell1.n1.e0_2.conv"));
});

test("a cell's string is read and written, alone and as a network's title", () => {
  // The benchmark's own "resnet" and "all_full" leave edges out, or have several between two nodes.
  for (const text of [
    all3x3,
    "|nor_conv_3x3~0|+|nor_conv_3x3~1|+|skip_connect~0|skip_connect~2|",
    "|skip_connect~0|nor_conv_1x1~0|nor_conv_3x3~0|avg_pool_3x3~0|",
  ]) {
    const architecture = nasBench201(text);
    assert.equal(cellText(architecture.nodes), text);
    assert.equal(describe(architecture), text);
    assert.deepEqual(zoo<NasBench201Architecture>(` ${text} `).architecture, architecture);
  }
  const small = nasBench201(all3x3, { channels: 8, cells: 1, stages: 2 });
  assert.equal(describe(small), `${all3x3}-C8-N1-S2`);
  assert.deepEqual(zoo<NasBench201Architecture>(describe(small)).architecture, small);
});

test("a network comes back from JSON, with its operations by name", () => {
  const small = nasBench201(all3x3, { channels: 8, cells: 1, name: "one", classes: 3, resolution: 16 });
  const stored = JSON.parse(JSON.stringify(storeArchitecture(small))) as StoredMember;
  assert.equal(stored.family, "NAS-Bench-201");
  assert.deepEqual(reviveArchitecture(stored), small);
  assert.deepEqual(
    {
      none: stored.columns?.none,
      three: stored.columns?.nor_conv_3x3,
      depth: stored.columns?.depth,
      edge: stored.columns?.e3_1,
    },
    { none: 0, three: 6, depth: 3, edge: 3 },
  );
});

test("depth is the longest path of operations that work; zeros cut it, skips lengthen it not", () => {
  const depth = (text: string) => depthOf(nasBench201(text));
  assert.equal(depth(all3x3), 3);
  assert.equal(
    depth(cellOf(["nor_conv_3x3", "skip_connect", "skip_connect", "none", "none", "avg_pool_3x3"])),
    2,
  );
  assert.equal(depth(cellOf(["nor_conv_3x3", "none", "none", "none", "none", "nor_conv_3x3"])), 0);
  assert.equal(depth(cellOf(["none", "none", "none", "skip_connect", "none", "none"])), 0);
});

test("of the 15,625 cells 4,930 are distinct functions, and by the published rules 6,466", () => {
  const all = Array.from(cells(), cell => nasBench201(cell));
  const distinct = (form: (architecture: NasBench201Architecture) => string) => new Set(all.map(form)).size;
  assert.equal(distinct(canonical), 4930);
  // to_unique_str() with zeros recognised gives 6,466, without 12,751; dropping zero terms gives 5,390.
  assert.equal(
    distinct(cell => canonicalCell(cell, { zeros: "mark", flatten: false })),
    6466,
  );
  assert.equal(
    distinct(cell => canonicalCell(cell, { zeros: "ignore", flatten: false })),
    12_751,
  );
  assert.equal(
    distinct(cell => canonicalCell(cell, { flatten: false })),
    5390,
  );
});

test("one function under several descriptions has one canonical form, and other sizes another", () => {
  const chain = (text: string) => canonicalCell(nasBench201(text));
  assert.equal(chain("|skip_connect~0|+|none~0|nor_conv_3x3~1|"), "(0)@nor_conv_3x3");
  assert.equal(chain("|nor_conv_3x3~0|"), "(0)@nor_conv_3x3");
  assert.equal(chain("|avg_pool_3x3~0|+|none~0|none~1|"), "#");
  assert.equal(chain("|skip_connect~0|none~0|"), "0");
  const cell = nasBench201(all3x3, { name: "mine" });
  assert.equal(canonical(cell), canonical(nasBench201(all3x3)));
  for (const other of [{ channels: 8 }, { cells: 1 }, { stages: 2 }, { classes: 100 }, { resolution: 16 }]) {
    assert.notEqual(canonical(nasBench201(all3x3, other)), canonical(cell));
  }
});

const swish: EdgeOperation = {
  name: "swish_conv",
  build: (ops, x) => ops.conv("conv", ops.activation("act", x, "silu"), x.channels, { kernel: 3 }),
};

test("an operation of one's own is built, counted, stored by name and brought back with its code", () => {
  const architecture = nasBench201("|swish_conv~0|+|skip_connect~0|swish_conv~1|", {
    operations: [swish],
    channels: 4,
    cells: 1,
  });
  assert.deepEqual(countArchitecture(architecture, 32), complexity(build(architecture), 32));
  const stored = JSON.parse(JSON.stringify(storeArchitecture(architecture))) as StoredMember;
  assert.deepEqual(reviveArchitecture(stored, [swish]), architecture);
  assert.throws(
    () => reviveArchitecture(stored),
    /unknown operation "swish_conv"; give it: reviveArchitecture\(stored, \[yours\]\)/,
  );
  assert.match(canonical(architecture), /@swish_conv/);
  // A worker that has no such code builds the network that it is given instead.
  assert.equal(isRevivable(stored), false);
  assert.equal(isRevivable(storeArchitecture(nasBench201("|none~0|")) as StoredMember), true);
  const zeros = { ...swish, name: "mine_off", gives: "zeros" } as const;
  assert.equal(canonicalCell(nasBench201("|mine_off~0|skip_connect~0|", { operations: [zeros] })), "0");
});

test("an operation that fails is named with its node", () => {
  const wide: EdgeOperation = { name: "wide", build: (ops, x) => ops.conv("conv", x, 2 * x.channels) };
  assert.throws(
    () => build(nasBench201("|skip_connect~0|+|skip_connect~0|wide~1|", { operations: [wide] })),
    { name: "NetworkError", message: /layer "s1\.cell1\.n2\.sum" \(add\): expected two inputs of one shape/ },
  );
  const even: EdgeOperation = {
    name: "even",
    build: (ops, x) => ops.conv("conv", x, x.channels, { kernel: 2 }),
  };
  assert.throws(() => countArchitecture(nasBench201("|even~0|", { operations: [even] })), {
    name: "NetworkError",
    message: /operation "even" of node 1, layer "s1\.cell1\.n1\.e0\.conv" \(conv\): expected an odd kernel/,
  });
});

for (const [text, message] of [
  ["|conv~0|", /node 1, edge 1 of the cell: unknown operation "conv"; known are none, skip_connect/],
  [
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv3x3~1|",
    /node 2, edge 2 of the cell: unknown operation "nor_conv3x3"; did you mean "nor_conv_3x3"\?/,
  ],
  [
    "|none~0|+|none~2|",
    /node 2, edge 1 of the cell \(none\): expected it to read a node from 0 to 1, got 2; a node reads earlier/,
  ],
  ["|none~1|", /node 1, edge 1 of the cell \(none\): expected it to read 0, the cell's input, got 1/],
  [
    "|none~0|+|none|",
    /node 2, edge 1 of the cell: expected an operation and the node that it reads.*got "none"/,
  ],
  [
    "|none~0|+|none~-1|",
    /node 2, edge 1 of the cell: expected an operation and the node that it reads.*got "none~-1"/,
  ],
  ["|none~0|+", /node 2 of the cell: expected its edges between bars.*got ""/],
  ["|none~0", /node 1 of the cell: expected its edges between bars.*got "\|none~0"/],
  ["||", /node 1 of the cell: expected its edges between bars/],
  ["|none~0|none~0~1|", /node 1, edge 2 of the cell: .*got "none~0~1"/],
  ["|none~99999999999999999999|", /node 1, edge 1 of the cell/],
] as const) {
  test(`an ill cell is refused by node and edge: ${text}`, () => {
    assert.throws(() => nasBench201(text), { name: "NetworkError", message });
    assert.throws(() => zoo(text), { name: "NetworkError", message });
  });
}

test("sizes that no network has are refused before it is built", () => {
  for (const [options, message] of [
    [{ channels: 0 }, /channels must be a positive integer, got 0/],
    [{ cells: 1.5 }, /cells must be a positive integer, got 1\.5/],
    [{ cells: 1e9 }, /all cells together may have at most 100000 edges/],
    [{ stages: -1 }, /stages must be a positive integer/],
    [{ chanels: 8 }, /unknown option "chanels"; did you mean "channels"\?/],
    [{ operations: [{ ...swish, name: "none" }] }, /"none" has the name of a built-in operation/],
    [{ operations: [{ ...swish, name: "a|b" }] }, /without blanks, \|, \+ and ~/],
    [{ operations: [swish, swish] }, /two operations are called "swish_conv"/],
    [{ operations: [{ name: "a" }] }, /an operation must be \{ name, build \}/],
  ] as const) {
    assert.throws(() => nasBench201("|none~0|", options as object), { name: "NetworkError", message });
  }
  assert.throws(() => build(nasBench201(all3x3, { stages: 60 })), /NetworkError|exact/);
});
