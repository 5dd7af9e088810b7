/** A debugger's session beside all else that a kernel does: requests, interrupts, subshells, ends of processes. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { executeRequest, withoutJupyter } from "../support/client.js";
import { debugSession, shown } from "../support/debug-session.js";

describe("the debugger", { skip: withoutJupyter, timeout: 300_000 }, () => {
  const session = debugSession();
  const { respond, ask, refusal, event, attach, dump, setBreakpoints, start, places, stopIn, goOn } = session;

  test("kernel_info and debugInfo tell what JupyterLab needs", async () => {
    const { reply } = await session.client.request("kernel_info_request", {});
    assert.equal(reply.content["debugger"], true);
    assert.ok((reply.content["supported_features"] as string[]).includes("debugger"));
    const info = await ask("debugInfo");
    assert.equal(info["isStarted"], false);
    assert.equal(info["hashMethod"], "Murmur2");
    assert.deepEqual(info["breakpoints"], []);
    assert.deepEqual(info["stoppedThreads"], []);
    // ipykernel's murmur2_x86("let x = 1;\nx + 1", 0xC70F6907)
    await attach();
    const code = "let x = 1;\nx + 1";
    const file = await dump(code);
    assert.equal(info["hashSeed"], 0xc70f6907);
    assert.equal(file, `${String(info["tmpFilePrefix"])}1337468207${String(info["tmpFileSuffix"])}`);
    assert.equal(readFileSync(file, "utf8"), code);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual((await ask("source", { source: { path: file } }))["content"], code);
    assert.equal((await ask("debugInfo"))["isStarted"], true);
  });

  test("while stopped the kernel answers on all channels, and nothing of the cell goes on", async () => {
    await attach();
    const { id } = await stopIn("let spun = 0;\nwhile (spun < 3) {\n  spun++;\n}\nspun", 3);
    const info = await session.client.request("kernel_info_request", {}, "control");
    assert.equal(info.reply.content["status"], "ok");
    const { reply } = await session.client.request("complete_request", { code: "Math.hyp", cursor_pos: 8 });
    assert.deepEqual(reply.content["matches"], ["hypot"]);
    await sleep(400);
    assert.equal((await ask("evaluate", { expression: "spun" }))["result"], "0");
    await setBreakpoints(await dump("let spun = 0;\nwhile (spun < 3) {\n  spun++;\n}\nspun"), []);
    assert.equal(shown(await goOn(id)), "3");
  });

  test("an interrupt ends a stopped cell, a breakpoint in its loop notwithstanding, and state is kept", async () => {
    await attach();
    const code = "let rounds = 0;\nwhile (true) {\n  rounds++;\n}";
    const { id } = await stopIn(code, 3);
    await session.client.request("interrupt_request", {}, "control");
    assert.equal((await session.client.answer(id)).reply.content["ename"], "Interrupted");
    await event("continued");
    assert.equal((await ask("debugInfo"))["isStarted"], true);
    // The next cell stops again.
    const next = start("rounds = 0;\ndebugger;\nrounds");
    await event("stopped");
    assert.equal(shown(await goOn(next)), "0");
  });

  test("an interrupt reaches a cell that is stopped in what an await called", async () => {
    await attach();
    const code =
      "await new Promise<void>(done => setTimeout(() => {\n  debugger;\n  done();\n}, 5));\nawait new Promise(() => {});";
    const id = start(code);
    await event("stopped");
    await session.client.request("interrupt_request", {}, "control");
    assert.equal((await session.client.answer(id)).reply.content["ename"], "Interrupted");
  });

  test("a cell can be stopped in a subshell while the main shell awaits", async () => {
    await attach();
    const { reply } = await session.client.request("create_subshell_request", {}, "control");
    const subshell_id = reply.content["subshell_id"];
    const main = start(
      "let open = true; while (open) await new Promise(done => setTimeout(done, 5)); 'main'",
    );
    const id = session.client.send(
      "execute_request",
      executeRequest("let depth = 5;\ndebugger;\nopen = false;"),
      "shell",
      { subshell_id },
    );
    await event("stopped");
    assert.deepEqual(await places(), ["(top level):2"]);
    await goOn(id);
    assert.equal(shown(await session.client.answer(main)), "'main'");
    await session.client.request("delete_subshell_request", { subshell_id }, "control");
  });

  test("requests that do not fit are answered with what is wrong, never with silence", async () => {
    assert.match(
      await refusal("setBreakpoints", { source: { path: "x" } }),
      /send initialize and attach first/,
    );
    assert.match(await refusal("stackTrace"), /send initialize and attach first/);
    await attach();
    assert.match(await refusal("continue"), /the program is not stopped/);
    assert.match(await refusal("next"), /the program is not stopped/);
    assert.match(await refusal("stackTrace"), /the program is not stopped/);
    assert.match(
      await refusal("variables", { variablesReference: 77_777 }),
      /variablesReference 77777 is unknown/,
    );
    assert.match(
      await refusal("setBreakpoints", { breakpoints: [] }),
      /"source" must be an object with a path/,
    );
    assert.match(
      await refusal("setBreakpoints", { source: { path: "x" }, breakpoints: [{}] }),
      /"line" of a breakpoint/,
    );
    assert.match(await refusal("dumpCell"), /"code" must be a string, got nothing/);
    assert.match(await refusal("launch"), /launch: not supported; supported are initialize/);
    const { reply } = await session.client.request("debug_request", { command: 5 }, "control");
    assert.equal(reply.content["success"], false);
    await ask("disconnect");
    await ask("disconnect");
    assert.equal((await ask("debugInfo"))["isStarted"], false);
  });

  test("disconnecting lets a stopped cell go on", async () => {
    await attach();
    const { id } = await stopIn("let here = 1;\nhere + 1", 2);
    await ask("disconnect");
    assert.equal(shown(await session.client.answer(id)), "2");
    assert.deepEqual((await ask("debugInfo"))["breakpoints"], []);
  });

  test("breakpoints outlive the process that runs cells; its end while stopped is told", async () => {
    await attach();
    const code = "let lived = 1;\nlived + 1";
    const file = await dump(code);
    await setBreakpoints(file, [{ line: 2 }]);
    const ended = await session.client.execute("process.exit(3)");
    assert.equal(ended.reply.content["ename"], "EvaluatorEnded");
    assert.deepEqual(
      ended.outputs.map(({ type }) => type),
      ["error"],
    );
    const id = start(code);
    await event("stopped");
    await ask("evaluate", { expression: "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 0)" });
    // The process may end before it can answer.
    await respond("continue", { threadId: 1 });
    await event("continued");
    await session.client.answer(id);
    const again = start("await new Promise(done => setTimeout(done, 300)); 'alive'");
    await session.client.answer(again);
    const reset = start(code);
    await event("stopped");
    assert.equal(shown(await goOn(reset)), "2");
  });

  test("breakpoints set while the process ends, or another starts, hold in the new one", async () => {
    await attach();
    const code = "let again = 1;\nagain + 1";
    const file = await dump(code);
    for (const meanwhile of [true, false]) {
      const ending = start("process.exit(3)");
      if (!meanwhile) await session.client.answer(ending);
      const [set] = await setBreakpoints(file, [{ line: 2 }]);
      assert.equal(set?.["verified"], true);
      await ask("setExceptionBreakpoints", { filters: ["uncaught"] });
      await session.client.answer(ending);
      const id = start(code);
      await event("stopped");
      assert.deepEqual(await places(), ["(top level):2"]);
      assert.equal(shown(await goOn(id)), "2");
    }
    await session.client.execute("process.exit(3)");
    assert.deepEqual(await setBreakpoints(file, []), []);
    assert.equal(shown(await session.client.execute(code)), "2");
  });

  test("a restart of a stopped kernel goes through, and leaves no files", async () => {
    await attach();
    const { file } = await stopIn("let gone = 1;\ngone + 1", 2);
    await session.client.restart();
    assert.equal(existsSync(path.dirname(file)), false);
    assert.equal((await ask("debugInfo"))["isStarted"], false);
    assert.equal(shown(await session.client.execute("typeof gone")), "'undefined'");
  });
});
