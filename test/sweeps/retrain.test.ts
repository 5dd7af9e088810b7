import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { retrain, seedNoise, type SweepSpec, sweep } from "netspace";
import { withoutAddon } from "../support/needs.js";
import { smallSweep } from "../support/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-retrain-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const recipe = {
  epochs: 1,
  batch: 32,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 5e-4,
  warmupEpochs: 0,
  cropPadding: 2,
  flip: true,
};
const spec: SweepSpec = { ...smallSweep, n: 2, repeats: 2, recipe };

test("a population trained again has the same errors with the same seeds, others with others", {
  skip: withoutAddon,
}, async () => {
  const population = await sweep(spec, { out: join(folder, "run"), workers: 1 });
  assert.equal(population.length, 4);

  const same = await retrain(population, { networks: 4 });
  assert.deepEqual(same.column("again"), same.column("stored"));
  assert.deepEqual(new Set(same.column("index")), new Set([0, 1, 2, 3]));

  const other = await retrain(population, { networks: 4, seedShift: 1000 });
  assert.notDeepEqual(other.column("again"), other.column("stored"));

  // By its definition: two trainings a network, so each variance is half the squared difference.
  const [a, b, a2, b2] = population.errors;
  assert.ok(Math.abs(seedNoise(population) - Math.sqrt(((a - a2) ** 2 + (b - b2) ** 2) / 4)) < 1e-9);
  await assert.rejects(retrain(population, { networks: 5 }), /retrain: expected 1 to 4 networks .* got 5/);
});

test("the noise between seeds needs networks that were trained several times", {
  skip: withoutAddon,
}, async () => {
  const population = await sweep({ ...spec, repeats: 1 }, { out: join(folder, "once"), workers: 1 });
  assert.throws(() => seedNoise(population), /seedNoise: expected .* repeats\), got 2 trainings of as many/);
});
