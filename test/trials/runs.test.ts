import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { noteRun, readRuns } from "../../src/trials/store/runs.js";

test("a line of runs.jsonl that was cut short, at any byte, costs that run only", () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-runs-"));
  try {
    const file = join(folder, "runs.jsonl");
    noteRun(folder, { workers: 1, threads: 1 });
    noteRun(folder, { workers: 2, threads: 1 });
    const whole = readFileSync(file);
    const second = whole.indexOf("\n") + 1;
    const workers = () => readRuns(folder).map(run => run.workers);
    assert.deepEqual(workers(), [1, 2]);
    for (let end = second + 1; end < whole.length - 1; end++) {
      writeFileSync(file, whole.subarray(0, end));
      noteRun(folder, { workers: 3, threads: 1 });
      noteRun(folder, { workers: 4, threads: 1 });
      assert.deepEqual(workers(), [1, 3, 4], `cut at ${end}`);
    }
    // Only the line's end is missing: nothing is lost.
    writeFileSync(file, whole.subarray(0, -1));
    noteRun(folder, { workers: 3, threads: 1 });
    assert.deepEqual(workers(), [1, 2, 3]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
