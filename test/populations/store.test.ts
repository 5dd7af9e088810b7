import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { readTrials, TrialLog } from "../../src/populations/store.js";
import type { TrialRecord } from "../../src/populations/trial.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (index: number, change: Partial<TrialRecord> = {}): TrialRecord => ({
  version: 1,
  id: `trial-${index}`,
  sweep: "sweep",
  index,
  architecture: { block: "X", stem: { kind: "simple", width: 32 }, stages: [] },
  complexity: { flops: 1, params: 1, acts: 1 },
  status: "finished",
  error: 10 + index,
  endedAt: "2026-01-01T00:00:00.000Z",
  ...change,
});

function write(...records: TrialRecord[]): string {
  const log = new TrialLog(folder);
  for (const r of records) log.append(r);
  log.close();
  const [name] = readdirSync(join(folder, "trials"));
  return join(folder, "trials", name);
}

test("what a log appended is read back, in form and number", () => {
  write(record(0), record(1));
  const { records, notes } = readTrials(folder);
  assert.deepEqual(
    [...records.values()].map(trial => trial.read()),
    [record(0), record(1)],
  );
  assert.deepEqual(notes, []);
});

test("a folder without trials holds none", () => {
  assert.equal(readTrials(folder).records.size, 0);
});

test("a torn tail, cut at any byte, costs the torn record only, and is noted", () => {
  const file = write(record(0), record(1));
  const bytes = readFileSync(file);
  const second = bytes.indexOf("\n") + 1;
  for (let end = second + 1; end < bytes.length - 1; end++) {
    writeFileSync(file, bytes.subarray(0, end));
    const { records, notes } = readTrials(folder);
    assert.deepEqual([...records.keys()], ["trial-0"], `cut at ${end}`);
    assert.match(
      notes[0],
      /line 2: checksum does not match \(a torn tail: its writer was stopped\); passed over/,
    );
  }
});

test("a damaged byte in the middle costs that record only, and is noted", () => {
  const file = write(record(0), record(1), record(2));
  const bytes = readFileSync(file);
  bytes[bytes.indexOf("\n") + 40] ^= 1;
  writeFileSync(file, bytes);
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.keys()], ["trial-0", "trial-2"]);
  assert.match(notes[0], /line 2: checksum does not match; passed over/);
});

test("a settled record outlasts failures before and after it", () => {
  const failed = record(0, { status: "failed", error: undefined, reason: "worker was ended by SIGKILL" });
  write(failed, record(0), failed);
  assert.equal(readTrials(folder).records.get("trial-0")?.status, "finished");
});

test("a record of a newer form is passed over with a remedy, the rest stays readable", () => {
  write({ ...record(0), version: 2 as 1 }, record(1));
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.keys()], ["trial-1"]);
  assert.match(notes[0], /written in form 2 by a newer netspace/);
});

test("a clock that is put back keeps logs apart, and costs no record", () => {
  mock.timers.enable({ apis: ["Date"], now: 2_000_000_000_000 });
  try {
    write(record(0));
    mock.timers.setTime(1_000_000_000_000);
    write(record(1));
    // The moment at which the first log was begun comes again, to a process of the same number.
    mock.timers.setTime(2_000_000_000_000);
    write(record(2));
  } finally {
    mock.timers.reset();
  }
  assert.equal(readdirSync(join(folder, "trials")).length, 3);
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.keys()].sort(), ["trial-0", "trial-1", "trial-2"]);
  assert.deepEqual(notes, []);
});
