/** History: what was executed, across kernels and restarts. */

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { History } from "../../history/history.js";
import { historyFile } from "../../history/history-file.js";
import { Client, withoutJupyter } from "../support/client.js";
import { serveHost } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const silent = (): void => {};
const tail = (n: number, output = false) => ({ kind: "tail", n, output }) as const;
const search = (pattern: string, { n = -1, unique = false, output = false } = {}) =>
  ({ kind: "search", pattern, n, unique, output }) as const;

test("tail, range and search see this session and those before", async () => {
  const file = path.join(folder, "nested", "history.sqlite");
  const first = new History(file, silent);
  first.add(1, "const a = 1");
  first.add(2, "a + 1");
  first.setOutput(2, "2");
  await first.close();

  const second = new History(file, silent);
  second.add(1, "a + 1");
  assert.deepEqual(await second.find(tail(2)), [
    [1, 2, "a + 1"],
    [2, 1, "a + 1"],
  ]);
  // Stored by the question before; its output comes later.
  second.setOutput(1, "2");
  assert.deepEqual(await second.find({ kind: "range", session: 0, start: 1, stop: 9, output: true }), [
    [2, 1, ["a + 1", "2"]],
  ]);
  assert.deepEqual(await second.find({ kind: "range", session: -1, start: 1, stop: 2, output: true }), [
    [1, 1, ["const a = 1", null]],
  ]);
  assert.equal(
    (await second.find({ kind: "range", session: 1, start: 0, stop: 99, output: false })).length,
    2,
  );
  assert.equal((await second.find(search("a *"))).length, 2);
  assert.deepEqual(await second.find(search("*a*", { unique: true })), [
    [1, 1, "const a = 1"],
    [2, 1, "a + 1"],
  ]);
  assert.deepEqual(await second.find(search("*", { n: 1, output: true })), [[2, 1, ["a + 1", "2"]]]);
  second.add(2, "widths[0]");
  assert.equal((await second.find(search("widths[0?"))).length, 1);
  await second.close();
});

test("kernels that write at the same time lose nothing, also beside the lock folder of an older version", async () => {
  const file = path.join(folder, "shared.sqlite");
  await new History(file, silent).find(tail(1));
  mkdirSync(`${file}.lock`, { recursive: true });
  const kernels = Array.from({ length: 8 }, () => new History(file, silent));
  for (let line = 1; line <= 50; line++) {
    for (const kernel of kernels) kernel.add(line, `line ${line}`);
    if (line % 10 === 0) await Promise.all(kernels.map(kernel => kernel.find(tail(1))));
  }
  await Promise.all(kernels.map(kernel => kernel.close()));
  const reader = new History(file, silent);
  const found = await reader.find(tail(1000));
  assert.equal(found.length, 400);
  assert.equal(new Set(found.map(([session]) => session)).size, 8);
  await reader.close();
});

test("a lock that is held for long keeps cells waiting, not from the file", async () => {
  const file = path.join(folder, "locked.sqlite");
  const said: string[] = [];
  const history = new History(file, line => void said.push(line));
  history.add(1, "before");
  await history.find(tail(1));
  const other = new DatabaseSync(file);
  for (const lock of ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"]) {
    other.exec(lock);
    history.add(2, lock);
    history.setOutput(2, "its output");
    // Longer than a question waits: it is told what is in memory.
    assert.deepEqual(await history.find(tail(5, true)), [[1, 2, [lock, "its output"]]]);
    other.exec("ROLLBACK");
    assert.deepEqual(await history.find(tail(5, true)), [
      [1, 1, ["before", null]],
      [1, 2, [lock, "its output"]],
    ]);
  }
  other.exec("BEGIN EXCLUSIVE");
  history.add(3, "just before the end");
  const closed = history.close();
  setTimeout(() => other.exec("ROLLBACK"), 1000);
  await closed;
  other.close();
  assert.deepEqual(said, []);
  const reader = new History(file, silent);
  assert.deepEqual(await reader.find(tail(1)), [[1, 3, "just before the end"]]);
  await reader.close();
});

