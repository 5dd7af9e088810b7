/** Encodings against cases written out by hand, and published sizes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  CellSpace,
  DARTSSpace,
  decisions,
  DecisionSpace,
  enasMacroSpace,
  nasBench201,
  NasBench201,
  PNASSpace,
  seeded,
} from "netspace";
import { encoder, type EncodingKind } from "../../../src/search/index.js";
import { digits, toyFamily, type Toy } from "../../support/toy-spaces.js";

const space = new DecisionSpace<Toy>(
  "mixed",
  choose => {
    const length = choose("length", [1, 2]);
    const values: number[] = [];
    for (let i = 1; i <= length; i++) {
      const op = choose.free(`b${i}.op`, ["conv", "pool", "none"]);
      const size = choose.free(`b${i}.size`, [3, 5, 9]);
      values.push(op.length * size);
    }
    choose.free("only", [7]);
    return { family: toyFamily, values };
  },
  { family: toyFamily },
);
const one = decisions(space).decode({ length: 1, "b1.op": "pool", "b1.size": 9, only: 7 });
const two = decisions(space).decode({
  length: 2,
  "b1.op": "conv",
  "b1.size": 3,
  "b2.op": "none",
  "b2.size": 5,
  only: 7,
});
const vectorOf = (kind: EncodingKind, way: typeof one) => [...encoder(space, { kind }).encode(way)];

test("one-hot: a number for each option of each choice, none for a choice with one option, zeros for one not asked", () => {
  const { names, length } = encoder(space);
  assert.deepEqual(names, [
    "length=1",
    "length=2",
    "b1.op=conv",
    "b1.op=pool",
    "b1.op=none",
    "b1.size=3",
    "b1.size=5",
    "b1.size=9",
    "b2.op=conv",
    "b2.op=pool",
    "b2.op=none",
    "b2.size=3",
    "b2.size=5",
    "b2.size=9",
  ]);
  assert.equal(length, 14);
  assert.deepEqual(vectorOf("one-hot", one), [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(vectorOf("one-hot", two), [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
});

test("scaled: numbers of three options and more are their place among them, from one nth to 1", () => {
  assert.deepEqual(vectorOf("scaled", one), [1, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(vectorOf("scaled", two), [0, 1, 1, 0, 0, 1 / 3, 0, 0, 1, 2 / 3]);
});

test("pooled: choices whose names differ in their numbers alone are one, by their means", () => {
  const { names } = encoder(space, { kind: "pooled" });
  assert.deepEqual(names, ["length=1", "length=2", "b#.op=conv", "b#.op=pool", "b#.op=none", "b#.size"]);
  assert.deepEqual(vectorOf("pooled", one), [1, 0, 0, 1, 0, 1]);
  assert.deepEqual(vectorOf("pooled", two), [0, 1, 0.5, 0, 0.5, 0.5]);
});

test("one-hot tells all ways of a space apart, and is NAS-Bench-201's 6 edges of 5 operations", () => {
  assert.equal(encoder(NasBench201).length, 30);
  for (const kind of ["one-hot", "scaled"] as const) {
    const digitsAs = encoder(digits(), { kind });
    const all = [...decisions(digits()).ways()].map(way => digitsAs.encode(way).join());
    assert.equal(new Set(all).size, 4 + 4 * 3 + 4 * 3 * 2);
  }
});

test("a way of the space before it was placed is encoded alike; another space's, and what is none, is named", () => {
  const cells = encoder(NasBench201);
  const way = decisions(NasBench201).draw(seeded(3));
  const placed = encoder(NasBench201.with({ classes: 7 }));
  assert.deepEqual(placed.encode(way as never), cells.encode(way));
  assert.throws(
    () => cells.encode(one as never),
    /expected a way of NAS-Bench-201, got one that chooses "length"/,
  );
  assert.throws(
    () => cells.encode(way.architecture as never),
    /expected a way of NAS-Bench-201, got \{.*decisions\(space\)\.encode/,
  );
  assert.throws(
    () => encoder(NasBench201, { kind: "hot" as never }),
    /kind must be one of "one-hot".*, got "hot"/,
  );
});

test("path encoding of NAS-Bench-201 has 5 + 25 + 125 numbers, of which a cell has its four paths", () => {
  // naszilla's nas_bench_201/cell_201.py: the sum of 5 ** i for i in 1, 2, 3, none and identities among the operations.
  const paths = encoder(NasBench201, { kind: "path" });
  assert.equal(paths.length, 155);
  const cell = "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|";
  const vector = paths.encode(decisions(NasBench201).encode(nasBench201(cell)));
  const on = paths.names.filter((_, i) => vector[i] === 1);
  assert.deepEqual(on.toSorted(), [
    "conv 3×3 > avg 3×3",
    "conv 3×3 > conv 1×1 > conv 3×3",
    "identity > conv 3×3",
    "none",
  ]);
  // The natural places to cut off.
  assert.equal(encoder(NasBench201, { kind: "path", longest: 1 }).length, 5);
  assert.equal(encoder(NasBench201, { kind: "path", longest: 2 }).length, 30);
});

test("paths of a cell begin at either input and end where its blocks are concatenated", () => {
  const tiny = new CellSpace({ ...PNASSpace.options, name: "tiny", operations: ["sep3", "max3"], blocks: 2 });
  const paths = encoder(tiny, { kind: "path" });
  // From each of two inputs 2 rows of one operation and 4 of two.
  assert.equal(paths.length, 12);
  const way = decisions(tiny).decode({
    "normal.b1.left.state": "0",
    "normal.b1.left.op": "sep3",
    "normal.b1.right.state": "1",
    "normal.b1.right.op": "max3",
    "normal.b2.left.state": "2",
    "normal.b2.left.op": "max3",
    "normal.b2.right.state": "0",
    "normal.b2.right.op": "max3",
  });
  const vector = paths.encode(way);
  // PNAS' input 0 is the current one.
  assert.deepEqual(
    paths.names.filter((_, i) => vector[i] === 1).toSorted(),
    ["h: max 3×3", "h: sep 3×3", "h: sep 3×3 > max 3×3", "h−1: max 3×3", "h−1: max 3×3 > max 3×3"].toSorted(),
  );
});

test("both cells of a network have paths, where they are the same as where they are not", () => {
  const paths = encoder(DARTSSpace, { kind: "path" });
  assert.ok(paths.length <= 4096);
  const random = seeded(2);
  for (let i = 0; i < 20; i++) {
    const way = decisions(DARTSSpace).draw(random);
    const of = (kind: string) =>
      paths.names.filter((name, k) => name.startsWith(kind) && paths.encode(way)[k] === 1);
    assert.ok(of("normal cell").length > 0 && of("reduction cell").length > 0);
  }
});

test("paths of what is no graph, and of chains of layers that are too long, are refused with a remedy", () => {
  assert.throws(
    () => encoder(AnyNetXA, { kind: "path" }),
    /path encoding needs architectures that are graphs, got AnyNetXA, of the family AnyNet, .* take kind: "one-hot"/,
  );
  const chain = enasMacroSpace({ layers: 9 });
  assert.throws(() => encoder(chain, { kind: "path", longest: 7 }), /expected at most 100000 rows/);
  assert.throws(
    () => encoder(NasBench201, { longest: 2 }),
    /longest must be a positive integer, and is for kind "path" alone, got 2 and "one-hot"/,
  );
});
