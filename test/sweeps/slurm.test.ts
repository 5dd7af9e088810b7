/** Sweeps on a real Slurm: submitted, killed and requeued, cancelled, and gone on with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPopulation, type SweepSpec } from "netspace";
import { withoutAddon } from "../support/needs.js";
import { ghostFiles, writeAll } from "../support/own-space.js";
import { type SlurmHere, slurmMissing, startSlurm } from "../support/slurm-here.js";
import { smallSweep } from "../support/small-sweep.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const main = join(root, "dist/src/cli/main.js");
const missing = withoutAddon || slurmMissing();
const options = { skip: missing, timeout: 300_000 };

const spec: SweepSpec = {
  ...smallSweep,
  n: 6,
  seed: 1,
  // Some seconds a training, so that tasks can be caught at it.
  recipe: { base: "tiny", epochs: 20, batch: 32 },
  run: { slurm: { partition: "test", tasks: 3, concurrency: 2, cpus: 1 } },
};

let folder = "";
let slurm: SlurmHere | undefined;
before(async () => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), "netspace-slurm-"));
  slurm = await startSlurm(folder);
});
after(async () => {
  await slurm?.stop();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

function command(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { env: slurm!.env, encoding: "utf8" });
  return { status, stdout, stderr };
}
const netspace = (...args: string[]) => command(process.execPath, main, "sweep", ...args);

interface Status {
  readonly n: number;
  readonly total: number;
  readonly queue: Readonly<Record<string, number>>;
}
const statusOf = (out: string) => JSON.parse(netspace("status", out, "--json").stdout) as Status;

/** Waits until the status satisfies a condition. */
async function until(out: string, holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = statusOf(out);
    if (holds(status)) return status;
    await sleep(300);
  }
}

const storedIds = (out: string): string[] =>
  readdirSync(join(out, "trials")).flatMap(name =>
    readFileSync(join(out, "trials", name), "utf8")
      .split("\n")
      .filter(line => line.endsWith("}"))
      .map(line => (JSON.parse(line.slice(9)) as { id: string }).id),
  );

