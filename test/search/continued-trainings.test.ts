/** Searches whose trainings stop and go on: real ones, of tiny networks, against each network trained in one go. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { compactSweep, openPopulation, readCompact } from "netspace";
import { loadDataset, torch } from "netspace/training";
import {
  asha,
  medianStop,
  random,
  search,
  type SearchResult,
  successiveHalving,
  trainingError,
} from "../../src/search/index.js";
import { checkpointFile, storeCheckpoint } from "../../src/trials/store/checkpoints.js";
import { readTrials } from "../../src/trials/store/store.js";
import { networkOf, trialId, type TrialRecord } from "../../src/trials/trial.js";
import { continuedSearch, dataset, recipe } from "../support/continued-search.js";
import { withoutAddon } from "../support/needs.js";

const root = mkdtempSync(join(tmpdir(), "netspace-continued-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => join(root, String(folders++));

const trialsIn = (folder: string): TrialRecord[] =>
  [...readTrials(folder).records.values()].sort((a, b) => a.index - b.index);

/** What a search did, whatever it took. */
const doneBy = ({ records }: SearchResult) =>
  records.map(({ place, code, trial, epochs, continues, objectives: [{ value, seed }] }) => ({
    place,
    code,
    trial,
    epochs,
    continues,
    value,
    seed,
  }));

