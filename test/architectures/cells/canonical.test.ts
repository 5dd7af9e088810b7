import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, type Cell, CellSpace, decisions, PNASSpace, sample, seeded } from "netspace";
import { canonicalCell, canonicalCells } from "../../../src/architectures/cells/canonical.js";
import { smallCells } from "../../support/cell-parts.js";

test("136 of PNAS' 256 cells of one block are distinct, and m (m + 1) / 2 of the m² ends of two", () => {
  const one = new CellSpace({ ...PNASSpace.options, name: "one block", blocks: 1 });
  assert.equal(one.size, 256n);
  const forms = new Set([...decisions(one).ways()].map(way => canonicalCells(way.architecture)));
  assert.equal(forms.size, 136);
  // Two operations, two blocks: 4 · 5 / 2 first blocks, and 6 · 7 / 2 second ones; of those that read inputs alone, the two
  // blocks change places: 10 · 11 / 2 pairs of them, and 10 · (21 − 10) in which the second reads the first.
  const two = new CellSpace({
    ...PNASSpace.options,
    name: "two blocks",
    blocks: 2,
    operations: ["sep3", "max3"],
  });
  const cells = new Set([...decisions(two).ways()].map(way => canonicalCells(way.architecture)));
  assert.equal(cells.size, 55 + 10 * 11);
});

/** The same cell with its blocks and sides in another order. */
function shuffled({ blocks, output }: Cell, seed: number): Cell {
  const random = seeded(seed);
  const numbers = new Map([
    [0, 0],
    [1, 1],
  ]);
  const left = new Set(blocks.keys());
  const made: Cell["blocks"][number][] = [];
  while (left.size > 0) {
    const ready = [...left].filter(
      b => numbers.has(blocks[b].left.state) && numbers.has(blocks[b].right.state),
    );
    const b = ready[Math.floor(random() * ready.length)];
    left.delete(b);
    numbers.set(2 + b, 2 + made.length);
    const [first, second] = [blocks[b].left, blocks[b].right].map(({ op, state }) => ({
      op,
      state: numbers.get(state)!,
    }));
    made.push(random() < 0.5 ? { left: first, right: second } : { left: second, right: first });
  }
  return {
    blocks: made,
    output: typeof output === "string" ? output : output.map(state => numbers.get(state)!),
  };
}

test("cells that are written in another order have one form, others have not", () => {
  const drawn = sample(new CellSpace({ ...PNASSpace.options, name: "drawn", output: "loose" }), {
    n: 40,
    seed: 8,
    resolution: 32,
  });
  const forms = drawn.map(({ architecture }) => canonicalCell(architecture.normal, false));
  assert.equal(new Set(forms).size, 40);
  for (const [i, { architecture }] of drawn.entries()) {
    for (let seed = 0; seed < 5; seed++) {
      assert.equal(canonicalCell(shuffled(architecture.normal, seed), false), forms[i]);
    }
  }
});

test("two blocks that compute alike are two: reading both is not reading one twice", () => {
  const side = (op: string, state: number) => ({ op, state });
  const twin = { left: side("sep3", 0), right: side("sep3", 1) };
  const reads = (first: number, second: number): Cell => ({
    blocks: [twin, twin, { left: side("identity", first), right: side("max3", second) }],
    output: [4],
  });
  const once = canonicalCell(reads(2, 2), false);
  assert.notEqual(canonicalCell(reads(2, 3), false), once);
  assert.equal(canonicalCell(reads(3, 3), false), once);
  assert.equal(canonicalCell(reads(3, 2), false), canonicalCell(reads(2, 3), false));
});

test("names and auxiliary heads do not count, filters do", () => {
  const form = canonicalCells(smallCells("DARTS-V2"));
  assert.match(canonical(smallCells("DARTS-V2")), /^Cells: 10 classes: 32 px: /);
  assert.equal(canonicalCells(smallCells("DARTS-V2", { name: "other", auxiliary: { stride: 3 } })), form);
  assert.notEqual(canonicalCells(smallCells("DARTS-V2", { filters: 8 })), form);
});
