/** A table is trained by one command, goes on where it was stopped, is packed, read, verified and described. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { nasBench201Space, readTable, SmallCells, type SweepSpec } from "netspace";
import {
  packTable,
  type SpaceTable,
  table,
  tableSpec,
  trainTable,
  zeroCost,
} from "../../../src/search/index.js";
import { withoutAddon } from "../../support/needs.js";

const main = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-table-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);

function netspace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status, stdout, stderr };
}

/** Of nine architectures four functions: a chain of two edges. */
const text = `import { nasBench201Space } from "netspace";
export const space = nasBench201Space({ name: "Tiny", nodes: 3, operations: ["none", "skip_connect", "nor_conv_1x1"], jumps: ["none"], channels: 4, cells: 1, stages: 1 });
`;
writeFileSync(join(root, "tiny.ts"), text);
const tiny = nasBench201Space({
  name: "Tiny",
  nodes: 3,
  operations: ["none", "skip_connect", "nor_conv_1x1"],
  jumps: ["none"],
  channels: 4,
  cells: 1,
  stages: 1,
  classes: 10,
});
const spec = {
  space: { module: join(root, "tiny.ts"), export: "space" },
  dataset: { kind: "procedural", resolution: 8, train: 128, validation: 64, test: 64, seed: 1 },
  recipe: { base: "tiny", epochs: 3, batch: 32 },
} as const;

describe("a table of one's own space", { skip: withoutAddon }, () => {
  test("is trained, goes on where it was stopped, and lies in a file that is verified and described", async () => {
    const drain = new AbortController();
    const out = at("run");
    const part = await trainTable(spec, {
      out,
      workers: 1,
      drain: drain.signal,
      onProgress: ({ event }) => {
        if (event === "ended") drain.abort();
      },
    });
    assert.equal(part.complete, false);
    await assert.rejects(
      () => packTable(out, at("part.parquet")),
      /packTable: expected all 4 functions of Tiny trained 2 times, got 0 of them/,
    );
    writeFileSync(
      at("tiny.json"),
      JSON.stringify({ ...spec, space: { module: "./tiny.ts", export: "space" } }),
    );
    const trained = netspace("table", "train", at("tiny.json"), "--out", out, "--workers", "1");
    assert.equal(trained.status, 0, trained.stderr);
    const counted = { name: "layers", settings: { of: "names" }, measure: () => ({ value: 7, cost: {} }) };
    const packed = await packTable(out, at("tiny.parquet"), { measures: [counted] });
    assert.equal(packed.complete, true);
    assert.equal(packed.population.length, 8);
    const read = await table(at("tiny.parquet"), { space: tiny });
    for (const one of [packed, read] as unknown as SpaceTable[]) {
      assert.equal(one.repeats, 2);
      assert.equal(one.trainingImages, 128);
      for (const { trainings, measures, params } of one.rows) {
        assert.deepEqual(measures, { layers: 7 });
        assert.ok(params > 0);
        for (const { epochs, error, validationError } of trainings) {
          assert.equal(epochs.length, 3);
          // Both splits after every epoch.
          for (const { testError, validationError: its } of epochs) {
            assert.ok(testError! >= 0 && testError! <= 100 && its! >= 0 && its! <= 100);
          }
          assert.deepEqual([epochs[2].testError, epochs[2].validationError], [error, validationError]);
        }
      }
    }
    assert.deepEqual(read.rows, packed.rows);
    assert.deepEqual(read.population.provenance!.measures, { layers: { of: "names" } });
    // Any reader of Parquet sees one row for each training.
    assert.equal((await readTable(at("tiny.parquet"))).length, 8);
    const described = netspace("table", "describe", out, "--json");
    const facts = JSON.parse(described.stdout);
    assert.deepEqual([facts.functions, facts.trainings, facts.architectures], [4, 8, 9]);
    const verified = netspace("table", "verify", out, "--n", "2", "--json");
    assert.equal(verified.status, 0, verified.stderr);
    const lines = verified.stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ verdict, by }) => [verdict, by]),
      [
        ["same", "the same bits"],
        ["same", "the same bits"],
      ],
    );
    const measured = netspace(
      "table",
      "pack",
      out,
      "--out",
      at("measured.parquet"),
      "--measures",
      "snip,naswot",
    );
    assert.equal(measured.status, 0, measured.stderr);
    assert.match(measured.stderr, /measured 4 of 4 functions/);
    const known = await table(at("measured.parquet"), { space: tiny });
    for (const { architecture, measures } of known.rows) {
      const { values } = await zeroCost(architecture, {
        dataset: spec.dataset,
        measures: ["snip", "naswot"],
      });
      // A file has no infinities.
      const naswot = Number.isFinite(values.naswot) ? values.naswot : Number.NaN;
      assert.deepEqual(measures, { snip: values.snip, naswot });
    }
    const { batch, seed } = (known.population.provenance!.measures as Record<string, Record<string, unknown>>)
      .snip;
    assert.deepEqual([batch, seed], [64, 0]);
    const odd = netspace("table", "pack", out, "--out", at("odd.parquet"), "--measures", "snap");
    assert.equal(odd.status, 1);
    assert.match(odd.stderr, /expected measures among gradNorm, .*, got "snap"/);
    // A file's code is not run: who reads it elsewhere gives the space.
    const elsewhere = netspace("table", "describe", at("tiny.parquet"));
    assert.equal(elsewhere.status, 1);
    assert.match(elsewhere.stderr, /the space of this table, Tiny, is code, .* give it as \{ space \}/);
  });
});

