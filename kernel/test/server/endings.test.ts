/** However it goes to a kernel, it can be ended, and nothing that it or its cells have started outlives it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, rmSync } from "node:fs";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { markName } from "../../processes/mark.js";
import { descendants, processTable } from "../../processes/process-table.js";
import { BareKernel, type BareOptions, lives } from "../support/bare-kernel.js";
import { serveHost } from "../support/repository.js";

const options = { skip: process.platform === "linux" ? false : "reads /proc", timeout: 300_000 };

/** Programs that a cell leaves running, in every way there is to leave one. */
const LEAVE_RUNNING = `
  const left = require("node:child_process");
  left.spawn("sleep", ["311"]);
  left.spawn("sleep", ["311"], { detached: true, stdio: "ignore" }).unref();
  left.spawn("sleep", ["311"], { detached: true, env: {} });
  left.spawn("sh", ["-c", "nohup setsid sleep 311 >/dev/null 2>&1 &"], { stdio: "ignore" });
  left.spawn("sh", ["-c", "trap '' TERM HUP INT; while :; do sleep 311; done"]);
  left.fork("-e", [], { execArgv: ["-e", "process.once('disconnect', () => {}); setInterval(() => {}, 1000)"], detached: true });
  new (require("node:worker_threads").Worker)("require('node:child_process').spawn('sleep', ['311'])", { eval: true });
`;

serveHost();
const MARK = markName();

/** All that a kernel has started so far, itself included: what descends from it, and what carries a mark of its cells. */
function started(kernel: number): Map<number, string> {
  const table = processTable();
  const found = new Set(descendants(kernel, table).map(({ pid }) => pid));
  const marks = new Set([...found].flatMap(pid => markOf(pid) ?? []));
  for (const { pid } of table) {
    const mark = markOf(pid);
    if (mark !== undefined && marks.has(mark)) found.add(pid);
  }
  return new Map([...found].map(pid => [pid, read(pid, "cmdline").replaceAll("\0", " ")]));
}

