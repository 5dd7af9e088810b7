import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyArchitecture,
  cellDesigns,
  cellNetwork,
  cellSpaces,
  countArchitecture,
  readGenotype,
  sample,
  toGenotype,
  zoo,
} from "netspace";
import { small } from "../../support/cell-parts.js";

/** DARTS-V2, in the form in which quark0/darts publishes its cells. */
const literal = `
# second order
DARTS_V2 = Genotype(
    normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1),
            ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ("dil_conv_3x3", 2)],
    normal_concat=range(2, 6),
    reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1),
            ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1),],
    reduce_concat=[2, 3, 4, 5])
`;
const counts = (genotype: ReturnType<typeof readGenotype>) =>
  countArchitecture(cellNetwork({ ...genotype, cells: 20, filters: 36, ...small }));

test("DARTS' literal is read: assigned or not, with ranges, tuples, comments and either quotes", () => {
  const expected = countArchitecture(zoo("DARTS-V2-cifar").architecture, 32);
  assert.deepEqual(counts(readGenotype(literal)), expected);
  const pairs = literal
    .replace(/\('sep_conv_3x3', 0\), \('sep_conv_3x3', 1\)/g, "(('sep_conv_3x3', 0), ('sep_conv_3x3', 1))")
    .replace("('sep_conv_3x3', 1), ('skip_connect', 0)", "(('sep_conv_3x3', 1), ('skip_connect', 0))")
    .replace(`('skip_connect', 0), ("dil_conv_3x3", 2)`, `(('skip_connect', 0), ('dil_conv_3x3', 2))`);
  assert.deepEqual(counts(readGenotype(pairs)), expected);
});

test("DARTS' literal is a name of the zoo: its network is that of its published cells on CIFAR", () => {
  const { architecture, resolution } = zoo<AnyArchitecture>(literal.replace("# second order\n", ""));
  assert.equal(resolution, 32);
  assert.equal(countArchitecture(architecture, 32).params, 3_349_342);
  assert.throws(
    () => zoo("Genotype(normal=[])"),
    /readGenotype: expected a genotype with normal, normal_concat/,
  );
});

const edges = (text: string): unknown =>
  JSON.parse(text.replaceAll("(", "[").replaceAll(")", "]").replaceAll("'", '"'));
const form = {
  normal: edges(
    "[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)]",
  ),
  normal_concat: [2, 3, 4, 5],
  reduce: edges(
    "[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)]",
  ),
  reduce_concat: [2, 3, 4, 5],
};

test("NDS' networks are read, as text or data, with their depth and width", () => {
  const net = { depth: 8, width: 16, aux: false, genotype: form };
  for (const given of [net, { net, test_ep_top1: [] }, JSON.stringify({ net })]) {
    const genotype = readGenotype(given);
    assert.deepEqual([genotype.cells, genotype.filters], [8, 16]);
    assert.deepEqual(genotype.normal.blocks, cellDesigns["DARTS-V2"].normal.blocks);
  }
  assert.equal(readGenotype(form).cells, undefined);
});

test("NNI's samples are read: inputs as numbers or lists of one, depth and width, labels below others", () => {
  const sampled: Record<string, unknown> = { "model/depth": 20, width: 36 };
  for (const [part, name] of [
    ["normal", "normal"],
    ["reduce", "reduction"],
  ] as const) {
    const { blocks } = readGenotype(form)[name];
    for (const [b, { left, right }] of blocks.entries()) {
      for (const [i, side] of [left, right].entries()) {
        const [op] = (form[part] as [string, number][])[2 * b + i];
        sampled[`${part}/op_${b + 2}_${i}`] = op;
        sampled[`${b % 2 ? "" : "model/"}${part}/input_${b + 2}_${i}`] = b % 2 ? side.state : [side.state];
      }
    }
  }
  const genotype = readGenotype(sampled);
  const expected = countArchitecture(zoo("DARTS-V2-cifar").architecture, 32);
  assert.deepEqual(countArchitecture(cellNetwork({ cells: 1, filters: 1, ...genotype, ...small })), expected);
  const { "normal/op_3_1": _, ...less } = sampled;
  assert.throws(
    () => readGenotype(less),
    /^NetworkError: readGenotype: normal cell, block 2, right: expected "normal\/op_3_1" among/,
  );
  assert.throws(
    () => readGenotype({ ...sampled, "normal/cell": 1 }),
    /expected labels such as "normal\/op_2_0".*got "normal\/cell"/,
  );
});

