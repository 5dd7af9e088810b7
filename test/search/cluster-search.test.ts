/** Searches on a real Slurm: submitted, requeued while they run, refused beside another, cancelled and gone on with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSearch } from "../../src/search/index.js";
import { withoutAddon } from "../support/needs.js";
import { type SlurmHere, slurmMissing, startSlurm } from "../support/slurm-here.js";
import { smallSweep } from "../support/small-sweep.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const missing = withoutAddon || slurmMissing();
const options = { skip: missing, timeout: 300_000 };

const spec = {
  space: smallSweep.space,
  where: smallSweep.where,
  strategy: { name: "evolution", population: 3, sample: 2 },
  objective: {
    name: "training error",
    dataset: smallSweep.dataset,
    // Some seconds a training, so that the job can be caught at it.
    recipe: { base: "tiny", epochs: 15, batch: 32 },
    stem: smallSweep.stem,
  },
  budget: 5,
  run: { workers: 1, threads: 1, slurm: { partition: "test", cpus: 1 } },
};

let folder = "";
let slurm: SlurmHere | undefined;
before(async () => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), "netspace-slurm-search-"));
  slurm = await startSlurm(folder);
});
after(async () => {
  await slurm?.stop();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

function command(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: slurm!.env,
    encoding: "utf8",
    cwd: folder,
  });
  return { status, stdout, stderr };
}
const netspace = (...args: string[]) => command(process.execPath, main, "search", ...args);

interface Status {
  readonly done?: number;
  readonly job?: string;
  readonly state?: string;
}

async function until(out: string, holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = JSON.parse(netspace("status", out, "--json").stdout) as Status;
    if (holds(status)) return status;
    await sleep(300);
  }
}

const doneIn = (out: string) =>
  openSearch(join(folder, out)).records.map(({ place, code, objectives: [{ value }] }) => ({
    place,
    code,
    value,
  }));

test("a search on Slurm that is requeued while it trains ends as one that ran here", options, async () => {
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  const submitted = netspace("spec.json", "--out", "job", "--on", "slurm", "--json");
  assert.equal(submitted.status, 0, submitted.stderr);
  const { job, trials } = JSON.parse(submitted.stdout) as { job: string; trials: number };
  assert.equal(trials, 5);
  // Neither a second submission nor a runner here is at work beside it.
  const again = netspace("spec.json", "--out", "job", "--on", "slurm");
  assert.match(
    again.stderr,
    /the search of .* is in the queue \(job \d+\); wait for it, or netspace search cancel/,
  );
  assert.match(
    netspace("spec.json", "--out", "job").stderr,
    /is in Slurm's queue \(job \d+\)|is held by process/,
  );
  await until("job", ({ done = 0 }) => done >= 1);
  command("scontrol", "requeue", job);
  const ended = await until("job", ({ job: queued }) => queued === undefined);
  assert.equal(ended.done, 5);
  assert.match(
    netspace("spec.json", "--out", "job", "--on", "slurm").stdout,
    /the budget is spent; a larger one goes on/,
  );
  const here = netspace("spec.json", "--out", "here");
  assert.equal(here.status, 0, here.stderr);
  assert.deepEqual(doneIn("job"), doneIn("here"));
});

test("a search's job is cancelled, and what it was told goes on here", options, async () => {
  const submitted = netspace("spec.json", "--out", "cancelled", "--on", "slurm", "--time-limit", "500");
  const [file] = readdirSync(join(folder, "cancelled/slurm")).filter(name => name.startsWith("search-"));
  const { run } = JSON.parse(readFileSync(join(folder, "cancelled/slurm", file), "utf8")) as typeof spec;
  assert.deepEqual(run, { ...spec.run, timeLimit: 500 });
  assert.match(submitted.stdout, /^job \d+: 5 evaluations; netspace search status/);
  await until("cancelled", ({ done = 0 }) => done >= 1);
  assert.match(netspace("cancel", "cancelled").stdout, /the job is cancelled/);
  await until("cancelled", ({ job }) => job === undefined);
  const { status, stderr } = netspace("spec.json", "--out", "cancelled");
  assert.equal(status, 0, stderr);
  assert.deepEqual(doneIn("cancelled"), doneIn("here"));
});

test(
  "a spec that cannot be searched, or that the scheduler refuses, leaves nothing submitted and nothing behind",
  options,
  () => {
    writeFileSync(join(folder, "wrong.json"), JSON.stringify({ ...spec, budget: 2 }));
    assert.match(
      netspace("wrong.json", "--out", "never", "--on", "slurm").stderr,
      /below the initial population/,
    );
    const nowhere = { ...spec, run: { slurm: { partition: "nowhere" } } };
    writeFileSync(join(folder, "nowhere.json"), JSON.stringify(nowhere));
    assert.match(netspace("nowhere.json", "--out", "never", "--on", "slurm").stderr, /sbatch: .*partition/i);
    assert.ok(!existsSync(join(folder, "never")));
  },
);