describe("netspace table", () => {
  test("names what it cannot do", () => {
    for (const [args, problem] of [
      [
        ["describe", "Nowhere"],
        /expected a table that comes with netspace .* got "Nowhere"; netspace table train makes one/,
      ],
      [["train", "AnyNetXA", "--out", at("big")], /table spec: expected a space of at most 1000000 ways/],
      [["train", "Nowhere", "--out", at("none")], /space: expected one of .* got "Nowhere"/],
      [["pack", at("nothing"), "--out", at("x.parquet")], /packTable: .*nothing/],
      [["verify", at("nothing.parquet")], /expected a table/],
    ] as const) {
      const { status, stderr } = netspace("table", ...args);
      assert.equal(status, 1, args.join(" "));
      assert.match(stderr, problem);
    }
  });
});

test("a table's spec counts the functions, repeats them, and tests both splits after every epoch", async () => {
  const given = (await tableSpec("SmallCells")) as SweepSpec & { recipe: { testEvery: number } };
  assert.deepEqual(
    [given.space, given.n, given.enumerate, given.repeats, given.recipe.testEvery, given.run?.testAlong],
    ["SmallCells", 1163, "distinct", 2, 1, true],
  );
  assert.equal(SmallCells.size, 3375n);
});

test("a spec that trains no table is named, and so is what to do", async () => {
  const of = (more: object) => tableSpec({ space: "SmallCells", ...more });
  await assert.rejects(
    of({ repeats: 1 }),
    /repeats of at least 2, got 1; without them its noise is not known/,
  );
  await assert.rejects(of({ n: 100 }), /expected all 1163 functions of the space, got 100; leave n out/);
  await assert.rejects(of({ enumerate: "all" }), /expected enumerate "distinct", got "all"/);
  await assert.rejects(of({ where: { flops: [0, 1e6] } }), /expected a whole space/);
  await assert.rejects(
    of({ dataset: { kind: "procedural", resolution: 12, train: 100, test: 100, seed: 1 } }),
    /expected images with a validation split/,
  );
  await assert.rejects(
    of({ recipe: { base: "tiny", learningRate: { uniform: [0.1, 0.2] } } }),
    /expected one recipe for all, with a number as learningRate/,
  );
  await assert.rejects(of({ repeat: 3 }), /repeat/);
  await assert.rejects(tableSpec(7 as never), /expected a space's name, or a spec/);
});

test("a source that is no table is named", async () => {
  await assert.rejects(table("Nowhere"), /expected a table that comes with netspace/);
  const own = nasBench201Space({ name: "Mine" });
  await assert.rejects(table(own), /got "Mine"; export it from a module, .* trainTable/);
  await assert.rejects(
    table("data/populations/AnyNetXA.parquet"),
    /table: expected trainings of all functions of a space, got a sample of \d+ networks of AnyNetXA/,
  );
  await assert.rejects(table("data/families.json"), /table: expected/);
});