test("a sample of NNI's with five blocks is asked for its output, which it does not say", () => {
  const sampled: Record<string, unknown> = {};
  for (const part of ["normal", "reduce"]) {
    for (let node = 2; node < 7; node++) {
      for (const i of [0, 1]) {
        sampled[`${part}/op_${node}_${i}`] = "conv_7x1_1x7";
        sampled[`${part}/input_${node}_${i}`] = node - 1;
      }
    }
  }
  assert.throws(
    () => readGenotype(sampled),
    /with 5 blocks does not say what a cell's output is; give \{ output: "loose" \}/,
  );
  assert.equal(readGenotype(sampled, { output: "loose" }).normal.output, "loose");
});

test("what toGenotype writes is read back as the same network, of every space that DARTS' form can say", () => {
  let written = 0;
  for (const space of cellSpaces.filter(
    ({ options }) => options.convention === readGenotype(literal).convention,
  )) {
    for (const { architecture } of sample(space, { n: 20, seed: 3, resolution: 32 })) {
      const text = toGenotype(architecture);
      const again = { ...architecture, ...readGenotype(text) };
      assert.deepEqual(countArchitecture(again, 32), countArchitecture(architecture, 32));
      assert.equal(toGenotype(again), text);
      written++;
    }
  }
  assert.equal(written, 140);
});

test("toGenotype swaps the inputs of cells that count the current one first", () => {
  // quark0/darts has NASNet-A's first block as sep 5 × 5 of state 1 and sep 3 × 3 of state 0.
  assert.match(
    toGenotype(cellDesigns["NASNet-A"]),
    /^Genotype\(normal=\[\('sep_conv_5x5', 1\), \('sep_conv_3x3', 0\), /,
  );
});

test("what DARTS' form has no word for is named with cell, block and side", () => {
  const { architecture } = zoo("DARTS-V2-cifar");
  const [first, ...rest] = architecture.normal.blocks;
  const dense = { ...architecture.normal, blocks: [{ ...first, right: { op: "dil3", state: 1 } }, ...rest] };
  assert.throws(() => toGenotype({ ...architecture, normal: dense }), {
    name: "NetworkError",
    message: /^toGenotype: normal cell, block 1, right: DARTS' vocabulary has no name for "dil3"/,
  });
  const both = { ...architecture.normal, blocks: [{ ...first, combine: "concat" as const }, ...rest] };
  assert.throws(
    () => toGenotype({ ...architecture, normal: both }),
    /normal cell, block 1: DARTS' form has sums alone/,
  );
});

const broken: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    "an unknown operation",
    literal.replace("sep_conv_3x3", "sep_conv_4x4"),
    /normal cell, block 1, left: unknown operation "sep_conv_4x4"; did you mean "sep_conv_3x3"\?/,
  ],
  [
    "a name of netspace's",
    literal.replace("sep_conv_3x3", "sep3"),
    /unknown operation "sep3".*netspace's own names are for cellNetwork/,
  ],
  [
    "a loop",
    literal.replace("('skip_connect', 2)", "('skip_connect', 3)"),
    /reduction cell, block 2, left: "identity" reads state 3, which its own block gives: a loop/,
  ],
  [
    "a state that does not exist",
    literal.replace('"dil_conv_3x3", 2', '"dil_conv_3x3", 9'),
    /normal cell, block 4, right: "dilsep3" reads state 9, which does not exist; states 0 to 4/,
  ],
  [
    "an output that does not exist",
    literal.replace("range(2, 6)", "range(2, 7)"),
    /normal cell: its output names state 6, which does not exist/,
  ],
  [
    "an output of unequal sizes",
    literal.replace("[2, 3, 4, 5]", "[1, 2, 3, 4, 5]"),
    /reduction cell: its output would concatenate unequal sizes: state 1/,
  ],
  [
    "an edge too few",
    literal.replace("('sep_conv_3x3', 0), ", ""),
    /normal cell: expected two edges for each block, got 7/,
  ],
  [
    "a part that is missing",
    literal.replace("normal_concat=range(2, 6),", ""),
    /got one without normal_concat, but with normal, reduce, reduce_concat/,
  ],
  ["a part given twice", literal.replace("normal_concat", "normal"), /"normal" is given twice/],
  [
    "a bracket that is not closed",
    literal.slice(0, literal.lastIndexOf(")")),
    /at character \d+: expected a value or a bracket, got the end of the text/,
  ],
  ["text behind it", `${literal})`, /expected the end of the text, got "\)"/],
  ["a call", "__import__('os').system('true')", /^readGenotype: /],
  [
    "a range of everything",
    literal.replace("range(2, 6)", "range(0, 1000000000)"),
    /expected range\(low, high\)/,
  ],
  ["brackets without end", "[".repeat(100_000), /more than 20 brackets inside each other/],
];

for (const [what, text, message] of broken) {
  test(`a genotype with ${what} is named`, () => {
    assert.throws(() => readGenotype(text), { name: "NetworkError", message });
  });
}
