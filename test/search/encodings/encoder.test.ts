/** Encodings against cases written out by hand, and published sizes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decisions, DecisionSpace, NasBench201, seeded } from "netspace";
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
const vector = (kind: EncodingKind, way: typeof one) => [...encoder(space, { kind }).encode(way)];

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
  assert.deepEqual(vector("one-hot", one), [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(vector("one-hot", two), [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
});

test("scaled: numbers of three options and more are their place among them, from one nth to 1", () => {
  assert.deepEqual(vector("scaled", one), [1, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(vector("scaled", two), [0, 1, 1, 0, 0, 1 / 3, 0, 0, 1, 2 / 3]);
});

test("pooled: choices whose names differ in their numbers alone are one, by their means", () => {
  const { names } = encoder(space, { kind: "pooled" });
  assert.deepEqual(names, ["length=1", "length=2", "b#.op=conv", "b#.op=pool", "b#.op=none", "b#.size"]);
  assert.deepEqual(vector("pooled", one), [1, 0, 0, 1, 0, 1]);
  assert.deepEqual(vector("pooled", two), [0, 1, 0.5, 0, 0.5, 0.5]);
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
