import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Population, retrain, seedNoise, sweep, type TrialRecord, verifyPopulation } from "netspace";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import { withoutAddon } from "../support/needs.js";
import { smallSweep } from "../support/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-verify-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The population with some of its records changed. */
const changed = (population: Population, change: (record: TrialRecord) => object) =>
  new Population(
    population.spec,
    population.trials.map(trial => {
      const record = heldRecord(trial);
      return { ...record, ...change(record) };
    }),
  );

/** An error with the test of the last epoch that goes with it. */
const withError = ({ epochs = [] }: TrialRecord, error: number) => ({
  error,
  epochs: epochs.map((epoch, i) => (i < epochs.length - 1 ? epoch : { ...epoch, testError: error })),
});

/** A record as another machine's roundings would leave its losses. */
const rounded = (record: TrialRecord) => ({
  ...record,
  epochs: record.epochs?.map(epoch => ({ ...epoch, trainLoss: epoch.trainLoss * (1 + 1e-9) })),
});

describe("a population is verified", { skip: withoutAddon }, () => {
  let population: Population;
  before(async () => {
    const recipe = { base: "tiny", epochs: 1, batch: 32 } as const;
    population = await sweep({ ...smallSweep, n: 3, recipe }, { out: join(folder, "run"), workers: 1 });
  });

  test("by its bits on the machine that trained it: an error that is wrong by two points is found, its curve changed with it", async () => {
    const wrong = changed(population, record =>
      record.index === 2 ? withError(record, record.error! + 2) : {},
    );
    const { rows } = await verifyPopulation(wrong, { networks: 3 });
    for (const { index, stored, again, allowed, verdict, by } of rows) {
      assert.deepEqual([allowed, by], [0, "the same bits"]);
      assert.equal(verdict, index === 2 ? "other" : "same");
      assert.ok(Math.abs(stored - again - (index === 2 ? 2 : 0)) < 1e-9);
    }
    assert.equal(rows.length, 3);
  });

  test("and so is a training with another seed, since the others show what this machine repeats", async () => {
    const other = await sweep(
      { ...population.spec, trainingSeed: 1000 },
      { out: join(folder, "other"), workers: 1 },
    );
    const swapped = changed(population, record => {
      const { error, epochs } = other.trials[record.index];
      return record.index === 1 ? { error, epochs } : {};
    });
    const { rows } = await verifyPopulation(swapped, { networks: 3 });
    for (const { index, by, verdict, stored, again, passing } of rows) {
      assert.equal(by, "the same bits");
      // Of three networks two may have one error, on some processors: then most of the population passes.
      const same = passing > 0.5 ? "cannot tell" : "same";
      assert.equal(verdict, index === 1 && stored !== again ? "other" : same);
    }
  });

  test("an error that its own record does not bear out is found without training that network", async () => {
    const [lowest] = [...population.rows].sort((a, b) => a.error - b.error);
    const wrong = changed(population, ({ index, error }) =>
      index === lowest.index ? { error: error! - 3 } : {},
    );
    const { rows } = await verifyPopulation(wrong, { networks: 1 });
    assert.equal(rows.length, 2);
    const [{ index, stored, again, verdict, by }] = rows;
    assert.deepEqual(
      { index, stored, again, verdict, by },
      {
        index: lowest.index,
        stored: lowest.error - 3,
        again: lowest.error,
        verdict: "other",
        by: "its record",
      },
    );
  });

  test("and so is a validation error", async () => {
    const validated = changed(population, ({ index, epochs = [] }) => ({
      validationError: 80,
      epochs: epochs.map(epoch => ({ ...epoch, validationError: index === 1 ? 81 : 80 })),
    }));
    const { rows } = await verifyPopulation(validated, { networks: 1 });
    const wrong = rows.filter(({ by }) => by === "its record");
    assert.deepEqual(
      wrong.map(({ index, stored, again, verdict }) => [index, stored, again, verdict]),
      [[1, 80, 81, "other"]],
    );
  });

  test("on another machine by its space's noise: a few points are found where that is small", async () => {
    const wrong = changed(population, record =>
      rounded(record.index === 2 ? { ...record, ...withError(record, record.error! + 3) } : record),
    );
    const { rows } = await verifyPopulation(wrong, { networks: 3, noise: 0.1 });
    for (const { index, stored, again, allowed, verdict, by } of rows) {
      assert.equal(by, "noise between seeds");
      assert.ok(Math.abs(allowed - 0.3 * Math.SQRT2) < 1e-12);
      assert.ok(Math.abs(stored - again - (index === 2 ? 3 : 0)) < 1e-9);
      assert.equal(verdict === "other", index === 2);
    }
  });

  test("noise that would let most of the population pass is no confirmation", async () => {
    const { rows } = await verifyPopulation(changed(population, rounded), { networks: 1, noise: 100 });
    assert.deepEqual(
      rows.map(({ verdict, passing }) => [verdict, passing]),
      [["cannot tell", 1]],
    );
  });

  test("noise that nobody gives is that of two further seeds of the networks trained again", async () => {
    const { rows } = await verifyPopulation(changed(population, rounded), { networks: 1 });
    const trainings = [];
    for (const seedShift of [0, 2 ** 20, 2 ** 20 + 1]) {
      trainings.push(...(await retrain(population, { networks: 1, seedShift })).rows);
    }
    const noise = seedNoise({
      rows: trainings.map(({ index, again }) => ({ network: index, error: again })),
    });
    for (const { allowed } of rows) assert.ok(Math.abs(allowed - 3 * Math.SQRT2 * noise) < 1e-9);
  });

  test("misuse is named", async () => {
    await assert.rejects(verifyPopulation(population, { networks: 4 }), {
      name: "RangeError",
      message: "verifyPopulation: expected 1 to 3 networks of this population, got 4",
    });
    await assert.rejects(
      verifyPopulation(population, { noise: Number.NaN }),
      /^RangeError: verifyPopulation: expected noise of at least 0 per cent, got NaN$/,
    );
    await assert.rejects(
      verifyPopulation(undefined as never),
      /^RangeError: verifyPopulation: expected a pop/,
    );
  });
});
