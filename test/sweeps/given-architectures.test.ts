/** A sweep of given architectures: the networks of another sweep once more, as they are or with one thing changed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  AnyNetXA,
  blocks,
  compactSweep,
  comparePaired,
  convNorm,
  networksOf,
  type Population,
  readPopulation,
  sample,
  shippedPopulation,
  type SweepSpec,
} from "netspace";
import { nasBench201Space } from "netspace/spaces";
import { readSpecFile } from "../../src/cli/read-spec-file.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { completeSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { smallSweep } from "../support/small-sweep.js";

const program = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-given-"));
after(() => rmSync(root, { recursive: true, force: true }));

let drawn: Population;
before(async () => {
  drawn = await sweepWith(program, smallSweep, { out: join(root, "drawn"), workers: 2 });
});

const { where: _where, stem: _stem, ...rest } = smallSweep;
/** The drawn networks again: of their own stem, and counted without a window. */
const again = (space: object = {}, more: Partial<SweepSpec> = {}): SweepSpec => ({
  ...rest,
  space: { architectures: drawn.members.map(({ architecture }) => architecture), ...space },
  ...more,
});

test("the same architectures are the same networks in the same order, and the same trials", async () => {
  const trials = trialsOf(await completeSpec(again()));
  assert.deepEqual(
    trials.map(({ id }) => id),
    drawn.rows.map(({ id }) => id),
  );
  const two = await networksOf(again({}, { n: 2 }));
  assert.deepEqual(
    two.map(({ flops }) => flops),
    drawn.rows.slice(0, 2).map(({ flops }) => flops),
  );
});

test("with another block they are compared network by network, and the file keeps all of it", async () => {
  const out = join(root, "se");
  const se = await sweepWith(program, again({ block: "Y" }), { out, workers: 2 });
  assert.equal(se.name, "4 given networks, block Y");
  assert.deepEqual([...new Set(se.trials.map(({ architecture }) => architecture.block))], ["Y"]);
  const compared = comparePaired(drawn, se, { differ: ["block"], names: ["X", "Y"] });
  assert.deepEqual([compared.n, ...compared.withoutPartner], [4, 0, 0]);
  assert.ok(compared.pairs.rows.every(({ a, b }) => a === b));
  const file = join(root, "se.parquet");
  await compactSweep(out, file);
  const read = await readPopulation(file);
  assert.ok("spec" in read);
  assert.deepEqual(read.spec, se.spec);
});

test("a sweep of them grows, but not beyond what is given", async () => {
  const out = join(root, "grown");
  await sweepWith(program, again({}, { n: 2 }), { out, workers: 2 });
  let started = 0;
  await sweepWith(program, again({}, { n: 4 }), {
    out,
    workers: 2,
    onProgress: ({ event }) => void (started += Number(event === "started")),
  });
  assert.equal(started, 2);
  await assert.rejects(completeSpec(again({}, { n: 5 })), {
    name: "SpecError",
    message: "sweep spec: n: expected at most the 4 architectures that are given, got 5",
  });
});

test("architectures in memory are given as they are, of any family", async () => {
  const space = AnyNetXA.with({ block: blocks.Y, stem: { kind: "simple", width: 8 } });
  const live = sample(space, { n: 3, seed: 1, resolution: 16, where: { flops: [1e5, 6e5] } });
  const found = await networksOf({
    ...again(),
    n: 3,
    space: { architectures: live.map(s => s.architecture) },
  });
  assert.deepEqual(found.map(({ params }) => params).length, 3);
  assert.ok(found.every(({ architecture }) => architecture.block === blocks.Y));
  const cells = sample(nasBench201Space({ channels: 4, cells: 1 }), { n: 2, seed: 1, resolution: 16 });
  const spec = { ...again(), n: 2, space: { architectures: cells.map(s => s.architecture) } };
  const counted = await networksOf(spec);
  assert.deepEqual(
    counted.map(({ flops }) => flops),
    cells.map(({ flops }) => flops),
  );
  // What is stored is data, and gives the same again.
  const stored = JSON.parse(JSON.stringify(await completeSpec(spec))) as SweepSpec;
  assert.deepEqual(await completeSpec(stored), await completeSpec(spec));
});

