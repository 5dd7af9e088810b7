import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  type Cell,
  cellConventions,
  cellNetwork,
  type CellNetworkOptions,
  countArchitecture,
  readGenotype,
  reviveArchitecture,
  storeArchitecture,
  zoo,
} from "netspace";
import { smallCells } from "../../support/cell-parts.js";

const side = (op: string, state: number) => ({ op, state });
const good: Cell = {
  blocks: [
    { left: side("sep3", 0), right: side("max3", 1) },
    { left: side("identity", 2), right: side("avg3", 0) },
  ],
  output: "loose",
};
const withBlock = (block: unknown): Cell => ({ ...good, blocks: [good.blocks[0], block as never] });
const options = (parts: Partial<CellNetworkOptions>): CellNetworkOptions => ({
  normal: good,
  reduction: good,
  convention: cellConventions.DARTS,
  cells: 3,
  filters: 4,
  classes: 10,
  ...parts,
});

const cases: readonly (readonly [what: string, parts: object, message: RegExp])[] = [
  [
    "a block that reads itself",
    { normal: withBlock({ left: side("sep3", 0), right: side("sep5", 3) }) },
    /normal cell, block 2, right: "sep5" reads state 3, which its own block gives: a loop; states 0 to 2 are there before it$/,
  ],
  [
    "a block that reads one behind it",
    { reduction: { ...good, blocks: [{ left: side("sep3", 3), right: side("sep3", 1) }, good.blocks[1]] } },
    /reduction cell, block 1, left: "sep3" reads state 3, which block 2 gives, behind it: a loop/,
  ],
  [
    "a state that does not exist",
    { normal: withBlock({ left: side("sep3", 7), right: side("sep3", 1) }) },
    /normal cell, block 2, left: "sep3" reads state 7, which does not exist; states 0 to 2/,
  ],
  [
    "a negative state",
    { normal: withBlock({ left: side("sep3", -1), right: side("sep3", 1) }) },
    /block 2, left: "sep3" reads state -1, which does not exist/,
  ],
  [
    "a state between two",
    { normal: withBlock({ left: side("sep3", 0.5), right: side("sep3", 1) }) },
    /block 2, left: "sep3" reads state 0.5, which does not exist/,
  ],
  [
    "a state that is a text",
    { normal: withBlock({ left: side("sep3", "1" as never), right: side("sep3", 1) }) },
    /block 2, left: "sep3" reads state "1", which does not exist/,
  ],
  [
    "an unknown operation",
    { reduction: withBlock({ left: side("sep3", 0), right: side("sep33", 1) }) },
    /reduction cell, block 2, right: unknown operation "sep33"; did you mean "sep3"\? known are identity, none, avg3/,
  ],
  [
    "a name that objects have anyway",
    { normal: withBlock({ left: side("constructor", 0), right: side("sep3", 1) }) },
    /block 2, left: unknown operation "constructor"/,
  ],
  [
    "an output of a state that does not exist",
    { normal: { ...good, output: [2, 4] } },
    /normal cell: its output names state 4, which does not exist; it has states 0 to 3$/,
  ],
  ["an output that names a state twice", { normal: { ...good, output: [2, 2] } }, /names state 2 twice/],
  [
    "an output of nothing",
    { normal: { ...good, output: [] } },
    /output must be "loose", "all" or a list of states/,
  ],
  ["another output", { normal: { ...good, output: "ends" } }, /output must be "loose", "all" or a list/],
  [
    "a concatenation of unequal sizes",
    { reduction: { ...good, output: [1, 2, 3] } },
    /reduction cell: its output would concatenate unequal sizes: state 1 is an input of the cell/,
  ],
  [
    "the same by loose ends",
    {
      reduction: { ...good, blocks: [{ left: side("sep3", 0), right: side("sep3", 0) }] },
      convention: { ...cellConventions.DARTS, looseInputs: true },
    },
    /reduction cell: its output would concatenate unequal sizes: state 1/,
  ],
  ["no blocks", { normal: { ...good, blocks: [] } }, /normal cell: expected 1 to 28 blocks, got 0/],
  ["no list of blocks", { normal: { output: "all" } }, /normal cell: expected \{ blocks, output \}/],
  [
    "a block without a side",
    { normal: withBlock({ left: side("sep3", 0) }) },
    /normal cell, block 2, right: expected \{ op, state \}, got undefined/,
  ],
  [
    "another combination",
    { normal: withBlock({ left: side("sep3", 0), right: side("sep3", 1), combine: "multiply" }) },
    /normal cell, block 2: combine must be "concat", or left out for a sum, got "multiply"/,
  ],
  ["no filters", { filters: 0 }, /filters must be a positive integer, got 0/],
  ["half a cell", { cells: 2.5 }, /cells must be an integer from 1 to 1000, got 2.5/],
  ["more cells than memory holds", { cells: 1e9 }, /cells must be an integer from 1 to 1000/],
  [
    "another stem",
    { stem: { kind: "resnet", width: 8 } },
    /stem must be \{ kind, width \} with kind cifar, nasnet, darts/,
  ],
  [
    "a stem that every object has",
    { stem: { kind: "constructor", width: 8 } },
    /with kind cifar, nasnet, darts/,
  ],
  [
    "reductions out of order",
    { reductions: [2, 1] },
    /reductions must be cells from 0 to 2, each once, in order/,
  ],
  [
    "a reduction at 1 × 1",
    { resolution: 2, reductions: [0, 1] },
    /cell2, a reduction cell, would halve a map of 1 × 1 at a resolution of 2; take a larger resolution/,
  ],
  ["an auxiliary head without a stride", { auxiliary: {} }, /auxiliary must be \{ stride, norms\? \}/],
  ["an option that there is not", { width: 8 }, /unknown .*"width"/],
];

