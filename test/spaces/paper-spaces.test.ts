import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  AnyNetXC,
  AnyNetXCEqualWidths,
  AnyNetXCNonIncreasingWidths,
  AnyNetXDEqualDepths,
  AnyNetXDNonIncreasingDepths,
  build,
  complexity,
  convNorm,
  designSpaceSizes,
  SmallAssignments,
  type Sample,
  type Space,
  sample,
  spaceByName,
  spaceNames,
} from "netspace";

const column = (space: Space, key: "width" | "depth") =>
  sample(space, { n: 100, seed: 6 }).map(s => s.architecture.stages.map(stage => stage[key]));
const equal = (values: number[]) => values.every(v => v === values[0]);
const falling = (values: number[]) => values.every((v, i) => i === 0 || v <= values[i - 1]);

test("the controls of Figure 7 have equal or non-increasing widths and depths", () => {
  // Group compatibility, which follows the draw, is the same in all stages of one width.
  assert.ok(column(AnyNetXCEqualWidths, "width").every(equal));
  assert.ok(column(AnyNetXDEqualDepths, "depth").every(equal));
  assert.ok(column(AnyNetXCNonIncreasingWidths, "width").every(falling));
  assert.ok(column(AnyNetXDNonIncreasingDepths, "depth").every(falling));
  assert.ok(!column(AnyNetXC, "width").every(falling));
});

test("every named space samples networks of 360–400 MF that are counted as they are built", () => {
  for (const name of spaceNames()) {
    const where = { flops: [360e6, 400e6] } as const;
    const space = spaceByName(name);
    // Those of other families, and the small one, have tests of their own.
    if (space.family || space === SmallAssignments) continue;
    for (const { architecture, flops, params, acts } of sample(space, { n: 2, seed: 1, where })) {
      assert.deepEqual(
        complexity(build(architecture), architecture.resolution),
        { flops, params, acts },
        name,
      );
    }
  }
});

test("Table 1 comes out of the code: dimensions and the paper's sizes as exact integers", () => {
  const { rows } = designSpaceSizes;
  // Paper, Table 1: dimensions 16, 13, 10, 10, 10, 6 and these sizes, printed with two digits.
  assert.deepEqual(
    rows.map(row => row.dimensions),
    [16, 13, 10, 10, 10, 6],
  );
  assert.deepEqual(
    rows.map(row => Number(row.paper).toExponential(1)),
    ["1.8e+18", "6.8e+16", "3.2e+14", "1.3e+13", "5.5e+11", "3.0e+8"],
  );
  // python3 -c "print((16*128*3*6)**4, (16*128*6)**4*3, (16*128)**4*18, (16*128)**4*18//24, (16*128)**4*18//576, 64**4*18)"
  assert.deepEqual(
    rows.map(row => row.paper),
    [
      1_846_757_322_198_614_016n,
      68_398_419_340_689_408n,
      316_659_348_799_488n,
      13_194_139_533_312n,
      549_755_813_888n,
      301_989_888n,
    ],
  );
});

test("where nothing is ordered the paper's sizes are exact; ordered values are counted with ties", () => {
  const [a, b, c, d, e] = designSpaceSizes.rows;
  for (const row of [a, b, c]) assert.equal(row.exact, row.paper);
  // Non-decreasing 4-tuples: (131 choose 4) widths of 128, (19 choose 4) depths of 16.
  assert.equal(d.exact, 16n ** 4n * 11_716_640n * 18n);
  assert.equal(e.exact, 3_876n * 11_716_640n * 18n);
});

test("Table 1 shows itself", () => {
  const display = designSpaceSizes as unknown as Record<symbol, () => Record<string, string>>;
  const bundle = display[Symbol.for("Jupyter.display")].call(designSpaceSizes);
  assert.match(
    bundle["text/markdown"],
    /\| AnyNetXB \| \\?\+ b_i = b \| 13 \| \(16·128·6\)⁴·3 \| 68,398,419,340,689,408 \|/,
  );
});

test("a space knows the names of its free parameters", () => {
  assert.deepEqual(AnyNetXC.dimensions, ["d1", "d2", "d3", "d4", "w1", "w2", "w3", "w4", "b", "g"]);
  assert.deepEqual(AnyNetXC.fix("bottleneck", 1).withStages(2).dimensions, ["d1", "d2", "w1", "w2", "g"]);
});

test("a block and a space from a notebook cell sample, count and build with three lines", () => {
  const space = AnyNetXA.with({
    block: {
      name: "mine",
      build: (ops, x, { width, stride, activation }) =>
        convNorm(ops, 1, x, width, { kernel: 5, stride }, activation),
    },
  })
    .share("width")
    .named("Mine");
  for (const { architecture, flops } of sample(space, { n: 5, seed: 1, where: { flops: [1e8, 1e9] } })) {
    assert.equal(complexity(build(architecture)).flops, flops);
  }
});

test("a space's own condition holds in its samples, and conditions add up", () => {
  const narrow = ({ params }: Sample) => params < 2e6;
  const space = AnyNetXA.accepting(narrow).accepting(({ acts }) => acts < 2e6);
  for (const { params, acts } of sample(space, { n: 30, seed: 1 })) assert.ok(params < 2e6 && acts < 2e6);
  assert.throws(
    () =>
      sample(
        AnyNetXA.accepting(() => false),
        { n: 1, seed: 1, limit: 50 },
      ),
    {
      name: "SamplingError",
      message: /acceptance rate 0\.0 %\): the space's own condition refused 50\. Widen/,
    },
  );
});

test("sample() reports its progress, at last that it is complete", () => {
  const reports: { drawn: number; accepted: number; n: number }[] = [];
  sample(AnyNetXA, { n: 200, seed: 1, where: { flops: [360e6, 400e6] }, onProgress: p => reports.push(p) });
  const last = reports.at(-1)!;
  assert.equal(last.accepted, 200);
  assert.equal(last.n, 200);
  assert.ok(last.drawn > 200 / 0.03);
});

test("what sample() accepts is never written over by later draws", () => {
  const kept: Sample[] = [];
  const accept = (candidate: Sample) => kept.push(candidate) > 0;
  const drawn = sample(AnyNetXA, { n: 50, seed: 9, where: { accept } });
  const texts = new Set(drawn.map(s => JSON.stringify(s.architecture.stages)));
  assert.ok(texts.size > 45);
  assert.deepEqual(kept, drawn);
});
