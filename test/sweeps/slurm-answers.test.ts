/** Slurm's commands as they may answer, or fail to: stand-ins that follow its rules for paths and job numbers. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { cancelSweep, openPopulation, sweepStatus, submitSweep } from "netspace";
import { withoutAddon } from "../support/needs.js";
import { ghostFiles, writeAll } from "../support/own-space.js";
import { smallSweep } from "../support/small-sweep.js";

const PATH = process.env.PATH!;
let folder = "";
let bin = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-slurm-answers-"));
  bin = join(folder, "bin");
  mkdirSync(bin);
  process.env.PATH = `${bin}${delimiter}${PATH}`;
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

/** A command of Slurm's that is this program of the shell's. */
function standIn(command: string, program: string): void {
  writeFileSync(join(bin, command), `#!/bin/sh\n${program}\n`);
  chmodSync(join(bin, command), 0o755);
}

/** A squeue that knows these lines, and fails as Slurm's does where one job alone is asked for that it does not know. */
function squeue(...lines: string[]): void {
  writeFileSync(join(folder, "queue"), lines.map(line => `${line}\n`).join(""));
  standIn(
    "squeue",
    `printf '%s\\n' "$*" >> '${folder}/asked'
for word; do case "$word" in --jobs=*) jobs="\${word#--jobs=}";; esac; done
case "$jobs" in *,*) ;; *) grep -q "^$jobs|" '${folder}/queue' || { echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1; };; esac
[ -z "$jobs" ] && { cat '${folder}/queue'; exit; }
grep -E "^($(echo "$jobs" | tr , '|'))[|]" '${folder}/queue' || true`,
  );
}

const spec = {
  ...smallSweep,
  n: 2,
  recipe: { base: "tiny", epochs: 1, batch: 16, warmupEpochs: 0 },
} as const;
const failing = (message: RegExp) => ({ name: "SchedulerError", message });

test("a sweep asks the queue for its own jobs, however many others the user has, and however long the answer", async () => {
  const out = join(folder, "sweep");
  standIn("sbatch", "cat > /dev/null; echo 77");
  squeue();
  await submitSweep(spec, out);
  const others = Array.from({ length: 1000 }, (_, i) => `1000|${i}|PENDING|(Priority)`);
  squeue(...others, "77|0|RUNNING|node1", "77|1|PENDING|(Resources)", "7|0|RUNNING|node2");
  assert.deepEqual(sweepStatus(out).queue, { RUNNING: 1, PENDING: 1 });
  assert.doesNotMatch(readFileSync(join(folder, "asked"), "utf8"), /--me|1000/);
  // 4 MB.
  squeue(
    ...Array.from({ length: 100_000 }, (_, i) => `77|${i}|PENDING|(JobArrayTaskLimit, and other words)`),
  );
  const { queue, queueError } = sweepStatus(out);
  assert.deepEqual([queue, queueError], [{ PENDING: 100_000 }, undefined]);
  standIn("scancel", `echo "$*" > '${folder}/cancelled'`);
  assert.equal(cancelSweep(out), 100_000);
  assert.equal(readFileSync(join(folder, "cancelled"), "utf8"), "77\n");
});

test("jobs that Slurm has forgotten are in no queue, and the sweep is submitted again", async () => {
  const out = join(folder, "sweep");
  standIn("sbatch", "cat > /dev/null; echo 'job 5 of this site'; echo '78;cluster'");
  squeue();
  assert.equal((await submitSweep(spec, out))?.job, "78");
  assert.deepEqual(sweepStatus(out).queue, {});
  assert.equal((await submitSweep(spec, out))?.job, "78");
  assert.equal(cancelSweep(out), 0);
});

