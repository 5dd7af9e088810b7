/** The page of a running sweep over HTTP: what it says, and whom it says it to. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPopulation } from "netspace";
import { watchedSweep } from "../../src/report/watch/watched-sweep.js";
import { type Watch, watchSweep } from "../../src/report/watch/watch-sweep.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { completeSpec } from "../../src/trials/spec.js";
import { keepSpec } from "../../src/trials/spec-file.js";
import { lockFolder } from "../../src/trials/store/lock.js";
import { keepRuns } from "../../src/trials/store/runs.js";
import { thisMachine } from "../../src/trials/store/machine.js";
import { smallSweep } from "../support/small-sweep.js";

const program = fileURLToPath(new URL("../support/failing-worker.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-watch-"));
const out = join(root, "sweep");
const spec = { ...smallSweep, space: { base: "AnyNetXA", name: "A<b>" }, n: 4 };
const watches: Watch[] = [];
after(() => {
  for (const watch of watches) watch.close();
  rmSync(root, { recursive: true, force: true });
});

/** A page of its own for each test: one that was made is kept for a while. */
async function watching(folder = out): Promise<URL> {
  const watch = await watchSweep(folder);
  watches.push(watch);
  return new URL(watch.url);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const ask = (url: URL, { method = "GET", path = url.pathname + url.search, host = url.host } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = url;
    const asked = request({ hostname, port, method, path, headers: { host } }, answer => {
      let text = "";
      answer.setEncoding("utf8").on("data", part => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
    });
    asked.on("error", reject).end();
  });

let during: Answer | undefined;
before(async () => {
  process.env.FAILING_PLACES = "2";
  const url = await watching();
  assert.match((await ask(url)).text, /<h1>No sweep yet<\/h1>/);
  let asked: Promise<Answer> | undefined;
  await sweepWith(program, spec, {
    out,
    workers: 1,
    retries: 0,
    onProgress({ event }) {
      if (event === "ended") asked ??= watching().then(ask);
    },
  });
  during = await asked;
});

test("while a sweep runs, the page says so, and how far it is", () => {
  assert.equal(during?.status, 200);
  assert.match(during.text, /<title>[1-3]\/4 A&lt;b&gt;<\/title>/);
  assert.ok(during.text.includes(`running: process ${process.pid} on `), during.text);
  assert.match(during.text, /<dt>per hour<\/dt><dd>[\d,.]+<\/dd>/);
  assert.match(during.text, /<dt>time left<\/dt><dd>about \d+ s<\/dd>/);
});

test("afterwards it has the errors, the best networks first, and what failed", async () => {
  const { text } = await ask(await watching());
  assert.match(text, /<p class="soft">stopped; running it again resumes it; the last network ended /);
  assert.match(text, /<dd>3 of 4<\/dd>.*<dt>least error<\/dt><dd>10\.0 %<\/dd>.*<dt>failed<\/dt><dd>1<\/dd>/);
  assert.equal([...text.matchAll(/<svg /g)].length, 2);
  const rows = [...text.matchAll(/<tr><td>(\d+)<\/td><td>([\d.]+)<\/td>/g)].map(([, ...cells]) => cells);
  assert.deepEqual(rows, [
    ["0", "10.0"],
    ["1", "11.0"],
    ["3", "13.0"],
  ]);
  assert.match(text, /<h2 class="bad">Failures and notes<\/h2><ul><li>trial 2 failed: /);
  assert.doesNotMatch(text, /<b>/, "the space's name is text");
  assert.doesNotMatch(text, /per hour|time left/, "nothing runs");
});

test("a pace is of this run alone, and what failed in it is not waited for", async () => {
  const machine = thisMachine();
  const last = Date.parse(
    openPopulation(out)
      .trials.map(({ endedAt }) => endedAt)
      .sort()
      .at(-1)!,
  );
  keepSpec(out, await completeSpec({ ...spec, n: 8 }));
  keepRuns(out, [{ startedAt: new Date(last - 36_000).toISOString(), machine }]);
  assert.equal(watchedSweep(out, last)?.perHour, undefined, "no one is at work");
  const unlock = lockFolder(out);
  try {
    const { perHour, secondsLeft, total } = watchedSweep(out, last + 6000)!;
    // Three and a failed one in 36 s; four of eight are left, of which the first is under way for 6 s.
    assert.deepEqual([total, perHour, secondsLeft], [8, 400, 30]);
    keepRuns(out, [{ startedAt: new Date(last + 1).toISOString(), machine }]);
    assert.equal(watchedSweep(out, last + 6000)?.perHour, undefined, "none has ended in the new run");
  } finally {
    unlock();
  }
});

test("only a reader on this machine who has the token is answered, and nothing can be written or opened", async () => {
  const url = await watching();
  const { token } = Object.fromEntries(url.searchParams);
  assert.equal(url.hostname, "127.0.0.1");
  assert.ok(token.length >= 32);
  const status = async (how: Parameters<typeof ask>[1]) => {
    const answer = await ask(url, how);
    assert.ok(answer.status === 200 || !answer.text.includes("A&lt;b&gt;"));
    return answer.status;
  };
  assert.equal(await status({}), 200);
  assert.equal(await status({ host: `localhost:${url.port}` }), 200);
  for (const host of [
    "evil.example",
    `evil.example:${url.port}`,
    "127.0.0.1.evil.example",
    "localhost@evil.example",
  ]) {
    assert.equal(await status({ host }), 403, host);
  }
  const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  for (const path of [
    "/",
    "/?token=",
    `/?token=${wrong}`,
    `/?token=${token}x`,
    "/?token=é",
    "/spec.json",
    "//[",
  ]) {
    assert.equal(await status({ path: encodeURI(path) }), 403, path);
  }
  for (const path of ["/spec.json", "/../sweep/spec.json", "/%2e%2e/spec.json", "/etc/passwd"]) {
    assert.equal(await status({ path: `${path}?token=${token}` }), 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
    assert.equal(await status({ method }), 405, method);
  assert.equal((await ask(url, { method: "HEAD" })).text, "");
});

test("its policy lets its own script run and ask this server alone", async () => {
  const { headers, text } = await ask(await watching());
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /default-src 'none'; script-src 'sha256-[\w+/=]+';/);
  assert.match(policy, /connect-src 'self'; frame-ancestors 'none'$/);
  assert.deepEqual(
    [headers["cache-control"], headers["referrer-policy"], headers["x-content-type-options"]],
    ["no-store", "no-referrer", "nosniff"],
  );
  assert.doesNotMatch(text, /(src|href)="(?!data:,)/);
});

test("the folder of a search that measures in its own process is no sweep's, and is not waited for", async () => {
  const folder = join(root, "search");
  const url = await watching(folder);
  assert.match((await ask(url)).text, /yet, and no such folder\. .*<code>netspace sweep SPEC --out /);
  mkdirSync(folder);
  writeFileSync(join(folder, "search-spec.json"), "{}");
  const expected = /sweep watch: expected a folder in which networks are trained, got .*search, whose search/;
  await assert.rejects(watchSweep(folder), expected);
  assert.throws(() => watchedSweep(folder), expected);
});

test("a folder that cannot be read is told, and the page comes back with it", async () => {
  const folder = join(root, "broken");
  rmSync(folder, { recursive: true, force: true });
  const url = await watching(folder);
  assert.match((await ask(url)).text, /There is no sweep in .*broken yet/);
  const other = await watching(root);
  writeFileSync(join(root, "spec.json"), "{");
  const { status, text } = await ask(other);
  rmSync(join(root, "spec.json"));
  assert.equal(status, 503);
  // A page that asks again, with the reason in it.
  assert.match(
    text,
    /^<!doctype html>.*<p>The sweep&#39;s folder cannot be read: |^<!doctype html>.*<p>The sweep's folder cannot be read: /s,
  );
  assert.ok(text.includes("setTimeout(renew"));
  assert.equal((await ask(other)).status, 200);
});

test("a port that cannot be is refused in words", async () => {
  for (const port of [70_000, -1, 1.5])
    await assert.rejects(watchSweep(out, port), /^Error: sweep watch: expected a port from 0 to 65535, got /);
});

test("a port that is taken is named", async () => {
  const { port } = await watching();
  await assert.rejects(watchSweep(out, Number(port)), {
    message: `sweep watch: port ${port} is taken; choose another --port, or leave it out for any that is free`,
  });
});
