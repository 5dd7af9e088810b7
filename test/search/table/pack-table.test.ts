/** Measures of a table that are stopped, killed or throw go on where they were, and end as if nothing had been. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { provenanceIn, writeCompact } from "../../../src/populations/compact.js";
import { type MeasuredObjective, packTable, table } from "../../../src/search/index.js";
import { lockFolder } from "../../../src/trials/store/lock.js";
import { withoutAddon } from "../../support/needs.js";
import { smallTable } from "../../support/small-table.js";

const main = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-pack-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);
const source = at("source.parquet");
const FUNCTIONS = 30;

before(async () => {
  const population = await smallTable(place => place < FUNCTIONS);
  await writeCompact("test", population, provenanceIn(root, population), source);
});

/** The number of layers, and what is not finite; how often it is asked, and where it throws. */
function counting({ settings = {}, throwsAt = -1 }: { settings?: object; throwsAt?: number } = {}) {
  let calls = 0;
  const one: MeasuredObjective = {
    name: "count",
    settings: settings as Readonly<Record<string, unknown>>,
    measure() {
      if (calls++ === throwsAt) throw new Error("the battery is empty");
      return Promise.resolve({ value: [calls, Number.NaN, Infinity, -Infinity][calls % 4], cost: {} });
    },
  };
  return { one, calls: () => calls };
}

const valuesOf = async (file: string) =>
  (await table(file, { partial: true })).rows.slice(0, FUNCTIONS).map(({ measures }) => measures.count);

test("what was measured before a stop is not measured again, and the file is what it would have been", async () => {
  const [whole, part] = [at("whole.parquet"), at("part.parquet")];
  await packTable(source, whole, { partial: true, measures: [counting().one] });
  const { one, calls } = counting();
  const stop = new AbortController();
  const options = { partial: true, measures: [one], signal: stop.signal } as const;
  const onProgress = (done: number) => {
    if (done === 12) stop.abort();
  };
  await assert.rejects(packTable(source, part, { ...options, onProgress }), { name: "AbortError" });
  assert.equal(calls(), 12);
  assert.ok(!existsSync(part) && existsSync(`${part}.measuring`));
  // A writer that was killed in the middle of a line.
  appendFileSync(join(`${part}.measuring`, "measured.jsonl"), '{"function":"cells: 10 cla');
  const seen: number[] = [];
  const packed = await packTable(source, part, {
    partial: true,
    measures: [one],
    onProgress: done => seen.push(done),
  });
  assert.equal(calls(), FUNCTIONS);
  assert.deepEqual(seen.at(-1), FUNCTIONS);
  assert.deepEqual(await valuesOf(part), await valuesOf(whole));
  assert.deepEqual(
    packed.rows.slice(0, FUNCTIONS).map(({ measures }) => measures.count),
    Array.from({ length: FUNCTIONS }, (_, i) => [i + 1, Number.NaN, Infinity, -Infinity][(i + 1) % 4]),
  );
  assert.ok(!existsSync(`${part}.measuring`), "nothing is left beside a file that is whole");
});

test("a measure that throws costs what it was asked for alone; other settings are another measure", async () => {
  const file = at("thrown.parquet");
  const { one: first, calls: ofFirst } = counting();
  const second = counting({ throwsAt: 7 });
  const failing = { ...second.one, name: "other" };
  await assert.rejects(
    packTable(source, file, { partial: true, measures: [first, failing] }),
    /the battery is empty/,
  );
  assert.deepEqual([ofFirst(), second.calls()], [8, 8]);
  await packTable(source, file, { partial: true, measures: [first, failing] });
  assert.deepEqual([ofFirst(), second.calls()], [FUNCTIONS, FUNCTIONS + 1]);
  const third = counting({ throwsAt: 5 });
  await assert.rejects(packTable(file, at("again.parquet"), { partial: true, measures: [third.one] }));
  const fourth = counting({ settings: { batch: 32 } });
  const packed = await packTable(file, at("again.parquet"), { partial: true, measures: [fourth.one] });
  assert.equal(fourth.calls(), FUNCTIONS);
  // What the file had of other measures, settings and values, stays.
  const { measures } = (await table(at("again.parquet"), { partial: true })).population.provenance!;
  assert.deepEqual(measures, { count: { batch: 32 }, other: {} });
  assert.ok(packed.rows.slice(0, FUNCTIONS).every(row => "other" in row.measures));
});

test("two processes do not measure for one file at once", async () => {
  const file = at("held.parquet");
  const unlock = lockFolder(`${file}.measuring`);
  const measuring = packTable(source, file, { partial: true, measures: [counting().one] });
  await assert.rejects(measuring, { name: "StoreError" });
  unlock();
  await packTable(source, file, { partial: true, measures: [counting().one] });
});

test("a signal that is none is refused", async () => {
  const options = { partial: true, signal: 5 as never };
  await assert.rejects(packTable(source, at("x.parquet"), options), /packTable: expected an AbortSignal/);
});

describe("netspace table pack --measures", { skip: withoutAddon }, () => {
  const args = (file: string) =>
    [main, "table", "pack", source, "--out", file].concat("--partial", "--measures", "snip,synflow");

  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    test(`goes on after ${signal}`, async () => {
      const file = at(`${signal}.parquet`);
      const child = spawn(process.execPath, args(file), { stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
      const closed = once(child, "close") as Promise<[number | null]>;
      const log = join(`${file}.measuring`, "measured.jsonl");
      while (!existsSync(log) && child.exitCode === null) await setTimeout(2);
      child.kill(signal);
      const [status] = await closed;
      const lines = readFileSync(log, "utf8").trim().split("\n").length;
      assert.ok(lines > 0 && lines < FUNCTIONS, `${lines} functions, ${said}`);
      if (signal === "SIGINT") {
        assert.equal(status, 1);
        assert.match(
          said,
          /table pack: stopped; what is measured is kept beside the file, run the same command/,
        );
      }
      const again = spawnSync(process.execPath, args(file), { encoding: "utf8" });
      assert.equal(again.status, 0, again.stderr);
      assert.ok(!existsSync(`${file}.measuring`));
      const { rows } = await table(file, { partial: true });
      for (const { measures } of rows.slice(0, FUNCTIONS)) assert.ok(Number.isFinite(measures.synflow));
    });
  }
});
