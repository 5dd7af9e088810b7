/** The kernel through Jupyter's own client, in a process as a front end would start it. */

import assert from "node:assert/strict";

import { after, before, describe, test } from "node:test";
import { type Answer, Client, executeRequest, type Received, withoutJupyter } from "../support/client.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const text = (answer: Answer, name = "stdout"): string =>
  answer.outputs
    .filter(({ type, content }) => type === "stream" && content["name"] === name)
    .map(({ content }) => String(content["text"]))
    .join("");
const result = ({ outputs }: Answer): unknown =>
  (
    outputs.find(({ type }) => type === "execute_result")?.content["data"] as
      | Record<string, unknown>
      | undefined
  )?.["text/plain"];
const types = ({ outputs }: Answer): string[] => outputs.map(({ type }) => type);

describe("the kernel", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());

  test("describes itself on shell and on control", async () => {
    for (const channel of ["shell", "control"] as const) {
      const { reply, broadcasts } = await client.request("kernel_info_request", {}, channel);
      assert.equal(reply.channel, channel);
      assert.equal(reply.content["status"], "ok");
      assert.equal((reply.content["language_info"] as { name: string }).name, "typescript");
      assert.deepEqual(broadcasts, ["status", "status"]);
    }
  });

  test("runs a TypeScript cell and answers with its value", async () => {
    const answer = await client.execute("const width: number = 32; width * 2");
    assert.deepEqual(answer.broadcasts, ["status", "execute_input", "execute_result", "status"]);
    assert.equal(result(answer), "64");
    assert.equal(answer.reply.content["status"], "ok");
    assert.deepEqual(answer.reply.content["payload"], []);
  });

  test("keeps streams in order and sends all of them before idle", async () => {
    const answer = await client.execute(
      'for (let i = 0; i < 20000; i++) console.log(i); console.error("done"); process.stdout.write("end")',
    );
    assert.equal(text(answer), `${Array.from({ length: 20000 }, (_, i) => `${i}\n`).join("")}end`);
    assert.equal(text(answer, "stderr"), "done\n");
  });

  test("sends text that child processes write past process.stdout before idle, too", async () => {
    const answer = await client.execute(
      'require("node:child_process").execFileSync("echo", ["from a child"], { stdio: "inherit" }); 0',
    );
    assert.equal(text(answer), "from a child\n");
  });

  test("reports an error once, with the cell's own count and line", async () => {
    const answer = await client.execute(
      '// a comment\nconst limit: number = 1;\nthrow new RangeError("too wide")',
    );
    assert.deepEqual(types(answer), ["error"]);
    const { content } = answer.reply;
    assert.equal(content["ename"], "RangeError");
    assert.equal(content["evalue"], "too wide");
    assert.match(
      (content["traceback"] as string[]).join("\n"),
      new RegExp(`In \\[${String(content["execution_count"])}\\], line 3`),
    );
    const error = answer.outputs[0]?.content;
    assert.deepEqual(error, {
      ename: content["ename"],
      evalue: content["evalue"],
      traceback: content["traceback"],
    });
  });

  test("moves the counter only for cells that are stored", async () => {
    const count = async (options: object) =>
      (await client.execute("0", options)).reply.content["execution_count"] as number;
    const first = await count({});
    assert.equal(await count({ store_history: false }), first + 1);
    assert.equal(await count({ silent: true, store_history: true }), first + 1);
    assert.equal(await count({}), first + 1);
    assert.equal(await count({}), first + 2);
  });

  test("publishes nothing but busy and idle for a silent cell", async () => {
    const { broadcasts, reply } = await client.execute('console.log("hush"); 5', { silent: true });
    assert.deepEqual(broadcasts, ["status", "status"]);
    assert.equal(reply.content["status"], "ok");
    const failing = await client.execute('throw new Error("hush")', { silent: true });
    assert.deepEqual(failing.broadcasts, ["status", "status"]);
    assert.equal(failing.reply.content["ename"], "Error");
  });

  test("evaluates user expressions, each with its own fate", async () => {
    const { reply } = await client.execute("const depth = 13", {
      user_expressions: { good: "depth + 1", bad: "nowhere.x" },
    });
    const expressions = reply.content["user_expressions"] as Record<string, Record<string, unknown>>;
    assert.equal(expressions["good"]?.["status"], "ok");
    assert.deepEqual(expressions["good"]?.["data"], { "text/plain": "14" });
    assert.equal(expressions["bad"]?.["status"], "error");
    assert.equal(expressions["bad"]?.["ename"], "ReferenceError");
  });

  test("aborts the cells queued behind an error, but no other requests", async () => {
    // It fails when the rest has come: what comes after its reply is run.
    const code = "prompt('fail?'); await null; null.x";
    const failing = client.send("execute_request", executeRequest(code, { allow_stdin: true }));
    const queued = client.send("execute_request", executeRequest("1"));
    const last = client.send("execute_request", executeRequest("2"));
    const info = client.send("kernel_info_request", {});
    assert.equal((await client.answer(info)).reply.content["status"], "ok");
    await client.until(({ parent, type }) => parent === failing && type === "input_request");
    client.send("input_reply", { value: "yes" }, "stdin");
    assert.equal((await client.answer(failing)).reply.content["status"], "error");
    for (const id of [queued, last]) {
      const { reply, broadcasts } = await client.answer(id);
      assert.equal(reply.content["status"], "aborted");
      assert.deepEqual(broadcasts, ["status", "status"]);
    }
    assert.equal(result(await client.execute("3")), "3");
  });

  test("runs on behind an error when stop_on_error is false", async () => {
    const failing = client.send("execute_request", executeRequest("null.x", { stop_on_error: false }));
    const next = client.send("execute_request", executeRequest("'on'"));
    assert.equal((await client.answer(failing)).reply.content["status"], "error");
    assert.equal(result(await client.answer(next)), "'on'");
  });

  test("shows rich output, and updates it under its id", async () => {
    const answer = await client.execute(`
      const figure = { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>figure</b>" }) };
      const handle = display(figure);
      handle.update("later");`);
    assert.deepEqual(types(answer), ["display_data", "update_display_data"]);
    const [shown, updated] = answer.outputs.map(
      ({ content }) => content as Record<string, Record<string, unknown>>,
    );
    assert.equal(shown?.["data"]?.["text/html"], "<b>figure</b>");
    assert.equal(shown?.["transient"]?.["display_id"], updated?.["transient"]?.["display_id"]);
    assert.equal(updated?.["data"]?.["text/plain"], "'later'");
  });

  test("clears its output, at once or when more comes", async () => {
    const { outputs } = await client.execute(
      "console.log('a'); clearOutput(true); console.log('b'); clearOutput()",
    );
    assert.deepEqual(
      outputs.map(({ type, content }) => content["wait"] ?? content["text"] ?? type),
      ["a\n", true, "b\n", false],
    );
  });

  test("tells what it costs, on control", async () => {
    const { content } = (await client.request("usage_request", {}, "control")).reply;
    assert.ok((content["kernel_memory"] as number) > 1e6);
    assert.ok((content["cpu_count"] as number) >= 1);
    assert.equal(typeof (content["host_virtual_memory"] as { total: unknown }).total, "number");
  });

  test("greets those who subscribe to its broadcasts", async () => {
    const { type, content } = await client.subscribe("stream");
    assert.deepEqual([type, content], ["iopub_welcome", { subscription: "stream" }]);
  });

  test("gives late output to the cell that caused it", async () => {
    const id = client.send(
      "execute_request",
      executeRequest('setTimeout(() => console.log("late"), 150); 0'),
    );
    await client.answer(id);
    await client.execute("await new Promise(resolve => setTimeout(resolve, 300))");
    const late = await client.until(({ type, content }) => type === "stream" && content["text"] === "late\n");
    assert.equal(late.parent, id);
  });

  test("completes with cursor positions in code points", async () => {
    await client.execute("const network = { depth: 12, 'x'() {}, widths: [1, 2] }; const 𝒲 = 1");
    const complete = async (code: string) =>
      (await client.request("complete_request", { code, cursor_pos: [...code].length })).reply.content;
    const emoji = await complete('"😀😀"; network.wid');
    assert.deepEqual(emoji["matches"], ["widths"]);
    assert.deepEqual([emoji["cursor_start"], emoji["cursor_end"]], [14, 17]);
    assert.deepEqual((await complete("𝒲"))["matches"], ["𝒲"]);
    const typed = (await complete("network.widths.findL"))["metadata"] as {
      _jupyter_types_experimental: Record<string, string>[];
    };
    assert.match(typed._jupyter_types_experimental[0]?.["signature"] ?? "", /findLast.*number/s);
    const none = (await client.request("complete_request", { code: "", cursor_pos: 0 })).reply.content;
    assert.deepEqual([none["cursor_start"], none["cursor_end"]], [0, 0]);
  });

  test("inspects names of earlier cells, and knows when there is nothing to say", async () => {
    await client.execute("/** Widens it. */\nfunction widen(n: number, by = 2): number { return n * by }");
    const inspect = async (code: string, cursor_pos: number, detail_level = 0) =>
      (await client.request("inspect_request", { code, cursor_pos, detail_level })).reply.content;
    const found = await inspect("widen(3)", 5);
    const plain = (found["data"] as Record<string, string>)["text/plain"] ?? "";
    assert.match(plain, /function widen\(n: number, by\?: number\): number/);
    assert.match(plain, /Widens it/);
    assert.equal((await inspect("   ", 1))["found"], false);
    const detailed = await inspect('import fs from "node:fs"; fs.readFileSync', 38, 1);
    assert.match((detailed["data"] as Record<string, string>)["text/plain"] ?? "", /Declared in .*fs\.d\.ts/);
  });

  test("tells complete, incomplete and invalid code apart", async () => {
    const status = async (code: string) =>
      (await client.request("is_complete_request", { code })).reply.content;
    assert.deepEqual(await status("const x = 1"), { status: "complete" });
    assert.deepEqual(await status("for (const x of xs) {"), { status: "incomplete", indent: "  " });
    assert.deepEqual(await status("let 5 = x"), { status: "invalid" });
  });

  test("answers questions while a cell runs, and calls itself busy afterwards", async () => {
    const running = client.send("execute_request", executeRequest("while (true) {}"));
    await client.until(({ parent, type }) => parent === running && type === "execute_input");
    const { reply } = await client.request("complete_request", { code: "Math.flo", cursor_pos: 8 });
    assert.deepEqual(reply.content["matches"], ["floor"]);
    // Clients show the state they heard last, whichever request it was about.
    const states = () => client.messages.filter(({ type }) => type === "status");
    await client.until(() => states().at(-1)?.parent === running);
    assert.equal(states().at(-1)?.content["execution_state"], "busy");
    client.interrupt();
    assert.equal((await client.answer(running)).reply.content["ename"], "Interrupted");
  });

  for (const [what, code] of [
    ["a loop", "while (true) {}"],
    ["a loop after an await", "await null; while (true) {}"],
    ["a promise that never settles", "await new Promise(() => {})"],
    ["library code that never returns", "[...'ab'].sort(() => { for (;;) 'x'.padEnd(9); })"],
    [
      "library code that the cell itself imports",
      'import vm from "node:vm"; vm.runInThisContext("for (;;);")',
    ],
    ["a loop that awaits", "for (;;) await new Promise(resolve => setTimeout(resolve, 10))"],
  ] as const) {
    test(`interrupts ${what} and keeps variables`, async () => {
      await client.execute("let kept = 41");
      const id = client.send("execute_request", executeRequest(`kept = 42; console.log("on"); ${code}`));
      await client.printed(id, /on/);
      client.interrupt();
      const { reply, outputs } = await client.answer(id);
      assert.equal(reply.content["ename"], "Interrupted");
      assert.deepEqual(
        outputs.map(({ type }) => type),
        ["stream", "error"],
      );
      assert.equal(result(await client.execute("kept")), "42");
    });
  }

  test("survives a crash of user code and says so", async () => {
    const { reply } = await client.execute("process.abort()");
    assert.equal(reply.content["status"], "error");
    assert.match(
      String(reply.content["evalue"]),
      /was ended by SIGABRT; it was started anew, variables are lost/,
    );
    assert.equal(result(await client.execute("'alive'")), "'alive'");
  });

  test("closes a comm nobody knows", async () => {
    const id = client.send("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    const closed = await client.until(({ parent, type }) => parent === id && type === "comm_close");
    assert.equal(closed.content["comm_id"], "c1");
    assert.deepEqual((await client.request("comm_info_request", {})).reply.content, {
      status: "ok",
      comms: {},
    });
  });

  test("remembers the session's inputs", async () => {
    await client.execute("'remember me'");
    const history = async (content: object) =>
      (await client.request("history_request", { output: false, raw: true, ...content })).reply.content[
        "history"
      ] as unknown[][];
    assert.equal((await history({ hist_access_type: "tail", n: 1 }))[0]?.[2], "'remember me'");
    const found = await history({ hist_access_type: "search", pattern: "*remember*", output: true });
    assert.deepEqual(found.at(-1)?.[2], ["'remember me'", "'remember me'"]);
  });

  test("answers requests it does not know, and malformed ones, with an error", async () => {
    const unknown = await client.request("teleport_request", {});
    assert.equal(unknown.reply.content["ename"], "UnknownRequest");
    const malformed = await client.request("complete_request", { code: 5 });
    assert.match(
      String(malformed.reply.content["evalue"]),
      /complete_request: "code" must be a string, got 5/,
    );
    const execute = await client.request("execute_request", { code: null });
    assert.match(String(execute.reply.content["evalue"]), /execute_request: "code" must be a string/);
  });

  test("drops what is forged, malformed or truncated, and lives on", async () => {
    for (const channel of ["shell", "control", "stdin"] as const) {
      client.raw(channel, ["nonsense"]);
      client.raw(channel, ["<IDS|MSG>"]);
      client.raw(channel, ["<IDS|MSG>", "00".repeat(32), "{}", "{}", "{}", "{}"]);
      client.raw(channel, ["<IDS|MSG>", "", "not json", "{}", "{}", "{}"]);
      client.raw(channel, ["<IDS|MSG>", new Uint8Array([255, 0, 7]), "{}", "{}"]);
    }
    assert.equal(result(await client.execute("'fine'")), "'fine'");
  });

  test("signs with a session of its own and carries the request's header as parent", async () => {
    const { reply } = await client.execute("1");
    const sessions = new Set(client.messages.map((message: Received) => message.header["session"]));
    assert.equal(sessions.size, 1);
    assert.ok(reply.parent);
    assert.match(String(reply.metadata["started"]), /^\d{4}-\d\d-\d\dT/);
  });

  test("starts anew on restart", async () => {
    await client.execute("let before = 1");
    await client.restart();
    assert.equal(result(await client.execute("typeof before")), "'undefined'");
  });

  test("is gone after shutdown", async () => {
    assert.equal(await client.shutdown(), false);
  });
});

test("modules are found from the notebook's folder, and netspace from anywhere", {
  skip: withoutJupyter,
}, async () => {
  const client = await Client.start(temporaryFolder());
  try {
    const { reply } = await client.execute('import nothing from "not-installed"');
    assert.match(
      String(reply.content["evalue"]),
      /Cannot find package "not-installed" from .*npm install not-installed/,
    );
    const own = await client.execute(
      'const { installKernelspec } = await import("netspace/kernel"); typeof installKernelspec',
    );
    assert.equal(result(own), "'function'");
  } finally {
    await client.close();
  }
});
