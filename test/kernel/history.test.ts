/** History: what was executed, across kernels and restarts. */

import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { History } from "../../kernel/history.js";
import { historyFile } from "../../kernel/history-file.js";
import { Client, withoutJupyter } from "./client.js";
import { temporaryFolder } from "./temporary-folder.js";

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

test("kernels that write at the same time lose nothing, also beside the lock of a killed one", async () => {
  const file = path.join(folder, "shared.sqlite");
  await new History(file, silent).find(tail(1));
  mkdirSync(`${file}.lock`, { recursive: true });
  utimesSync(`${file}.lock`, 0, 0);
  const kernels = Array.from({ length: 4 }, () => new History(file, silent));
  for (const kernel of kernels) for (let line = 1; line <= 50; line++) kernel.add(line, `line ${line}`);
  await Promise.all(kernels.map(kernel => kernel.close()));
  const reader = new History(file, silent);
  const found = await reader.find(tail(1000));
  assert.equal(found.length, 200);
  assert.equal(new Set(found.map(([session]) => session)).size, 4);
  await reader.close();
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
