import assert from "node:assert/strict";
import { mkdtempSync, rmSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPopulation, type SweepProgress, type SweepSpec } from "netspace";
import { sweepWith } from "../../src/sweeps/sweep.js";

const program = (name: string) => fileURLToPath(new URL(`../support/${name}.js`, import.meta.url));
const quick = program("quick-worker");
const greedy = program("greedy-worker");

let out = "";
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "netspace-limits-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const spec: SweepSpec = {
  space: "AnyNetXA",
  n: 6,
  where: { depth: [4, 40] },
  dataset: { kind: "procedural", resolution: 16, train: 100, test: 50, seed: 1 },
  recipe: "tiny",
};

test("a trial that takes longer than its limit fails with that reason, once, and the others go on", async () => {
  // The greedy worker's trial 2 never ends.
  const started: number[] = [];
  const onProgress = ({ event, running }: SweepProgress) => {
    if (event === "started") started.push(...[...running].filter(([, share]) => share === 0).map(([i]) => i));
  };
  const population = await sweepWith(
    greedy,
    { ...spec, n: 4, seed: 1 },
    { out, workers: 1, timeLimit: 3, onProgress },
  );
  assert.equal(population.length, 3);
  assert.match(
    population.notes.join(),
    /trial 2 failed: took longer than its limit of 3 s; running the sweep again/,
  );
  assert.equal(started.filter(index => index === 2).length, 1);
});

test("a worker that takes more memory than its limit is ended, and its trial fails with that reason", async () => {
  // The greedy worker's trial 4 takes 400 MiB.
  const limits = { timeLimit: 60, memoryLimit: 350 * 2 ** 20 };
  const population = await sweepWith(greedy, { ...spec, seed: 100 }, { out, workers: 1, ...limits });
  assert.equal(population.length, 5);
  assert.match(
    population.notes.join(),
    /trial 4 failed: needed more memory than its limit of 350 MiB: \d+ MiB/,
  );
});

test("draining ends with the trials under way, and keeps them", async () => {
  const drain = new AbortController();
  const ended: string[] = [];
  const onProgress = ({ event, done, last }: SweepProgress) => {
    if (event === "ended") ended.push(last!.id);
    if (done === 2) drain.abort();
  };
  const population = await sweepWith(
    quick,
    { ...spec, n: 40 },
    { out, workers: 3, drain: drain.signal, onProgress },
  );
  // Two had ended, and the other two workers were at one each; the worker that ended second takes no more.
  assert.ok(population.length >= 2 && population.length <= 4, `${population.length} ended`);
  assert.deepEqual(new Set(population.texts("id")), new Set(ended));
  assert.equal((await sweepWith(quick, { ...spec, n: 40 }, { out })).length, 40);
});

test("how a sweep is run comes from its spec, may change, and is no part of its identity", async () => {
  const first = await sweepWith(quick, { ...spec, run: { workers: 3, threads: 2 } }, { out });
  assert.deepEqual(
    first.trials.map(trial => trial.threads),
    [2, 2, 2, 2, 2, 2],
  );
  const [run] = readFileSync(join(out, "runs.jsonl"), "utf8").trim().split("\n");
  assert.deepEqual([JSON.parse(run).workers, JSON.parse(run).threads], [3, 2]);
  const again = await sweepWith(quick, { ...spec, run: { workers: 1 } }, { out });
  assert.deepEqual(again.texts("id"), openPopulation(out).texts("id"));
  await assert.rejects(sweepWith(quick, { ...spec, repeats: 2 }, { out }), {
    message: /\(repeats differs: nothing there, 2 here\)/,
  });
});