describe("a search whose trainings go on", { skip: withoutAddon }, () => {
  it("tells of each rung what the network has after as many epochs of one training, and pays for further epochs alone", async () => {
    const folder = freshFolder();
    const found = await continuedSearch(folder);
    const images = await loadDataset(dataset);
    const trials = trialsIn(folder);
    assert.equal(trials.length, 14);
    for (const [place, trial] of trials.entries()) {
      const { epochs, continues, cost, objectives } = found.records[place];
      const before = continues === undefined ? 0 : found.records[continues].epochs!;
      const { seed, cost: whole, value } = objectives[0];
      const how = { seed, threads: 1, until: epochs! };
      const undisturbed = await torch.train(networkOf(trial), images, recipe, how);
      assert.equal(trial.validationError, undisturbed.validationError);
      assert.equal(trial.error, undisturbed.error);
      assert.equal(value, trial.validationError);
      assert.deepEqual(
        trial.epochs!.map(report => ({ ...report, seconds: 0 })),
        undisturbed.epochs.slice(before).map(report => ({ ...report, seconds: 0 })),
      );
      assert.equal(trial.until, epochs === 4 ? undefined : epochs);
      assert.equal(trial.continues, continues === undefined ? undefined : trials[continues].id);
      assert.equal(trial.from, continues === undefined ? undefined : before);
      assert.deepEqual([trial.images, cost.images], [64 * (epochs! - before), 64 * (epochs! - before)]);
      assert.equal(whole.images, 64 * epochs!);
      assert.equal(cost.seconds, trial.seconds);
    }
    // Two brackets of 4, 2 and 1.
    assert.equal(
      found.records.reduce((sum, { cost }) => sum + cost.images!, 0),
      2 * 64 * (4 + 2 + 2),
    );
    assert.ok(!existsSync(join(folder, "checkpoints")), "nothing is left that could go on");
  });

  it("is one compact file, to the last field of each training in part", async () => {
    const folder = freshFolder();
    await continuedSearch(
      folder,
      {},
      medianStop(successiveHalving({ epochs: 4, eta: 2 }), { after: 1, trials: 2 }),
    );
    const held = (trials: readonly TrialRecord[]) =>
      trials.map(trial => JSON.parse(JSON.stringify(trial)) as TrialRecord);
    const trials = held(openPopulation(folder).trials);
    assert.ok(trials.some(({ continues, from }) => continues !== undefined && from! > 0));
    assert.ok(trials.some(({ stopAbove }) => stopAbove !== undefined));
    const file = join(root, "continued.parquet");
    await compactSweep(folder, file);
    assert.deepEqual(held((await readCompact(file)).trials), trials);
  });

  it("trains from the start what lost its checkpoint, with the same outcome, and says so in what it cost", async () => {
    const [whole, lost] = [freshFolder(), freshFolder()];
    const expected = await continuedSearch(whole, { budget: 7 });
    const stop = new AbortController();
    let ended = 0;
    await continuedSearch(lost, {
      budget: 7,
      drain: stop.signal,
      onProgress: ({ event }) => void (event === "ended" && ++ended === 4 && stop.abort()),
    });
    const kept = readdirSync(join(lost, "checkpoints"));
    assert.ok(kept.length >= 4);
    const [torn, ...gone] = kept;
    writeFileSync(join(lost, "checkpoints", torn), "torn");
    for (const name of gone) rmSync(join(lost, "checkpoints", name));
    const found = await continuedSearch(lost, { budget: 7 });
    assert.deepEqual(doneBy(found), doneBy(expected));
    const again = trialsIn(lost).filter(({ from }) => from === 0);
    assert.ok(again.length > 0);
    for (const { index, images, until = 4 } of again) {
      assert.equal(images, 64 * until);
      assert.equal(found.records[index].cost.images, 64 * until);
    }
  });

  it("that is killed goes on as the undisturbed one", async () => {
    const [whole, killed] = [freshFolder(), freshFolder()];
    const expected = await continuedSearch(whole);
    const runner = fileURLToPath(new URL("../support/continued-search.js", import.meta.url));
    const child = spawn(process.execPath, [runner, killed], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let said = "";
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if ((said.match(/ended/g) ?? []).length >= 5) process.kill(-child.pid!, "SIGKILL");
    });
    await new Promise(resolve => child.once("close", resolve));
    assert.ok(trialsIn(killed).length < 14);
    assert.deepEqual(doneBy(await continuedSearch(killed)), doneBy(expected));
  });

  it("is asynchronous with ASHA, each training the one that it goes on from", async () => {
    const folder = freshFolder();
    const found = await continuedSearch(folder, { budget: 24 }, asha({ epochs: 4, eta: 2 }));
    const trials = trialsIn(folder);
    const images = await loadDataset(dataset);
    assert.ok(found.records.some(({ epochs }) => epochs === 4));
    for (const { place, epochs, continues, objectives } of found.records) {
      const trial = trials[place];
      if (continues !== undefined) assert.equal(trial.continues, trials[continues].id);
      if (epochs !== 4) continue;
      const how = { seed: objectives[0].seed, threads: 1 };
      assert.equal(trial.error, (await torch.train(networkOf(trial), images, recipe, how)).error);
    }
  });

  it("ends what is worse than the median of those told before, the same ones with any workers and after a stop", async () => {
    const strategy = medianStop(random(), { trials: 3 });
    const how = { budget: 10, outstanding: 2 };
    const folder = freshFolder();
    const found = await continuedSearch(folder, how, strategy);
    const trials = trialsIn(folder);
    const images = await loadDataset(dataset);
    const ended = trials.filter(({ stoppedAt }) => stoppedAt !== undefined);
    assert.ok(ended.length > 0, "one is worse than the median");
    for (const [index, trial] of trials.entries()) {
      // Two are outstanding: of those before it, the last is not told when it is asked for.
      const told = trials.slice(0, Math.max(0, index - 1));
      const expected: Record<number, number> = {};
      for (const epoch of [1, 2, 3]) {
        const errors = told.flatMap(({ epochs }) => epochs![epoch - 1]?.validationError ?? []);
        errors.sort((a, b) => a - b);
        const middle = (errors.length - 1) / 2;
        if (errors.length >= 3)
          expected[epoch] = (errors[Math.floor(middle)] + errors[Math.ceil(middle)]) / 2;
      }
      assert.deepEqual(trial.stopAbove ?? {}, expected);
      const { epochs } = await torch.train(networkOf(trial), images, recipe, {
        seed: found.records[index].objectives[0].seed,
        threads: 1,
      });
      const at = epochs.findIndex(
        ({ epoch, validationError }) => epoch < 4 && validationError! > (expected[epoch] ?? Infinity),
      );
      assert.equal(trial.stoppedAt, at < 0 ? undefined : at + 1);
      assert.equal(trial.validationError, epochs.at(at)!.validationError);
      assert.equal(trial.images, 64 * (at < 0 ? 4 : at + 1));
      const record = found.records[index];
      assert.deepEqual([record.epochs, record.objectives[0].value], [trial.stoppedAt, trial.validationError]);
      assert.equal(record.cost.images, trial.images);
    }
    // What was ended is not held against what was not.
    const whole = found.records.filter(({ epochs }) => epochs === undefined);
    const least = Math.min(...whole.map(({ objectives: [{ value }] }) => value!));
    assert.equal(found.bestSoFar.at(-1), least);
    const again = freshFolder();
    const stop = new AbortController();
    let done = 0;
    await continuedSearch(
      again,
      {
        ...how,
        workers: 1,
        drain: stop.signal,
        onProgress: ({ event }) => void (event === "ended" && ++done === 6 && stop.abort()),
      },
      strategy,
    );
    assert.deepEqual(doneBy(await continuedSearch(again, how, strategy)), doneBy(found));
  });

  it("says before anything is trained that the engine cannot, or that the recipe has fewer epochs", async () => {
    const folder = freshFolder();
    const options = { budget: 14, seed: 3, out: folder } as const;
    const wholly = (engine: string, epochs: number) =>
      search("AnyNetXA", {
        ...options,
        strategy: successiveHalving({ epochs, least: epochs / 2, eta: 2 }),
        objective: trainingError({ dataset, recipe, engine }),
      });
    await assert.rejects(
      wholly("tensorflow", 4),
      /engine: expected one that trains parts of a schedule, as "torch" does/,
    );
    // The first rung would be trained: 4 epochs there are.
    await assert.rejects(
      wholly("torch", 8),
      /successive halving trains for 8 epochs, expected at most the recipe's 4/,
    );
    assert.ok(!existsSync(folder));
  });

  it("keeps as many checkpoints as fit, the youngest", async () => {
    const folder = freshFolder();
    const images = await loadDataset(dataset);
    const source = freshFolder();
    await continuedSearch(source, { budget: 7 });
    const network = networkOf(trialsIn(source)[0]);
    const { checkpoint } = await torch.train(network, images, recipe, {
      threads: 1,
      until: 1,
      keepCheckpoint: true,
    });
    storeCheckpoint(folder, "a", checkpoint!);
    const { size } = statSync(checkpointFile(folder, "a"));
    for (const id of ["b", "c", "d"]) {
      await new Promise(resolve => setTimeout(resolve, 20));
      storeCheckpoint(folder, id, checkpoint!, 2.5 * size);
    }
    assert.deepEqual(
      readdirSync(join(folder, "checkpoints")).toSorted((a, b) => (a < b ? -1 : 1)),
      ["c.safetensors", "d.safetensors"],
    );
    // Not even one fits: the one that was just made stays.
    storeCheckpoint(folder, "e", checkpoint!, 1);
    assert.deepEqual(readdirSync(join(folder, "checkpoints")), ["e.safetensors"]);
  });
});

it("what a trial trains of its schedule is in its identity, and leaves no trace where it trains all of it", () => {
  const trial = {
    network: { name: "n", inputChannels: 3, classes: 2, layers: [] },
    dataset,
    recipe,
    seed: 1,
    engine: "torch",
    precision: "float32",
  } as const;
  const whole = trialId(trial);
  // As it was before trials could train a part.
  assert.equal(whole, "f15fa228c4ff94a52585ab2800de9478");
  assert.equal(trialId({ ...trial, until: undefined, continues: undefined, stopAbove: undefined }), whole);
  const parts = [
    { until: 2 },
    { until: 3 },
    { until: 3, continues: "a" },
    { stopAbove: { 2: 50 } },
    { stopAbove: { 2: 51 } },
  ];
  assert.equal(new Set([whole, ...parts.map(part => trialId({ ...trial, ...part }))]).size, 6);
});
