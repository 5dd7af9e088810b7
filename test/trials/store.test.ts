import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { crc32 } from "node:zlib";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import { readTrials, TrialLog } from "../../src/trials/store/store.js";
import type { TrialRecord } from "../../src/trials/trial.js";

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
  assert.deepEqual([...records.values()].map(heldRecord), [record(0), record(1)]);
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

/** A line with the checksum that its text has. */
const lineOf = (json: string): string => `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;

test("a newline that is damaged, in any of its bits, costs none of the records beside it", () => {
  const file = write(record(0), record(1), record(2), record(3));
  const bytes = readFileSync(file);
  const newlines = [...bytes.keys()].filter(at => bytes[at] === 0x0a);
  for (let bit = 0; bit < 8; bit++) {
    const damaged = Buffer.from(bytes);
    for (const at of newlines.slice(1, 3)) damaged[at] ^= 1 << bit;
    writeFileSync(file, damaged);
    const { records, notes } = readTrials(folder);
    assert.deepEqual([...records.keys()], ["trial-0", "trial-1", "trial-2", "trial-3"], `bit ${bit}`);
    assert.deepEqual(
      heldRecord(records.get("trial-2")!),
      record(2),
      "a record of a line of several is read as any other",
    );
    assert.match(notes.join(), /line 2: checksum does not match.*; passed over but for 3 of its records/);
  }
});

test("a flipped bit anywhere costs one record at most", () => {
  const file = write(record(0), record(1), record(2));
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [0, 3, 5, 7]) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 1 << bit;
      writeFileSync(file, damaged);
      const { records, notes } = readTrials(folder);
      assert.ok(records.size >= 2, `bit ${bit} of byte ${at}: ${[...records.keys()].join()}`);
      // A checksum means the same in capitals, and the last newline is one too many.
      assert.ok(notes.length > 0 || records.size === 3, `bit ${bit} of byte ${at} is noted`);
    }
  }
});

test("logs that Git or an editor gave returns and a byte order mark are read as they were", () => {
  const file = write(record(0), record(1), record(2));
  writeFileSync(file, `\uFEFF${readFileSync(file, "utf8").replaceAll("\n", "\r\n")}`);
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.values()].map(heldRecord), [record(0), record(1), record(2)]);
  assert.deepEqual(notes, []);
});

test("what has a right checksum and is no record is passed over with the reason, wherever it was cut", () => {
  const file = write(record(0));
  const json = JSON.stringify(record(1, { epochs: [] }));
  const own = readFileSync(file, "utf8");
  const others = [
    "null",
    '"text"',
    "1",
    "[]",
    "{}",
    "{",
    "[".repeat(100_000),
    '{"version":1}',
    '{"version":null}',
    ...Array.from({ length: json.length - 1 }, (_, i) => json.slice(0, i + 1)),
    ...[
      { id: 5 },
      { id: "" },
      { index: -1 },
      { index: 1.5 },
      { status: "well" },
      { architecture: null },
      { architecture: {} },
      { architecture: { stages: [null] } },
      { complexity: [] },
      { epochs: [[1]] },
      { epochs: [{ epoch: [1] }] },
      { epochs: "none" },
      { error: "low" },
      { drawn: [] },
      { reason: {} },
      { version: 0 },
      { version: "2" },
    ].map(change => JSON.stringify({ ...record(1), ...change })),
  ];
  for (const other of others) {
    writeFileSync(file, lineOf(other) + own);
    const { records, notes, newer } = readTrials(folder);
    assert.deepEqual([...records.keys()], ["trial-0"], other.slice(0, 300));
    assert.match(notes.join(), /^[^,]*, line 1: no trial \(.+\); passed over$/, other.slice(0, 300));
    assert.equal(newer, 0);
  }
});

test("what is no file among the logs is passed over with a note; a log elsewhere is read where a link leads to it", () => {
  const file = write(record(0));
  const trials = join(folder, "trials");
  mkdirSync(join(trials, "x.log"));
  assert.equal(spawnSync("mkfifo", [join(trials, "y.log")]).status, 0);
  appendFileSync(join(trials, "notes.txt"), "mine");
  renameSync(file, join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), join(trials, "z.log"));
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.keys()], ["trial-0"]);
  assert.deepEqual(notes, ["x.log is no file; passed over", "y.log is no file; passed over"]);
});

test("logs that cannot be reached are an error that names them: their trials would be trained again", () => {
  const trials = join(folder, "trials");
  writeFileSync(trials, "mine");
  const refused = (message: RegExp) =>
    assert.throws(() => readTrials(folder), { name: "StoreError", message });
  refused(
    /^sweep: expected a folder of logs, could not read .*trials: ENOTDIR.*; make it readable, or take it/,
  );
  rmSync(trials);
  mkdirSync(trials);
  symlinkSync(join(folder, "nowhere"), join(trials, "x.log"));
  refused(/^sweep: expected a log of trials, could not read .*x\.log: ENOENT/);
  rmSync(join(trials, "x.log"));
  symlinkSync("x.log", join(trials, "x.log"));
  refused(/could not read .*x\.log: ELOOP/);
});

test("a link to trials that leads nowhere, as to a disk that is not there, is no sweep without trials", () => {
  symlinkSync(join(folder, "elsewhere"), join(folder, "trials"));
  assert.throws(() => readTrials(folder), {
    name: "StoreError",
    message: /^sweep: expected a folder of logs, could not read .+trials: ENOENT/,
  });
});

test("a record that says finished and has no error is passed over, and its trial is trained again", () => {
  const odd = [record(1, { error: Number.NaN }), record(2, { validationError: Number.NaN })];
  const { error: _, ...bare } = record(3);
  write(
    record(0, { validationError: 12 }),
    ...odd,
    bare,
    record(4, { status: "diverged", error: Number.NaN }),
  );
  const { records, notes } = readTrials(folder);
  assert.deepEqual([...records.keys()], ["trial-0", "trial-4"]);
  assert.deepEqual(
    notes.map(note => note.replace(/^.*, line/, "line")),
    [
      "line 2: no trial (expected another error); passed over",
      "line 3: no trial (expected another validationError); passed over",
      "line 4: no trial (expected another error); passed over",
    ],
  );
});