test("what sbatch says is told, also where it ends without reading what it is sent", async () => {
  const out = join(folder, "sweep");
  standIn("sbatch", "exec <&-; echo 'sbatch: fatal: Could not establish a configuration source' >&2; exit 1");
  for (let i = 0; i < 20; i++) {
    await assert.rejects(
      submitSweep(spec, out),
      failing(/^sbatch: sbatch: fatal: Could not establish a configuration source$/),
    );
  }
  for (const [program, message] of [
    ["cat > /dev/null; kill -9 $$", /^sbatch: was ended by SIGKILL$/],
    ["cat > /dev/null; exit 3", /^sbatch: exit code 3$/],
    ["cat > /dev/null", /^sbatch: expected a job's number, got ""; see with squeue whether/],
    ["cat > /dev/null; echo submitted", /^sbatch: expected a job's number, got "submitted\\n"; see/],
  ] as const) {
    standIn("sbatch", program);
    await assert.rejects(submitSweep(spec, out), failing(message));
  }
  chmodSync(join(bin, "sbatch"), 0o644);
  process.env.PATH = bin;
  await assert.rejects(submitSweep(spec, out), failing(/^sbatch: .*EACCES/));
  rmSync(join(bin, "sbatch"));
  await assert.rejects(
    submitSweep(spec, out),
    failing(/^sbatch: is not installed here; run this on a machine/),
  );
  assert.ok(!existsSync(join(out, "slurm", "jobs.jsonl")), "nothing is noted as submitted");
});

test("a list of submissions with lines that are none is refused, whatever they are", async () => {
  const out = join(folder, "sweep");
  standIn("sbatch", "cat > /dev/null; echo 77");
  squeue();
  await submitSweep(spec, out);
  const file = join(out, "slurm", "jobs.jsonl");
  const own = readFileSync(file, "utf8");
  writeFileSync(file, `${own.trim()}\r\n\r\n`);
  assert.deepEqual(sweepStatus(out).queue, {});
  for (const line of ["null", "{}", '{"job":5}', '{"job":"5; rm"}', "[]", "text"]) {
    writeFileSync(file, `${own}${line}\n`);
    await assert.rejects(submitSweep(spec, out), failing(/jobs\.jsonl, line 2, got .*; see with squeue/));
  }
});

test("a job that cannot be noted is cancelled again, and files that cannot be written or read are named", async () => {
  const out = join(folder, "sweep");
  const jobs = join(out, "slurm", "jobs.jsonl");
  standIn("sbatch", `cat > /dev/null; mkdir '${jobs}'; echo 77`);
  standIn("scancel", `echo "$*" > '${folder}/cancelled'`);
  const refused = (message: RegExp) => ({ name: "StoreError", message });
  await assert.rejects(submitSweep(spec, out), refused(/^sweep: could not write .*jobs\.jsonl: EISDIR/));
  assert.equal(readFileSync(join(folder, "cancelled"), "utf8"), "77\n");
  await assert.rejects(
    submitSweep(spec, out),
    refused(/^sweep: expected a file, could not read .*jobs\.jsonl: it is no regular file/),
  );
  rmSync(join(out, "slurm"), { recursive: true });
  writeFileSync(join(out, "slurm"), "mine");
  await assert.rejects(submitSweep(spec, out), refused(/^sweep: could not write .*plan-.*\.json: EEXIST/));
});

/** Runs the script as a task of Slurm's would, its words in the file that Slurm makes of the pattern. */
const sbatch = `
const { readFileSync, openSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const pattern = process.argv.find(word => word.startsWith("--output=")).slice(9);
// "\\\\" leaves everything as it is, and is left out itself; "%%" is "%".
const file = pattern.includes("\\\\")
  ? pattern.replaceAll("\\\\", "")
  : pattern.replaceAll(/%(\\d*)(.)/g, (_, width, letter) =>
      letter === "%" ? "%" : letter === "A" ? "77" : letter === "a" ? "0" : "?");
const log = openSync(file, "a");
const env = { ...process.env, SLURM_ARRAY_JOB_ID: "77", SLURM_ARRAY_TASK_ID: "0" };
spawnSync("sh", ["-s"], { input: readFileSync(0), stdio: ["pipe", log, log], env });
console.log("77");`;

test("tasks train, and their words lie in the sweep's folder, whatever that is called", {
  skip: withoutAddon,
}, async () => {
  writeFileSync(join(folder, "sbatch.cjs"), sbatch);
  standIn("sbatch", `exec '${process.execPath}' '${join(folder, "sbatch.cjs")}' "$@"`);
  squeue();
  const names = [
    "p%c %a %%A %2 100%",
    "back\\slash",
    "both\\%a\\\\",
    'it\'s "quoted" `twice` $HOME',
    "new\nline",
    "ünï 漢字 🌱",
    "-dash;&|<>*?[a]{b}~!#",
  ];
  for (const name of names) {
    const out = join(folder, name);
    await submitSweep({ ...spec, run: { slurm: { tasks: 1 } } }, out);
    const log = join(out, "slurm", "77_0.log");
    assert.ok(existsSync(log), `${name}: a log in place`);
    assert.equal(openPopulation(out).length, 2, `${name}: ${readFileSync(log, "utf8")}`);
    assert.match(readFileSync(log, "utf8"), /2\/2 done/, name);
  }
});

test("a sweep of one's own space trains in its tasks from its own copy, whatever becomes of the module", {
  skip: withoutAddon,
}, async () => {
  const out = join(folder, "own");
  writeAll(folder, ghostFiles);
  standIn("sbatch", `cat > '${folder}/script'; echo 80`);
  squeue();
  const space = { module: join(folder, "ghost.ts"), export: "space" };
  await submitSweep({ ...spec, space, where: { depth: [4, 8] }, run: { slurm: { tasks: 1 } } }, out);
  // A task may begin much later than the user goes on with the file.
  writeAll(folder, { "ghost.ts": "export const space = 5;\n" });
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: "0", SLURM_CPUS_PER_TASK: "1" };
  const { status, stderr } = spawnSync("sh", [join(folder, "script")], { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { members, notes } = openPopulation(out);
  assert.deepEqual([members.length, notes.length], [2, 0]);
  assert.ok(members.every(({ architecture }) => architecture.block === "ghost"));
});
