/** Sweeps on a dataset with a validation split: what is stored, read and planned; and that those without stay as they were. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  compactSweep,
  expandSweep,
  fitThroughput,
  measuredOnV100,
  openPopulation,
  planSweep,
  Population,
  readCompact,
  readTable,
  shippedPopulation,
  shippedPopulations,
  type SweepSpec,
  sweep,
  writeTable,
} from "netspace";
import type { TrialRecord } from "../../src/trials/trial.js";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import { regimeWords } from "../../src/replication/registration/regime.js";
import { Study } from "../../src/replication/studies/study.js";
import { populationSection } from "../../src/report/population-section.js";
import { writeSweepReport } from "../../src/report/sweep-report.js";
import { checkSpec, completeSpec } from "../../src/trials/spec.js";
import { headOf, trialsOf } from "../../src/trials/trials-of.js";
import { sweepId } from "../../src/trials/trial.js";
import { writeSet } from "../support/idx-files.js";
import { withoutAddon } from "../support/needs.js";
import { smallSweep } from "../support/small-sweep.js";

const root = mkdtempSync(join(tmpdir(), "netspace-validation-"));
after(() => rmSync(root, { recursive: true, force: true }));
const recipe = { base: "tiny", epochs: 2, batch: 32, testEvery: 1 } as const;
const spec: SweepSpec = {
  ...smallSweep,
  n: 2,
  recipe,
  dataset: { ...smallSweep.dataset, validation: 50 },
};

test("a sweep stores both errors, and every form of its table has them", { skip: withoutAddon }, async () => {
  const out = join(root, "run");
  const population = await sweep(spec, { out, workers: 1, threads: 1, onProgress() {} });
  const plain = await sweep(
    { ...spec, dataset: smallSweep.dataset },
    {
      out: join(root, "plain"),
      workers: 1,
      threads: 1,
      onProgress() {},
    },
  );
  assert.deepEqual(population.column("error"), plain.column("error"), "the test images are the same");
  assert.deepEqual(population.names.slice(0, 6), [
    "index",
    "id",
    "status",
    "error",
    "validationError",
    "flops",
  ]);
  assert.ok(!plain.names.includes("validationError"));
  for (const [i, { epochs, row }] of population.members.entries()) {
    assert.equal(epochs[1].validationError, row.validationError);
    assert.deepEqual(
      epochs.map(epoch => epoch.testError),
      [undefined, row.error],
    );
    assert.notEqual(row.id, plain.rows[i].id);
  }
  const file = join(root, "validated.parquet");
  await compactSweep(out, file);
  const compact = await readCompact(file);
  assert.deepEqual(compact.trials.map(heldRecord), population.trials.map(heldRecord));
  assert.deepEqual(compact.rows, population.rows);
  await expandSweep(file, join(root, "again"));
  assert.deepEqual(openPopulation(join(root, "again")).rows, population.rows);
  for (const name of ["validated.csv", "validated.json", "rows.parquet"]) {
    await writeTable(population, join(root, name));
    const read = await readTable(join(root, name));
    assert.deepEqual(read.column("validationError"), population.column("validationError"), name);
  }
});

test("reports and studies rank networks by what may choose them", async () => {
  const checked = checkSpec(spec);
  const [low, high] = trialsOf(checked).map(
    (trial, i): TrialRecord => ({
      ...headOf(trial),
      version: 1,
      status: "finished",
      // The better one by test error is the worse one by validation error.
      error: [10.25, 20.25][i],
      validationError: [40.25, 30.25][i],
      epochs: [{ epoch: 1, trainLoss: 1, trainError: 50, learningRate: 0, seconds: 1 }],
      seconds: 1,
      imagesPerSecond: 1,
      endedAt: "2026-01-01T00:00:00.000Z",
    }),
  );
  const population = new Population(checked, [low, high]);
  const ranked = new Study(new Map([["X", population]]), new Map()).ranked("X");
  assert.deepEqual(
    ranked.map(({ row }) => row.error),
    [20.25, 10.25],
  );
  const file = join(root, "report.html");
  writeSweepReport(population, file);
  const html = readFileSync(file, "utf8");
  assert.match(html, /networks are ranked by their validation error/);
  assert.match(html, /<h3>The best network: 20\.3 % error<\/h3>/);
  assert.match(html, /validation \(%\)/);
  const section = populationSection("runs/x", population);
  assert.match(section, /All networks, by validation error:/);
  assert.ok(section.indexOf("<td>20.3</td>") < section.indexOf("<td>10.3</td>"));
});

test("sweeps over files in MNIST's format train, and are called by their content", {
  skip: withoutAddon,
}, async () => {
  const labels = (n: number) => Array.from({ length: n }, (_, i) => i % 4);
  const folder = writeSet(join(root, "set"), { rows: 14, columns: 14, train: labels(80), test: labels(24) });
  const given: SweepSpec = {
    ...spec,
    dataset: { kind: "idx", folder, resolution: 16, train: 40, validation: 16, splitSeed: 3 },
  };
  const { dataset } = await completeSpec(given);
  assert.ok(dataset.kind === "idx" && dataset.classes === 4 && dataset.content !== undefined);
  const out = join(root, "idx-run");
  const population = await sweep(given, { out, workers: 1, threads: 1, onProgress() {} });
  assert.equal(population.length, 2);
  assert.ok(population.rows.every(row => row.validationError! >= 0));
  const moved = writeSet(join(root, "moved"), { rows: 14, columns: 14, train: labels(80), test: labels(24) });
  const there = trialsOf(
    await completeSpec({ ...given, dataset: { ...(given.dataset as object), folder: moved } as never }),
  );
  assert.deepEqual(
    there.map(job => job.id),
    population.rows.map(row => row.id),
    "wherever they lie",
  );
  assert.match(regimeWords(population.spec), /on 16 × 16 idx images, 2 epochs of 40$/);
});

test("a plan counts what is looked at along the way, and the test split once", async () => {
  const throughput = { ...fitThroughput("V100", measuredOnV100()), secondsPerImage: () => 0.001 };
  const hours = async (dataset: SweepSpec["dataset"]) =>
    (await planSweep({ ...spec, n: 1, dataset }, { devices: 1, throughput })).deviceHours * 3600 * 1000;
  // 2 epochs of 8 batches of 32; two looks at 50 images and one at 100.
  assert.ok(Math.abs((await hours(spec.dataset)) - (2 * 8 * 32 + (2 * 50 + 100) / 3)) < 1e-6);
  const cifar = { kind: "cifar10", folder: "nowhere", validation: 5000, test: 1000 } as const;
  const steps = 2 * Math.floor(45_000 / 32) * 32;
  assert.ok(Math.abs((await hours(cifar)) - (steps + (2 * 5000 + 1000) / 3)) < 1e-6);
});

test("ids of trials and sweeps without a validation split are what they were", async () => {
  for (const name of shippedPopulations().slice(0, 3)) {
    const { spec: stored, provenance, trials } = await shippedPopulation(name);
    assert.equal(sweepId(checkSpec(JSON.parse(JSON.stringify(stored)))), provenance!.sweep, name);
    const jobs = trialsOf(stored);
    for (const trial of trials) assert.equal(trial.id, jobs[trial.index].id, `${name} ${trial.index}`);
  }
});