function markOf(pid: number): string | undefined {
  return read(pid, "environ")
    .split("\0")
    .find(each => each.startsWith(`${MARK}=`));
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Waits until all of the processes are gone; those that stay for ten seconds stay. */
async function gone(processes: Map<number, string>): Promise<void> {
  let left = [...processes];
  for (let i = 0; i < 200 && left.length > 0; i++) {
    left = left.filter(([pid]) => lives(pid));
    await sleep(50);
  }
  for (const [pid] of left) process.kill(pid, "SIGKILL");
  assert.deepEqual(left, []);
}

/** Starts a command with this standard input, and waits for it. */
const launcher = (stdin: "pipe" | "ignore"): string[] => [
  process.execPath,
  "-e",
  "const [stdin, command, ...args] = process.argv.slice(1); require('node:child_process').spawn(command, args, { stdio: [stdin, 'inherit', 'inherit'] })",
  stdin,
];

/** Waits until a kernel has started a program so many times. */
async function runs(kernel: number, program: RegExp, times = 1): Promise<void> {
  while ([...started(kernel).values()].filter(each => program.test(each)).length < times) await sleep(20);
}

async function debugged(kernel: BareKernel): Promise<void> {
  let seq = 0;
  for (const command of ["initialize", "attach"]) {
    const request = { type: "request", seq: ++seq, command, arguments: {} };
    await kernel.ask("debug_request", request, "control");
  }
}

/** What a kernel is brought to before it is told to end. */
const STATES: Record<string, (kernel: BareKernel) => unknown> = {
  "is idle": () => {},
  "spins in a cell": async kernel => kernel.prints(kernel.start("console.log('on'); for (;;);"), "on"),
  "waits for a promise of a cell": async kernel =>
    kernel.prints(kernel.start("console.log('on'); await new Promise(() => {})"), "on"),
  "sits in a program that a cell waits for": async kernel => {
    kernel.start("require('node:child_process').execSync('sleep 312')");
    await runs(kernel.process.pid ?? 0, /sleep 312/);
  },
  "runs %%bash, which heeds no signal": async kernel => {
    kernel.start("%%bash\ntrap '' TERM HUP INT\nsleep 313 &\nsleep 313");
    await runs(kernel.process.pid ?? 0, /sleep 313/, 2);
  },
  "waits for an answer to a prompt": async kernel => {
    kernel.start("prompt('?')", { allow_stdin: true });
    await kernel.until(({ channel }) => channel === "stdin");
  },
  "is stopped by the debugger": async kernel => {
    await debugged(kernel);
    kernel.start("debugger;\n1");
    await kernel.until(
      ({ header, content }) => header.msg_type === "debug_event" && content["event"] === "stopped",
    );
  },
  "spins in what a comm message has called": async kernel => {
    const cell = kernel.start(`
      const slider = (await import("netspace/widgets")).intSlider();
      slider.on("value", () => { console.log("on"); for (;;); });
      slider`);
    const { content } = await kernel.until(({ header }) => header.msg_type === "comm_open");
    await kernel.reply(cell);
    const opened = kernel.heard.filter(({ header }) => header.msg_type === "comm_open");
    for (const each of [content, ...opened.map(open => open.content)]) {
      const data = { method: "update", state: { value: 1 }, buffer_paths: [] };
      kernel.send("comm_msg", { comm_id: each["comm_id"], data });
    }
    await kernel.prints(cell, "on");
  },
  "is busy in a subshell": async kernel => {
    const { content } = await kernel.ask("create_subshell_request", {}, "control");
    const header = { subshell_id: content["subshell_id"] };
    await kernel.prints(kernel.start("console.log('on'); for (;;);", {}, header), "on");
  },
  "has lost its language server three times": async kernel => {
    for (let i = 0; i < 3; i++) {
      await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
      const server = [...started(kernel.process.pid ?? 0)].find(([, command]) => command.includes("--lsp"));
      if (!server) continue;
      process.kill(server[0], "SIGKILL");
      await gone(new Map([server]));
    }
  },
  "has a language server that does not answer": async kernel => {
    await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
    const server = [...started(kernel.process.pid ?? 0)].find(([, command]) => command.includes("--lsp"));
    assert.ok(server);
    process.kill(server[0], "SIGSTOP");
  },
  "is about to end": kernel => {
    kernel.send("shutdown_request", { restart: false }, "control");
  },
  "has just lost the process of its cells": kernel => {
    kernel.start("process.kill(process.pid, 'SIGKILL')");
  },
  "starts the process of its cells anew": async kernel => {
    await kernel.execute("process.exit(1)");
  },
  "is told to reset, over and over": kernel => {
    for (let i = 0; i < 5; i++) kernel.start("%reset");
  },
  "cannot start the process of its cells": async kernel => {
    rmSync(kernel.folder, { recursive: true });
    await kernel.execute("process.exit(1)");
    await kernel.execute("1");
  },
};

describe("the end of a kernel", options, () => {
  const kernels: BareKernel[] = [];
  const launch = (how?: BareOptions): BareKernel => {
    const kernel = new BareKernel(how);
    kernels.push(kernel);
    return kernel;
  };
  after(() => Promise.all(kernels.map(kernel => kernel.close())));

  for (const [state, reach] of Object.entries(STATES)) {
    test(`SIGTERM ends a kernel that ${state}, and all that it has started`, async () => {
      const kernel = await launch().ready();
      await kernel.execute(LEAVE_RUNNING);
      await runs(kernel.process.pid ?? 0, /^sleep 311/, 6);
      const before = started(kernel.process.pid ?? 0);
      await reach(kernel);
      const processes = started(kernel.process.pid ?? 0);
      // One without a mark, in a session of its own, is out of reach once the cells' process has crashed, which may be
      // now.
      if (state.includes("just lost"))
        for (const [pid, command] of processes)
          if (command.startsWith("sleep 311") && markOf(pid) === undefined) processes.delete(pid);
      const begin = performance.now();
      kernel.process.kill("SIGTERM");
      assert.equal(await kernel.ended(), 0, kernel.told);
      if (process.env["NETSPACE_TIMES"]) console.log(`${state}: ${Math.round(performance.now() - begin)} ms`);
      await gone(processes);
      for (const [pid, command] of before)
        if (lives(pid) && command.startsWith("sleep 311")) process.kill(pid, "SIGKILL");
    });
  }

  test("SIGHUP ends a kernel as SIGTERM does", async () => {
    const kernel = await launch().ready();
    const processes = started(kernel.process.pid ?? 0);
    kernel.process.kill("SIGHUP");
    assert.equal(await kernel.ended(), 0, kernel.told);
    await gone(processes);
  });

  for (const how of [
    "%reset",
    "process.exit(1)",
    "process.kill(process.pid, 'SIGKILL')",
    "process.abort()",
  ]) {
    test(`${how} ends what cells have started, and the next cell runs`, async () => {
      const kernel = await launch().ready();
      await kernel.execute(LEAVE_RUNNING.replace(/.*env: \{\}.*/, ""));
      const pid = kernel.process.pid ?? 0;
      await runs(pid, /^sleep 311/, 5);
      const left = [...started(pid)].filter(([, command]) => /sleep 311|-e/.test(command));
      assert.ok(left.length >= 6, String(left));
      await kernel.execute(how);
      assert.equal((await kernel.execute("let left = 1"))["status"], "ok");
      await gone(new Map(left));
    });
  }

  test("a kernel that is killed leaves nothing behind, whatever its cells do", async () => {
    for (const code of [
      "1",
      "console.log('on'); for (;;);",
      "console.log('on'); require('node:child_process').execSync('sleep 312')",
    ]) {
      const kernel = await launch().ready();
      await kernel.execute(LEAVE_RUNNING);
      await kernel.ask("complete_request", { code: "Math.", cursor_pos: 5 });
      const id = kernel.start(code);
      if (code.includes("on")) await kernel.prints(id, "on");
      const pid = kernel.process.pid ?? 0;
      await runs(pid, /^sleep 311/, 6);
      const processes = started(pid);
      kernel.process.kill("SIGKILL");
      await gone(processes);
    }
  });

  test("a program started without the mark of its kernel may outlive it", async () => {
    const kernel = await launch().ready();
    await kernel.execute(`%%bash\nenv -u ${MARK} setsid sleep 314 > /dev/null 2>&1 < /dev/null &`);
    const isIt = () =>
      processTable().find(({ pid }) => read(pid, "cmdline").startsWith("sleep\u0000314"))?.pid;
    while (isIt() === undefined) await sleep(20);
    kernel.process.kill("SIGTERM");
    await kernel.ended();
    const pid = isIt();
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
  });

  test("streams that a kernel shares with the process that started it go on blocking", async () => {
    const kernel = launch({ stdio: ["ignore", "pipe", "ignore"] });
    await kernel.ready();
    // By then the history has been written.
    const { content } = await kernel.ask("history_request", { hist_access_type: "tail", n: 1 });
    assert.equal(content["status"], "ok");
    const flags = /^flags:\s+(\d+)/m.exec(read(kernel.process.pid ?? 0, "fdinfo/1"))?.[1] ?? "";
    assert.equal(Number.parseInt(flags, 8) & constants.O_NONBLOCK, 0, flags);
  });

  test("a kernel whose standard error breaks answers, logs no further, and ends", async () => {
    const full = openSync("/dev/full", "w");
    for (const stderr of [full, "pipe"] as const) {
      const kernel = launch({ stdio: ["ignore", "ignore", stderr] });
      await kernel.ready();
      kernel.process.stderr?.destroy();
      // Each is logged.
      for (let i = 0; i < 30; i++) kernel.send("comm_msg", { comm_id: i });
      assert.equal((await kernel.execute("1"))["status"], "ok");
      kernel.send("no_request", { deep: 1 }, "stdin");
      assert.equal((await kernel.ask("kernel_info_request", {}, "control")).content["status"], "ok");
      kernel.process.kill("SIGTERM");
      assert.equal(await kernel.ended(), 0);
    }
    closeSync(full);
  });

  for (const [whom, env] of [
    ["a Jupyter server", { JPY_PARENT_PID: "1" }],
    ["a launcher that names nobody, and holds the kernel's input", {}],
  ] as const) {
    test(`a kernel ends when ${whom} is killed`, async () => {
      const kernel = launch({ launcher: launcher("pipe"), env, stdio: "ignore" });
      await kernel.ready();
      const processes = started(await kernel.pid());
      kernel.process.kill("SIGKILL");
      await kernel.ended();
      // It is not told by a signal, and its standard error is gone.
      await gone(processes);
    });
  }

  test("a kernel ends when the server that its environment names is killed, whatever stands between them", async () => {
    const server = spawn("sleep", ["315"]);
    const kernel = launch({ env: { JPY_PARENT_PID: String(server.pid) } });
    await kernel.ready();
    server.kill("SIGKILL");
    assert.equal(await kernel.ended(), 0);
  });

  test("a kernel that was put into the background stays when its parent has gone", async () => {
    const kernel = launch({ launcher: launcher("ignore"), stdio: "ignore" });
    await kernel.ready();
    const pid = await kernel.pid();
    kernel.process.kill("SIGKILL");
    await kernel.ended();
    await sleep(2500);
    assert.ok(lives(pid));
    process.kill(pid, "SIGTERM");
    await gone(new Map([[pid, "the kernel"]]));
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`${signal} ends a kernel at any moment of its start, and the process for its cells`, async () => {
      for (const wait of [0, 50, 100, 150, 200, 250, 300, 400, 600]) {
        const kernel = launch();
        await sleep(wait);
        const processes = started(kernel.process.pid ?? 0);
        kernel.process.kill(signal);
        // Before its program has begun, Node ends by the signal itself.
        const end = await kernel.ended();
        assert.ok(end === 0 || end === signal, kernel.told);
        await gone(processes);
      }
    });
  }
});
