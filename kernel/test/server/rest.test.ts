/** A kernel of which nothing has been asked for a while gives memory back, and is the same kernel afterwards. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, processTable } from "../../processes/process-table.js";
import { restAfter } from "../../processes/rest.js";
import { Client, withoutJupyter } from "../support/client.js";
import { serveHost } from "../support/repository.js";

serveHost();

const skip = withoutJupyter || (process.platform === "linux" ? false : "needs /proc");
const SECONDS = 2;

test("the setting is seconds; what is no positive number counts as not set", () => {
  const read = (value?: string) =>
    restAfter(
      value === undefined ? {} : { NETSPACE_REST_AFTER: value, TYPESCRIPT_JUPYTER_KERNEL_REST_AFTER: value },
    );
  assert.equal(read("0.5"), 0.5);
  for (const value of [undefined, "", "0", "-1", "soon", "NaN"])
    assert.equal(read(value), 120, String(value));
  // A timer of more would fire at once.
  assert.ok(read("Infinity") * 1000 < 2 ** 31);
});

describe("a kernel that rests", { skip, timeout: 120_000 }, () => {
  let client: Client;
  let server = 0;
  before(async () => {
    process.env["NETSPACE_REST_AFTER"] = String(SECONDS);
    client = await Client.start();
    delete process.env["NETSPACE_REST_AFTER"];
    server = Number(await result("process.ppid"));
  });
  after(() => client.close());

  const result = async (code: string): Promise<string> => {
    const { outputs } = await client.execute(code);
    const [shown] = outputs.filter(({ type }) => type === "execute_result");
    return String((shown?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"]);
  };
  const matches = async (code: string): Promise<unknown> =>
    (await client.request("complete_request", { code, cursor_pos: code.length })).reply.content["matches"];
  const checkers = (): number[] =>
    descendants(server, processTable())
      .map(({ pid }) => pid)
      .filter(pid => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--lsp");
        } catch {
          return false;
        }
      });
  const rested = async (): Promise<void> => {
    while (checkers().length > 0) await sleep(50);
  };

  test("its language server ends, and the next question finds the types of all cells", async () => {
    await result("const record = { width: 1, widths: [1, 2], depth: 3 };");
    const first = checkers();
    assert.equal(first.length, 1);
    await rested();
    assert.deepEqual(await matches("record.wid"), ["width", "widths"]);
    assert.notDeepEqual(checkers(), first);
    await rested();
    const { outputs } = await client.execute("const wrong: string = record.width");
    // A check that takes longer than its cell may is shown after it.
    const told = await client.until(
      ({ type, content }) => type === "stream" && /assignable/.test(String(content["text"])),
    );
    assert.equal(told.content["name"], "stderr");
    assert.ok(outputs.every(({ type }) => type === "stream"));
  });

  test("variables stay, garbage does not, and what cells await goes on", async () => {
    const code = `let kept: unknown = { big: new Array(1e5).fill(7) };
const gone = new WeakRef((() => ({ garbage: new Array(1e5).fill(8) }))());
0`;
    await result(code);
    await sleep((SECONDS + 1.5) * 1000);
    assert.equal(
      await result("String([gone.deref() === undefined, (kept as any).big.length])"),
      "'true,100000'",
    );
    const waits = `const until = Date.now() + ${(SECONDS + 2) * 1000};
await new Promise<void>(done => setTimeout(done, ${(SECONDS + 1.5) * 1000})); "it has ended"`;
    assert.equal(await result(waits), "'it has ended'");
  });

  test("freed memory is kept by the process for cells alone, not by what it starts", async () => {
    const own = `const own: string = require("node:fs").readFileSync("/proc/self/environ", "latin1"); /MALLOC_TRIM_THRESHOLD_=\\d+/.test(own)`;
    assert.equal(await result(own), "true");
    const others = `String([Object.keys(process.env), require("node:child_process").execSync("env")]).includes("MALLOC_")`;
    assert.equal(await result(others), "false");
  });

  test("what asks by itself on the control channel keeps it from no rest", async () => {
    await matches("record.wid");
    assert.equal(checkers().length, 1);
    for (const end = Date.now() + 30_000; checkers().length > 0 && Date.now() < end; ) {
      await client.request("usage_request", {}, "control");
      await sleep(200);
    }
    assert.deepEqual(checkers(), []);
  });
});