for (const [what, parts, message] of cases) {
  test(`${what} is named where a network is made, written out, counted and read back`, () => {
    const expected = { name: "NetworkError", message };
    assert.throws(() => cellNetwork(options(parts)), expected);
    const written = { ...smallCells("DARTS-V2"), ...options(parts) };
    // What an architecture holds besides is its own: a sample has its costs there.
    if (what === "an option that there is not") return;
    assert.throws(() => build(written), expected);
    assert.throws(() => countArchitecture(written), expected);
    const stored = { ...storeArchitecture(smallCells("DARTS-V2")), normal: good, reduction: good, ...parts };
    assert.throws(() => reviveArchitecture(stored as never), expected);
  });
}

test("a reduction at 1 × 1 is named at the resolution that is counted, with its cell", () => {
  const { architecture } = zoo("DARTS-V2-cifar");
  const { resolution: _, ...open } = architecture;
  for (const size of [1, 2]) {
    assert.throws(() => countArchitecture(open, size), {
      name: "NetworkError",
      message:
        size === 1 ? /^cell7: the reduction cell would halve a map of 1 × 1/ : /^cell14: the reduction cell/,
    });
    assert.throws(() => build({ ...open, resolution: size }), /would halve a map of 1 × 1/);
  }
  assert.ok(countArchitecture(open, 3).flops > 0);
});

test("an input two reductions larger is named, since one factorised reduction halves", () => {
  const close = smallCells("NASNet-A", { cells: 4, reductions: [1, 2], skipsReduction: true });
  assert.ok(build(close).layers.length > 0);
  const closer = smallCells("PNASNet-5", { cells: 4, reductions: [1, 2], skipsReduction: true });
  assert.ok(build(closer).layers.length > 0);
  assert.throws(
    () =>
      build(
        smallCells("NASNet-A", {
          stem: { kind: "nasnet", width: 4 },
          reductions: [0, 1],
          skipsReduction: true,
          resolution: 64,
        }),
      ),
    /^NetworkError: cell2\.previous: the previous input is 4 times as large as the current one, and only a factor of 2 is reduced/,
  );
});

test("an auxiliary head on too small a map is named, and left out it does no harm", () => {
  const parts = { cells: 3, filters: 4, resolution: 8 } as const;
  assert.throws(() => build(smallCells("DARTS-V2", { ...parts, auxiliary: { stride: 3 } })), {
    name: "NetworkError",
    message: /the auxiliary head averages over 5 × 5 and reads a map of 2 × 2; take a larger resolution/,
  });
  assert.equal(build(smallCells("DARTS-V2", parts)).auxiliary, undefined);
});

test("a genotype of another kind is named by what was expected", () => {
  for (const given of ["", "[1, 2]", "{}", null, 7, "Genotype(normal=[])"]) {
    assert.throws(() => readGenotype(given as never), { name: "NetworkError", message: /^readGenotype: / });
  }
});