test("what could not be written by the end is said", async () => {
  const file = path.join(folder, "never.sqlite");
  const said: string[] = [];
  const history = new History(file, line => void said.push(line));
  history.add(1, "1");
  await history.find(tail(1));
  const other = new DatabaseSync(file);
  other.exec("BEGIN EXCLUSIVE");
  history.add(2, "2");
  await history.close();
  other.close();
  assert.deepEqual(said, [`1 cells are missing in the history, as ${file} could not be written`]);
});

test("cells are written soon after they ran, without being asked for", async () => {
  const file = path.join(folder, "soon.sqlite");
  const history = new History(file, silent);
  history.add(1, "soon");
  const reader = new History(file, silent);
  while ((await reader.find(search("soon"))).length === 0) await sleep(50);
  await reader.close();
  await history.close();
});

test("a file that is removed or replaced while the kernel runs gets what is executed from then on", async () => {
  const file = path.join(folder, "moved.sqlite");
  const history = new History(file, silent);
  history.add(1, "1");
  await history.find(tail(1));
  rmSync(file);
  history.add(2, "2");
  assert.deepEqual(await history.find(tail(5)), [[1, 2, "2"]]);
  rmSync(file);
  writeFileSync(file, "no database".repeat(500));
  history.add(3, "3");
  assert.deepEqual(await history.find(tail(5)), [[1, 3, "3"]]);
  rmSync(file);
  await history.close();
  const reader = new History(file, silent);
  assert.deepEqual(
    (await reader.find(tail(5))).map(([, line, input]) => [line, input]),
    [[3, "3"]],
  );
  await reader.close();
});

test("files of versions before this one are read and written on", async () => {
  const file = path.join(folder, "older.sqlite");
  const older = new DatabaseSync(file);
  older.exec(`CREATE TABLE sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, start TEXT NOT NULL);
    CREATE TABLE history (session INTEGER NOT NULL, line INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
      PRIMARY KEY (session, line)) WITHOUT ROWID;
    INSERT INTO sessions (start) VALUES ('2025-01-01T00:00:00.000Z');
    INSERT INTO history VALUES (1, 1, 'of old', NULL);`);
  older.close();
  const history = new History(file, silent);
  history.add(1, "of now");
  assert.deepEqual(await history.find(tail(5)), [
    [1, 1, "of old"],
    [2, 1, "of now"],
  ]);
  await history.close();
});

test("a history file that cannot be used costs the past, not the session's own history", async () => {
  const file = path.join(folder, "broken.sqlite");
  writeFileSync(file, "this is no database, whatever its name says".repeat(100));
  const said: string[] = [];
  const history = new History(file, line => void said.push(line));
  history.add(1, "1");
  assert.deepEqual(
    (await history.find(tail(5))).map(([, , input]) => input),
    ["1"],
  );
  history.add(2, "2");
  assert.equal((await history.find(tail(5))).length, 2);
  assert.match(said.join(), /history is kept for this session only: .*broken\.sqlite: /);
  await history.close();
});

test("the history lies in Jupyter's folder for data, or where the environment says", () => {
  serveHost();
  assert.equal(historyFile({ JUPYTER_DATA_DIR: "/data" }), path.join("/data", "netspace", "history.sqlite"));
  assert.equal(historyFile({ NETSPACE_HISTORY: "/h.sqlite" }), path.resolve("/h.sqlite"));
  assert.equal(historyFile({ NETSPACE_HISTORY: "" }), ":memory:");
});

test("a restarted kernel knows what was run before", { skip: withoutJupyter, timeout: 300_000 }, async () => {
  const client = await Client.start();
  try {
    await client.execute("'before the restart'");
    await client.execute("'not stored'", { store_history: false });
    await client.restart();
    const { reply } = await client.request("history_request", {
      hist_access_type: "search",
      pattern: "*the restart*",
      output: true,
      raw: true,
    });
    const history = reply.content["history"] as unknown[][];
    assert.deepEqual(history[0]?.[2], ["'before the restart'", "'before the restart'"]);
    const odd = await client.request("history_request", { hist_access_type: "guess" });
    assert.match(
      String(odd.reply.content["evalue"]),
      /"hist_access_type" must be "tail", "range" or "search"/,
    );
  } finally {
    await client.close();
  }
});
