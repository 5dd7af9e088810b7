import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { SweepSpec } from "netspace";
import { readTrials, TrialLog } from "../../src/trials/store/store.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import type { TrialRecord } from "../../src/trials/trial.js";

const record = (index: number): TrialRecord => ({
  version: 1,
  id: `trial-${index}`,
  sweep: "sweep",
  index,
  architecture: { block: "X", stem: { kind: "simple", width: 32 }, stages: [] },
  complexity: { flops: 1, params: 1, acts: 1 },
  status: "failed",
  reason: "x".repeat(1000),
  endedAt: "2026-01-01T00:00:00.000Z",
});

/** A file system of 64 KiB, if this process may mount one. */
let disk = "";
let mounted = false;
before(() => {
  disk = mkdtempSync(join(tmpdir(), "netspace-disk-"));
  mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status === 0;
});
after(() => {
  // A worker that is about to end may still have a log open there.
  if (mounted) spawnSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true, force: true });
});

test("a full disk is an error that names the log, costs no record before it, and is got over", context => {
  if (!mounted) return context.skip("needs the right to mount a file system");
  const filler = join(disk, "filler");
  writeFileSync(filler, Buffer.alloc(32 * 1024));
  const log = new TrialLog(disk);
  let written = 0;
  assert.throws(
    () => {
      for (;;) {
        log.append(record(written));
        written++;
      }
    },
    { name: "StoreError", message: /^TrialLog\.append: could not write .*\.log: ENOSPC/ },
  );
  assert.ok(written > 5, `${written} records fit`);
  const full = readTrials(disk);
  assert.equal(full.records.size, written);
  assert.deepEqual(full.notes, [], "nothing torn is left behind");
  rmSync(filler);
  log.append(record(written));
  log.close();
  assert.equal(readTrials(disk).records.size, written + 1);
});

test("a disk that is full before the first trial is an error that names what could not be written", async context => {
  if (!mounted) return context.skip("needs the right to mount a file system");
  const quick = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
  const spec: SweepSpec = {
    space: "AnyNetXA",
    n: 2,
    dataset: { kind: "procedural", resolution: 16, train: 100, test: 50, seed: 1 },
    recipe: "tiny",
  };
  const out = join(disk, "sweep");
  const filler = join(disk, "filler");
  const fill = () => {
    for (const size of [4096, 1]) {
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(size));
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      }
    }
  };
  const refused = (message: RegExp) =>
    assert.rejects(sweepWith(quick, spec, { out, workers: 1 }), { name: "StoreError", message });
  fill();
  await refused(/^sweep: expected a folder to write in, got .*sweep \(ENOSPC.*\); make it writable/);
  assert.deepEqual(readdirSync(out), []);
  // Room for the lock alone, then for the spec as well.
  truncateSync(filler, statSync(filler).size - 4096);
  await refused(/^sweep: could not write .*spec\.json: ENOSPC.*; what is finished is kept, run it again/);
  assert.deepEqual(readdirSync(out), []);
  truncateSync(filler, statSync(filler).size - 4096);
  await refused(/^sweep: could not write .*runs\.jsonl: ENOSPC/);
  rmSync(filler);
  assert.equal((await sweepWith(quick, spec, { out, workers: 1 })).length, 2);
});