test("a sweep on Slurm, its tasks killed and requeued, trains every network once", options, async () => {
  const out = join(folder, "requeued");
  const file = join(folder, "requeued.json");
  writeFileSync(file, JSON.stringify(spec));
  const submitted = netspace(file, "--out", out, "--on", "slurm", "--json");
  assert.equal(submitted.status, 0, submitted.stderr);
  const { job, tasks, trials } = JSON.parse(submitted.stdout) as {
    job: string;
    tasks: number;
    trials: number;
  };
  assert.deepEqual([tasks, trials], [3, 6]);
  const { queue } = statusOf(out);
  assert.equal(
    Object.values(queue).reduce((a, b) => a + b, 0),
    3,
  );

  // Neither a second submission nor a local runner trains the same networks beside it.
  const again = netspace(file, "--out", out, "--on", "slurm");
  assert.equal(again.status, 1);
  assert.match(
    again.stderr,
    /3 tasks of .* are in the queue \(job \d+\); wait for them, or netspace sweep cancel/,
  );
  assert.match(netspace(file, "--out", out).stderr, /tasks of .* are in Slurm's queue/);

  // A preempted task is killed and put back into the queue; so are all of them once one trial is in.
  await until(out, status => (status.queue.RUNNING ?? 0) > 0);
  command("scontrol", "requeue", `${job}_0`);
  await until(out, status => status.n >= 1);
  for (const task of [0, 1, 2]) command("scontrol", "requeue", `${job}_${task}`);
  const ended = await until(out, status => Object.keys(status.queue).length === 0);
  assert.equal(ended.n, 6);
  const ids = storedIds(out);
  assert.deepEqual([ids.length, new Set(ids).size], [6, 6]);
  assert.match(netspace(file, "--out", out, "--on", "slurm").stdout, /nothing is left to train/);
});

test("a cancelled sweep keeps what is finished, and goes on here with the rest", options, async () => {
  const out = join(folder, "cancelled");
  const file = join(folder, "cancelled.json");
  writeFileSync(file, JSON.stringify({ ...spec, n: 4, seed: 5, run: { slurm: { tasks: 2 } } }));
  assert.equal(netspace(file, "--out", out, "--on", "slurm").status, 0);
  await until(out, status => status.n >= 1);
  const { stdout } = netspace("cancel", out, "--json");
  assert.ok((JSON.parse(stdout) as { cancelled: number }).cancelled <= 2);
  const { n } = await until(out, status => Object.keys(status.queue).length === 0);
  assert.ok(n >= 1);
  const local = netspace(file, "--out", out, "--workers", "2");
  assert.equal(local.status, 0, local.stderr);
  assert.equal(openPopulation(out).length, 4);
  const ids = storedIds(out);
  assert.deepEqual([ids.length, new Set(ids).size], [4, 4]);
});

test(
  "a partition that does not exist is refused in Slurm's own words, and nothing is noted as submitted",
  options,
  () => {
    const out = join(folder, "refused");
    const file = join(folder, "refused.json");
    writeFileSync(file, JSON.stringify({ ...spec, run: { slurm: { partition: "nowhere" } } }));
    const { status, stderr } = netspace(file, "--out", out, "--on", "slurm");
    assert.equal(status, 1);
    assert.match(stderr, /^netspace: sbatch: .*invalid partition specified: nowhere/);
    assert.ok(!existsSync(join(out, "slurm", "jobs.jsonl")));
  },
);

test(
  "a scheduler that does not answer is an error to who submits, and a note to who asks for the status",
  options,
  () => {
    const out = join(folder, "requeued");
    // A controller's address at which nobody listens.
    const conf = readFileSync(join(folder, "slurm.conf"), "utf8");
    const elsewhere = join(folder, "elsewhere.conf");
    writeFileSync(elsewhere, `${conf.replace(/SlurmctldPort=\d+/, "SlurmctldPort=1")}MessageTimeout=2\n`);
    const env = { ...slurm!.env, SLURM_CONF: elsewhere };
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [main, "sweep", ...args], { env, encoding: "utf8" });
    const submitted = run(join(folder, "requeued.json"), "--out", out, "--on", "slurm");
    assert.equal(submitted.status, 1);
    assert.match(submitted.stderr, /^netspace: squeue: .*[Uu]nable to contact slurm controller/);
    const { status, stdout, stderr } = run("status", out);
    assert.equal(status, 0);
    assert.match(stdout, /^AnyNetXA: 6 of 6 networks/);
    assert.match(stderr, /note: the queue is not known: squeue: /);
  },
);

test(
  "a sweep of one's own space trains on Slurm from its own copy, whatever becomes of the module",
  options,
  async () => {
    const out = join(folder, "own");
    const home = join(folder, "own-module");
    const file = join(home, "sweep.json");
    const own = { module: "./ghost.ts", export: "space" };
    const { recipe: _long, ...short } = spec;
    writeAll(home, {
      ...ghostFiles,
      "sweep.json": JSON.stringify({ ...short, recipe: "tiny", n: 3, where: { depth: [4, 8] }, space: own }),
    });
    const submitted = netspace(file, "--out", out, "--on", "slurm", "--json");
    assert.equal(submitted.status, 0, submitted.stderr);
    // Tasks may begin much later than the user goes on with the file.
    writeAll(home, { "ghost.ts": "export const space = 5;\n" });
    const { n } = await until(
      out,
      ({ n: trained, queue }) => trained === 3 || Object.keys(queue).length === 0,
    );
    assert.equal(
      n,
      3,
      readdirSync(join(out, "slurm"))
        .map(name => readFileSync(join(out, "slurm", name), "utf8"))
        .join("\n"),
    );
    assert.equal(new Set(storedIds(out)).size, 3);
    assert.ok(openPopulation(out).members.every(({ architecture }) => architecture.block === "ghost"));
  },
);
