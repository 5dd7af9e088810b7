/** A process that ends when nobody looks, a folder that goes away, a full disk: the user is told, and nothing is lost. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BareKernel, type BareOptions } from "../support/bare-kernel.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** A folder in which nothing can be written, whoever asks; Linux has such. */
const UNWRITABLE = "/proc/self/task";

describe("a kernel in adversity", { timeout: 300_000 }, () => {
  const kernels: BareKernel[] = [];
  const launch = async (how?: BareOptions): Promise<BareKernel> => {
    const kernel = new BareKernel(how);
    kernels.push(kernel);
    return kernel.ready();
  };
  after(() => Promise.all(kernels.map(kernel => kernel.close())));

  for (const [what, code, how] of [
    ["exits in a timer", "setTimeout(() => process.exit(7), 50)", "ended with exit code 7"],
    [
      "crashes in a timer",
      "setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50)",
      "was ended by SIGSEGV",
    ],
    [
      "is killed from outside",
      "require('node:child_process').spawn('sh', ['-c', `sleep 0.1; kill -9 ${process.pid}`])",
      "was ended by SIGKILL",
    ],
  ] as const) {
    test(`a process of cells that ${what} between two cells is told under the last cell and in the next`, async () => {
      const kernel = await launch();
      const last = kernel.start(`let keep = 1; ${code}; 0`);
      await kernel.reply(last);
      const sentence = `the process that runs cells ${how}; it was started anew, variables are lost\n`;
      await kernel.prints(last, sentence);
      const silent = kernel.start("1", { silent: true });
      await kernel.reply(silent);
      const next = kernel.start("typeof keep");
      await kernel.reply(next);
      assert.equal(kernel.printed(next), sentence);
      const before = kernel.printed(last);
      const later = kernel.start("1");
      await kernel.reply(later);
      assert.equal(kernel.printed(last), before);
      assert.equal(kernel.printed(silent) + kernel.printed(later), "");
    });
  }

  test("a process of cells that ends at the user's wish, or with a cell that says so, is told no second time", async () => {
    const kernel = await launch();
    await kernel.execute("%reset");
    const crash = await kernel.execute("process.exit(3)");
    assert.match(String(crash["evalue"]), /ended with exit code 3/);
    const next = kernel.start("1");
    await kernel.reply(next);
    const said = kernel.heard.filter(({ header }) => header.msg_type === "stream");
    assert.deepEqual(
      said.map(({ content }) => content["text"]),
      ["variables and modules are gone\n"],
    );
  });

  test("without the notebook's folder cells fail with a word about it, and run again when it is there", async () => {
    const cwd = temporaryFolder();
    for (const end of ["%reset", "process.exit(1)"]) {
      for (const instead of [() => {}, () => writeFileSync(cwd, "a file")]) {
        mkdirSync(cwd, { recursive: true });
        const kernel = await launch({ cwd });
        rmSync(cwd, { recursive: true });
        instead();
        await kernel.execute(end);
        for (let i = 0; i < 2; i++) {
          const { ename, evalue } = await kernel.execute("1");
          assert.equal(ename, "EvaluatorEnded");
          assert.match(
            String(evalue),
            /^the process that runs cells cannot be started: its folder .+ is (gone|no folder any more); make the folder again/,
          );
        }
        rmSync(cwd, { force: true });
        mkdirSync(cwd);
        assert.equal((await kernel.execute("1"))["status"], "ok");
      }
    }
  });

  test("with a temporary folder that cannot be written the user is told once that types are not checked; cells, debugging and the end go on", async () => {
    const kernel = await launch({ env: { TMPDIR: UNWRITABLE } });
    const told = /^types are not checked and names not completed: .+TMPDIR/m;
    while (
      !kernel.heard.some(
        ({ header, content }) => header.msg_type === "stream" && told.test(String(content["text"])),
      )
    ) {
      assert.equal((await kernel.execute("1"))["status"], "ok");
    }
    await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
    await kernel.execute("1");
    assert.equal(kernel.heard.filter(({ header }) => header.msg_type === "stream").length, 1);
    let seq = 0;
    const debug = async (command: string, args: object = {}): Promise<Record<string, unknown>> => {
      const request = { type: "request", seq: ++seq, command, arguments: args };
      const { content } = await kernel.ask("debug_request", request, "control");
      assert.equal(content["type"], "response");
      assert.equal(content["success"], true, String(content["message"]));
      return content["body"] as Record<string, unknown>;
    };
    const code = "let stopped = 1;\nstopped + 1";
    await debug("debugInfo");
    await debug("initialize");
    await debug("attach");
    const { sourcePath } = await debug("dumpCell", { code });
    await debug("setBreakpoints", { source: { path: sourcePath }, breakpoints: [{ line: 2 }] });
    assert.equal((await debug("source", { source: { path: sourcePath } }))["content"], code);
    const id = kernel.start(code);
    await kernel.until(
      ({ header, content }) => header.msg_type === "debug_event" && content["event"] === "stopped",
    );
    await debug("continue", { threadId: 1 });
    assert.equal((await kernel.reply(id)).content["status"], "ok");
    kernel.process.kill("SIGTERM");
    assert.equal(await kernel.ended(), 0);
  });

  test("with a temporary folder that vanishes cells, debugging and the end go on", async () => {
    const TMPDIR = temporaryFolder();
    const kernel = await launch({ env: { TMPDIR } });
    await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
    const dump = async (code: string): Promise<string> => {
      const request = { type: "request", seq: 1, command: "dumpCell", arguments: { code } };
      const { content } = await kernel.ask("debug_request", request, "control");
      return String((content["body"] as Record<string, unknown>)["sourcePath"]);
    };
    const initialize = { type: "request", seq: 1, command: "initialize", arguments: {} };
    await kernel.ask("debug_request", initialize, "control");
    await dump("1");
    rmSync(TMPDIR, { recursive: true });
    assert.equal((await kernel.execute("1"))["status"], "ok");
    assert.ok(existsSync(await dump("2")));
    await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
    kernel.process.kill("SIGTERM");
    assert.equal(await kernel.ended(), 0);
    assert.deepEqual(readdirSync(TMPDIR), []);
  });

  test("what a killed kernel left among the temporary files is removed by the next, and nothing else", async () => {
    const TMPDIR = temporaryFolder();
    const debug = async (kernel: BareKernel): Promise<void> => {
      await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
      for (const [command, args] of [
        ["initialize", {}],
        ["dumpCell", { code: "1" }],
      ] as const) {
        await kernel.ask("debug_request", { type: "request", seq: 1, command, arguments: args }, "control");
      }
    };
    const killed = await launch({ env: { TMPDIR } });
    await debug(killed);
    const abandoned = readdirSync(TMPDIR);
    assert.equal(abandoned.length, 2, String(abandoned));
    killed.process.kill("SIGKILL");
    await killed.ended();
    const others = [
      "typescript-jupyter-kernel-cells-somewhere.99999999.a",
      "typescript-jupyter-kernel-cells-abc",
      "another",
    ];
    for (const name of others) mkdirSync(path.join(TMPDIR, name));
    const alive = await launch({ env: { TMPDIR } });
    await debug(alive);
    const own = readdirSync(TMPDIR).filter(name => !abandoned.includes(name) && !others.includes(name));
    assert.equal(own.length, 2);
    await launch({ env: { TMPDIR } });
    while (abandoned.some(name => existsSync(path.join(TMPDIR, name)))) await sleep(20);
    for (const name of [...others, ...own]) assert.ok(existsSync(path.join(TMPDIR, name)), name);
  });

  test("a history file whose folder cannot be written is tried again, and then holds every cell", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "data", "history.sqlite");
    writeFileSync(path.join(folder, "data"), "in the way");
    const kernel = await launch({ env: { NETSPACE_HISTORY: file } });
    await kernel.execute("'kept'");
    const ask = async (): Promise<unknown[]> => {
      const { content } = await kernel.ask("history_request", {
        hist_access_type: "search",
        pattern: "*kept*",
      });
      return content["history"] as unknown[];
    };
    assert.equal((await ask()).length, 1);
    await kernel.tells(/history is kept for this session only: .*; it is tried again/);
    renameSync(path.join(folder, "data"), path.join(folder, "away"));
    assert.equal((await ask()).length, 1);
    kernel.process.kill("SIGTERM");
    await kernel.ended();
    const next = await launch({ env: { NETSPACE_HISTORY: file } });
    const { content } = await next.ask("history_request", { hist_access_type: "search", pattern: "*kept*" });
    assert.deepEqual(content["history"], [[1, 2, "'kept'"]]);
  });
});
