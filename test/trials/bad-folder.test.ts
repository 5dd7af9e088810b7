/** Folders that a sweep must refuse, and leave as they are: of a newer netspace, damaged, or not to be written in. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPopulation, type SweepSpec } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { TrialLog } from "../../src/trials/store/store.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { headOf, trialsOf } from "../../src/trials/trials-of.js";
import type { TrialRecord } from "../../src/trials/trial.js";

const quick = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

let out = "";
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "netspace-bad-folder-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const spec: SweepSpec = {
  space: "AnyNetXA",
  n: 4,
  where: { depth: [4, 40] },
  dataset: { kind: "procedural", resolution: 16, train: 100, test: 50, seed: 1 },
  recipe: "tiny",
};

/** Every file below the folder with its content. */
const contentOf = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map((entry): [string, string] => {
      const file = join(entry.parentPath, entry.name);
      return [file, readFileSync(file, "utf8")];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));

test("records of a newer netspace are not trained again: the sweep is refused, the rest readable, nothing written", async () => {
  await sweepWith(quick, spec, { out, workers: 1 });
  const trial = trialsOf(checkSpec(spec))[2];
  const logs = join(out, "trials");
  const [name] = readdirSync(logs);
  const kept = readFileSync(join(logs, name), "utf8")
    .split("\n")
    .filter(line => !line.includes(trial.id));
  writeFileSync(join(logs, name), kept.join("\n"));
  const log = new TrialLog(out);
  log.append({
    ...headOf(trial),
    version: 2,
    status: "finished",
    endedAt: "2030-01-01",
  } as unknown as TrialRecord);
  log.close();
  const before = contentOf(out);
  await assert.rejects(sweepWith(quick, spec, { out }), {
    name: "StoreError",
    message:
      /expected records of form 1 in .*, got 1 by a newer netspace, .*; update netspace, or choose another folder/,
  });
  assert.deepEqual(contentOf(out), before);
  const population = openPopulation(out);
  assert.equal(population.length, 3);
  assert.match(population.notes.join(), /written in form 2 by a newer netspace/);
});

test("a spec of a newer netspace is refused with the field's name, and kept", async () => {
  await sweepWith(quick, spec, { out });
  const file = join(out, "spec.json");
  const newer = JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), curriculum: "hard" });
  writeFileSync(file, newer);
  const refusal = { name: "SpecError", message: /curriculum: no such field.*update netspace/ };
  assert.throws(() => openPopulation(out), refusal);
  await assert.rejects(sweepWith(quick, spec, { out }), refusal);
  assert.equal(readFileSync(file, "utf8"), newer);
});

test("a damaged record in the middle is trained again, and its line stays as it is", async () => {
  await sweepWith(quick, spec, { out, workers: 1 });
  const [name] = readdirSync(join(out, "trials"));
  const log = join(out, "trials", name);
  const bytes = readFileSync(log);
  bytes[bytes.indexOf("\n") + 60] ^= 1;
  writeFileSync(log, bytes);
  assert.equal(openPopulation(out).length, 3);
  const population = await sweepWith(quick, spec, { out });
  assert.equal(population.length, 4);
  assert.match(population.notes.join(), /line 2: checksum does not match; passed over/);
  assert.deepEqual(readFileSync(log), bytes);
});

test("a spec that is no file, and a list of images that is damaged, are errors that name them", async () => {
  const folder = join(out, "sweep");
  mkdirSync(join(folder, "spec.json"), { recursive: true });
  const unreadable = (what: string) => ({
    name: "SpecError",
    message: new RegExp(`spec\\.json cannot be read \\(it is no regular file but a ${what}\\)`),
  });
  assert.throws(() => openPopulation(folder), unreadable("folder"));
  rmSync(join(folder, "spec.json"), { recursive: true });
  assert.equal(spawnSync("mkfifo", [join(folder, "spec.json")]).status, 0);
  await assert.rejects(sweepWith(quick, spec, { out: folder }), unreadable("named pipe"));
  rmSync(join(folder, "spec.json"));
  await sweepWith(quick, { ...spec, n: 1 }, { out: folder });
  for (const text of ["", '[{"file"', "null", "{}"]) {
    writeFileSync(join(folder, "skipped-images.json"), text);
    assert.throws(() => openPopulation(folder), {
      name: "StoreError",
      message:
        /^sweep: expected a list of images in .*skipped-images\.json, which cannot be read; take it away/,
    });
  }
});

test("a list of submissions that was cut short is an error that names the line", async () => {
  await sweepWith(quick, spec, { out });
  mkdirSync(join(out, "slurm"));
  appendFileSync(join(out, "slurm", "jobs.jsonl"), '{"job":"12","ta');
  await assert.rejects(sweepWith(quick, spec, { out }), {
    name: "SchedulerError",
    message: /expected a submission in .*jobs\.jsonl, line 1, got \{"job":"12","ta; see with squeue/,
  });
});

test("where a file lies instead of a folder, the message says what was expected, and what to do", async () => {
  const file = join(out, "taken");
  writeFileSync(file, "mine");
  await assert.rejects(sweepWith(quick, spec, { out: file }), {
    name: "StoreError",
    message:
      /^sweep: expected a folder to write in, got .*taken \(EEXIST.*\); make it writable, or choose another/,
  });
  assert.equal(readFileSync(file, "utf8"), "mine");
});

test("a read-only folder can be looked at and analysed; a sweep on it is refused", async context => {
  const [source, disk] = [join(out, "source"), join(out, "disk")];
  await sweepWith(quick, spec, { out: source });
  mkdirSync(disk);
  // Permissions do not bind a superuser; a file system that is mounted read-only does.
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status !== 0) {
    return context.skip("needs the right to mount a file system");
  }
  try {
    cpSync(source, disk, { recursive: true });
    assert.equal(spawnSync("mount", ["-o", "remount,ro", disk]).status, 0);
    assert.equal(openPopulation(disk).length, 4);
    const status = spawnSync(process.execPath, [main, "sweep", "status", disk], { encoding: "utf8" });
    assert.equal(status.status, 0, status.stderr);
    await assert.rejects(sweepWith(quick, { ...spec }, { out: disk }), {
      name: "StoreError",
      message:
        /^sweep: expected a folder to write in, got .*disk \(EROFS.*\); make it writable, or choose another/,
    });
    assert.deepEqual(
      contentOf(disk).map(([, text]) => text),
      contentOf(source).map(([, text]) => text),
    );
  } finally {
    spawnSync("umount", [disk]);
  }
});
