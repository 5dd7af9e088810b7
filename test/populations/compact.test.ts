import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  compactSweep,
  expandSweep,
  openPopulation,
  Population,
  readCompact,
  readPopulation,
  readTable,
  shippedPopulation,
  storeArchitecture,
  type TrialRecord,
  tableOf,
  writeTable,
} from "netspace";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { keepSpec } from "../../src/trials/spec-file.js";
import { TrialLog } from "../../src/trials/store/store.js";
import { sweepId } from "../../src/trials/trial.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-compact-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spec = checkSpec({
  space: "RegNetX",
  n: 20,
  recipe: { base: "tiny", learningRate: { logUniform: [0.01, 1] } },
  dataset: { kind: "procedural", resolution: 32, train: 100, test: 50, seed: 1 },
});

/** Stores a sweep of which every fifth network diverged and every seventh failed. */
function storeSweep(out: string): TrialRecord[] {
  keepSpec(out, spec);
  const log = new TrialLog(out);
  const records = trialsOf(spec).map(({ id, architecture, flops, params, acts, drawn }, index) => {
    const common = {
      version: 1 as const,
      id,
      sweep: sweepId(spec),
      index,
      architecture: storeArchitecture(architecture),
      complexity: { flops, params, acts },
      drawn,
      endedAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    };
    if (index % 7 === 6)
      return { ...common, status: "failed" as const, reason: "worker was ended by SIGKILL" };
    const diverged = index % 5 === 4;
    const last = diverged ? 1 : 3;
    return {
      ...common,
      status: diverged ? ("diverged" as const) : ("finished" as const),
      error: diverged ? 90 : 100 / (index + 3),
      // Numbers that no short decimal is equal to: what is read back must be the same to the last bit.
      epochs: Array.from({ length: last }, (_, e) => ({
        epoch: e + 1,
        trainLoss: Math.E / (e + index + 1),
        trainError: 100 / (e + 1.1),
        ...(!diverged && e === 2 && { testError: 100 / (index + 3) }),
        learningRate: drawn.learningRate! / (e + 3),
        seconds: e + 1 / 3,
      })),
      ...(diverged && { divergedAt: 17 }),
      seconds: 10 + index / 7,
      imagesPerSecond: 1000 / 3,
      threads: 2,
      cpuSeconds: 19.5,
      engineVersion: "torch 2.13.0+cpu",
    };
  });
  for (const record of records) log.append(record);
  log.close();
  return records.filter(record => record.status !== "failed");
}

test("a compact population gives back every settled record to the last bit, and the same columns", async () => {
  const records = storeSweep(folder);
  const file = join(folder, "population.parquet");
  await compactSweep(folder, file);
  const population = await readCompact(file);
  assert.deepEqual(population.trials.map(heldRecord), records);
  const opened = openPopulation(folder);
  assert.deepEqual(population.names, opened.names);
  for (const name of opened.names) assert.deepEqual(population.values(name), opened.values(name), name);
  assert.deepEqual(
    population.members.map(m => m.epochs),
    opened.members.map(m => m.epochs),
  );
  assert.deepEqual(population.spec, spec);
});

test("a compact population says where it comes from, and what it took", async () => {
  const records = storeSweep(folder);
  const file = join(folder, "population.parquet");
  await compactSweep(folder, file);
  const { provenance } = await readCompact(file);
  assert.ok(provenance);
  assert.equal(provenance.sweep, sweepId(spec));
  assert.deepEqual(provenance.engines, ["torch 2.13.0+cpu"]);
  assert.equal(provenance.machines[0].node, process.versions.node);
  const { compute } = provenance;
  const hours = records.reduce((sum, { seconds }) => sum + seconds!, 0) / 3600;
  assert.equal(compute.trainings, records.length);
  assert.ok(
    Math.abs(compute.trainingHours - hours) < 1e-12 && Math.abs(compute.threadHours - 2 * hours) < 1e-12,
  );
  assert.deepEqual([compute.first, compute.last], ["2026-01-01T00:00:00.000Z", "2026-01-01T00:19:00.000Z"]);
});

test("readPopulation() tells a compact population from other Parquet", async () => {
  storeSweep(folder);
  const file = join(folder, "population.parquet");
  await compactSweep(folder, file);
  assert.ok((await readPopulation(file)) instanceof Population);
  const other = join(folder, "other.parquet");
  await writeTable(tableOf({ error: [1, 2] }), other);
  assert.ok(!((await readPopulation(other)) instanceof Population));
  await assert.rejects(readCompact(other), {
    name: "TableError",
    message: /got other Parquet in .*; readTable\(\) reads it/,
  });
  // Anyone's reader sees the curves as lists of numbers.
  const { curveTrainLoss } = (await readTable(file)).rows[0] as Record<string, unknown>;
  assert.match(String(curveTrainLoss), /^\[2\.718281828459045, /);
});

test("an empty sweep is not compacted, and leaves no file", async () => {
  keepSpec(folder, spec);
  const file = join(folder, "population.parquet");
  await assert.rejects(compactSweep(folder, file), {
    name: "TableError",
    message: /no network has finished yet/,
  });
  assert.deepEqual(readdirSync(folder), ["spec.json"]);
});

test("a compact file of another form is refused, with what to do about a newer and an older one", async () => {
  storeSweep(folder);
  const file = join(folder, "population.parquet");
  await compactSweep(folder, file);
  const bytes = readFileSync(file, "latin1");
  for (const [form, remedy] of [
    [2, "update netspace"],
    [0, "train it again, or read its rows with readTable()"],
  ] as const) {
    // The provenance is plain text at the file's end.
    writeFileSync(file, bytes.replace('{"format":1,', `{"format":${form},`), "latin1");
    await assert.rejects(readCompact(file), {
      name: "TableError",
      message: `readCompact: ${file} is of form ${form}, this netspace reads form 1; ${remedy}`,
    });
  }
});

test("netspace sweep compact writes the file and says what is in it", () => {
  const records = storeSweep(folder);
  const file = join(folder, "p.parquet");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, "sweep", "compact", folder, "--out", file, "--json"],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  const said = JSON.parse(stdout) as { networks: number; bytes: number; sweep: string };
  assert.deepEqual(
    [said.networks, said.bytes, said.sweep],
    [records.length, statSync(file).size, sweepId(spec)],
  );
  assert.match(stderr, /trials? .*failed: worker was ended by SIGKILL/);
});

test("shippedPopulation() refuses a name there is none of", async () => {
  await assert.rejects(shippedPopulation("NoNetX"), {
    name: "RangeError",
    message: /unknown population "NoNetX"; (known are|.* holds none)/,
  });
});

test("a compact file made a folder again holds the same trials, and takes in only what is missing", async () => {
  const file = join(folder, "population.parquet");
  const source = join(folder, "source");
  mkdirSync(source);
  storeSweep(source);
  const before = await compactSweep(source, file);
  const copy = join(folder, "copy");
  assert.equal(await expandSweep(file, copy), before.length);
  assert.equal(await expandSweep(file, copy), 0);
  const records = (from: string) => openPopulation(from).trials.map(heldRecord);
  assert.deepEqual(records(copy), records(source));
  const again = await compactSweep(copy, join(folder, "again.parquet"));
  assert.deepEqual(again.provenance?.machines, before.provenance?.machines);
});
