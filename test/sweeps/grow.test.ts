/** A sweep grows in its folder: what is trained stays, and the rest is what a larger sweep would have trained. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compactSweep, networksOf, openPopulation, readPopulation, sweepStatus } from "netspace";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { smallSweep } from "../support/small-sweep.js";

const program = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-grow-"));
after(() => rmSync(root, { recursive: true, force: true }));

const spec = (n: number, more: object = {}) => ({ ...smallSweep, n, seed: 1, ...more });
const grow = async (out: string, n: number, more: object = {}) => {
  let started = 0;
  const population = await sweepWith(program, spec(n, more), {
    out: join(root, out),
    workers: 2,
    onProgress: ({ event }) => void (started += Number(event === "started")),
  });
  return { population, started };
};
const shown = ({ rows }: { rows: readonly object[] }) =>
  rows.map(row => ({ ...row, seconds: 0, imagesPerSecond: 0 }));

test("n grows in place, more than once, and trains what is new alone", async () => {
  assert.equal((await grow("growing", 3)).started, 3);
  const five = await grow("growing", 5);
  assert.deepEqual([five.started, five.population.length], [2, 5]);
  const six = await grow("growing", 6);
  assert.deepEqual([six.started, six.population.length, six.population.spec.n], [1, 6, 6]);
  assert.deepEqual(six.population.notes, [], "nothing in it is another sweep's");
  const whole = await grow("whole", 6);
  assert.deepEqual(shown(six.population), shown(whole.population));
  assert.deepEqual(shown(openPopulation(join(root, "growing"))), shown(whole.population));
  assert.equal(sweepStatus(join(root, "growing")).total, 6);
  assert.equal((await grow("growing", 6)).started, 0);
  const file = join(root, "grown.parquet");
  await compactSweep(join(root, "growing"), file);
  assert.equal((await readPopulation(file)).length, 6);
});

test("a sweep does not shrink, nor grow with repeats or another seed", async () => {
  await grow("fixed", 2, { repeats: 2 });
  await assert.rejects(grow("fixed", 3, { repeats: 2 }), {
    name: "SpecError",
    message:
      /n differs: 2 there, 3 here\); with repeats the later trainings of each network would have other seeds: choose another folder$/,
  });
  await assert.rejects(
    grow("growing", 4),
    /a sweep grows and does not shrink: take the first 4 rows of its population/,
  );
  await assert.rejects(grow("growing", 9, { seed: 2 }), /n and seed differ\); choose another folder$/);
});

test("networksOf() gives the networks that the sweep trains", async () => {
  const networks = await networksOf(spec(6));
  const { trials } = openPopulation(join(root, "whole"));
  assert.deepEqual(
    networks.map(({ architecture: { stages }, flops }) => [stages, flops]),
    trials.map(({ architecture, complexity }) => [
      (architecture as unknown as { stages: unknown }).stages,
      complexity.flops,
    ]),
  );
  await assert.rejects(networksOf({ ...spec(2), n: 0 }), { name: "SpecError" });
});

test("what it was called before it grew is named where it cannot be read, and not waited for", async () => {
  const file = join(root, "growing", "grown.json");
  const kept = readFileSync(file, "utf8");
  for (const text of ["", "[", "5", "[5]"]) {
    writeFileSync(file, text);
    assert.throws(() => sweepStatus(join(root, "growing")), {
      name: "StoreError",
      message:
        /^sweep: expected the earlier identities of a sweep that grew in .*grown\.json, which cannot be read .* or take the file away, /,
    });
  }
  rmSync(file);
  if (spawnSync("mkfifo", [file]).status === 0) {
    assert.throws(() => openPopulation(join(root, "growing")), {
      name: "StoreError",
      message: /grown\.json.*a named pipe/,
    });
    rmSync(file);
  }
  assert.match(openPopulation(join(root, "growing")).notes.join(), /trials belong to another sweep/);
  writeFileSync(file, kept);
  assert.equal(openPopulation(join(root, "growing")).length, 6);
});