test("what cannot be trained is named by its place", async () => {
  const [first, second] = drawn.members.map(({ architecture }) => architecture);
  const cell = sample(nasBench201Space({ channels: 4, cells: 1 }), { n: 1, seed: 1 })[0].architecture;
  const own = {
    name: "own",
    build: (ops: never, x: never) => convNorm(ops, 1, x, 8, { kernel: 3, stride: 1 }),
  };
  const refused = async (space: object, message: RegExp, more: object = {}) =>
    assert.rejects(completeSpec({ ...again(), n: 1, space, ...more }), error => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "SpecError");
      assert.match(error.message, message);
      return true;
    });
  await refused({ architectures: [] }, /^sweep spec: space\.architectures/);
  await refused({ architectures: "runs/demo" }, /^sweep spec: space\.architectures: expected /);
  await refused({ architectures: [first, 5] }, /architectures\[1\]: expected an architecture, got 5/);
  await refused({ architectures: [{ architecture: first }] }, /\[0\].*a sample has one as its architecture/);
  await refused({ architectures: [first], depth: 2 }, /space.*depth/);
  await refused({ architectures: [first], block: "Z" }, /space\.block/);
  await refused({ architectures: [first, cell] }, /expected one family, got AnyNet and, as number 1, /);
  await refused({ architectures: [cell], block: "Y" }, /\[0\]: block changes AnyNets/);
  await refused({ architectures: [{ ...first, block: own }] }, /\[0\]: .*own/);
  await refused(
    { architectures: [{ ...first, stages: [{ ...first.stages[0], groupWidth: 7 }] }] },
    /\[0\]: /,
  );
  const misspelt = { ...first, stages: [first.stages[0], { ...first.stages[1], kernal: 7 }] };
  await refused(
    { architectures: [first, misspelt] },
    /architectures\[1\]: stages\[1\]: unknown field "kernal"; did you mean "kernel"\? known are depth, /,
  );
  await refused(
    { architectures: [{ ...first, headwidth: 8 }] },
    /\[0\]: unknown field "headwidth"; did you mean "headWidth"\?/,
  );
  await refused(
    { architectures: [{ ...first, stem: { ...first.stem, with: 8 } }] },
    /\[0\]: stem: .*"width"/,
  );
  const other = { ...second, stem: { kind: "cifar", width: 8 } };
  await refused({ architectures: [first, other] }, /stem: expected one that all networks get.*2/);
  await assert.rejects(networksOf(again({}, { where: { flops: [1, 2] } })), {
    name: "SamplingError",
    message: /expected 4 architectures of 4 given networks, which has 0/,
  });
});

test("a block of one's own takes the place of theirs", async () => {
  const file = join(root, "own.mjs");
  writeFileSync(
    file,
    `import { convNorm } from "netspace";
export const own = { name: "own", build: (ops, x, { width, stride, activation }) =>
  convNorm(ops, 1, x, width, { kernel: 3, stride }, activation) };\n`,
  );
  const spec = again({ block: { module: file, export: "own" } });
  const networks = await networksOf(spec);
  assert.ok(networks.every(({ architecture }) => architecture.block.name === "own"));
  assert.notEqual(networks[0].flops, drawn.rows[0].flops);
});

test("a spec's file names a population, and trains all of it", () => {
  const file = join(root, "again.json");
  const { n: _n, ...spec } = { ...again(), space: { architectures: "drawn", activation: "silu" } };
  writeFileSync(file, JSON.stringify(spec));
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [main, "sweep", ...words], { cwd: tmpdir(), encoding: "utf8" });
  const { status, stdout, stderr } = run("plan", file, "--devices", "1");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /4 given networks, silu/);
  writeFileSync(file, readFileSync(file, "utf8").replace("drawn", "not-there"));
  assert.match(
    run("plan", file, "--devices", "1").stderr,
    /^netspace: sweep spec: space\.architectures: expected a sweep's folder, .* got not-there/,
  );
});

test("what was trained with several seeds is given once", async () => {
  const file = join(root, "seeds.json");
  const seeds = await shippedPopulation("AnyNetXE-seeds");
  const { space: _space, n: _n, ...spec } = again();
  writeFileSync(file, JSON.stringify({ ...spec, space: { architectures: "AnyNetXE-seeds" } }));
  const read = await readSpecFile(file);
  const forms = (read.space as { architectures: readonly object[] }).architectures.map(each =>
    JSON.stringify(each),
  );
  assert.deepEqual([seeds.length, read.n, forms.length, new Set(forms).size], [48, 12, 12, 12]);
  const first = new Map(
    seeds.members.toReversed().map(({ architecture }) => [JSON.stringify(architecture), architecture]),
  );
  assert.deepEqual(seeds.architectures, [...first.values()].toReversed());
});

test("what the windows leave out need not be trainable, and what they leave in is named by its place", async () => {
  const [first, second] = drawn.members.map(({ architecture }) => architecture);
  // A width that no groups of 7 divide; deeper than the others.
  const depth = (each: typeof first) => each.stages.reduce((sum, stage) => sum + stage.depth, 0);
  const deepest = Math.max(depth(first), depth(second));
  const [stage] = first.stages;
  const odd = {
    ...first,
    stages: [{ ...stage, depth: deepest + 1, width: 16, bottleneck: 1, groupWidth: 7 }],
  };
  const spec = (most: number) =>
    again({ architectures: [odd, first, odd, second] }, { n: 2, where: { depth: [1, most] } });
  const networks = await networksOf(spec(deepest));
  assert.deepEqual(
    networks.map(({ flops }) => flops),
    drawn.rows.slice(0, 2).map(({ flops }) => flops),
  );
  await assert.rejects(completeSpec(spec(deepest + 1)), {
    name: "SpecError",
    message: /^sweep spec: space: architectures\[0\]: /,
  });
  // Of two that are trained the second is at the third place.
  const [large, small] = depth(first) > depth(second) ? [first, second] : [second, first];
  const shallow = { ...odd, stages: [{ ...odd.stages[0], depth: depth(small) }] };
  const third = { architectures: [small, large, shallow] };
  if (depth(small) < depth(large)) {
    await assert.rejects(completeSpec(again(third, { n: 2, where: { depth: [1, depth(small)] } })), {
      name: "SpecError",
      message: /^sweep spec: space: architectures\[2\]: /,
    });
  }
});
