import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readTrials, TrialLog } from "../../src/populations/store.js";
import type { TrialRecord } from "../../src/populations/trial.js";

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
  if (mounted) spawnSync("umount", [disk]);
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
