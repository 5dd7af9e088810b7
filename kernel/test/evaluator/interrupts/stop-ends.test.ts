/** What Stop ends, and what it leaves alone: the stopped cell's own end, its loose ends, and cells beside it. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { processTable } from "../../../processes/process-table.js";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** Ways to keep the thread from the timer that would let the cell come to its end. */
const keeping: Record<string, string> = {
  "a chain of ticks": "const t = () => process.nextTick(t); t()",
  "a chain of ticks that loop": "const t = () => { for (let i = 0; i < 100; i++); process.nextTick(t) }; t()",
  "a chain of microtasks": "const m = () => queueMicrotask(m); m()",
  "a chain of microtasks that loop":
    "const m = () => { for (let i = 0; i < 100; i++); queueMicrotask(m) }; m()",
  "a timer's loop": "setTimeout(() => { for (;;); }, 1)",
  "a timer's recursion": "setTimeout(() => fib(60), 1)",
  "an immediate's loop": "setImmediate(() => { for (;;); })",
  "a file's callback": 'require("node:fs").stat(".", () => fib(60))',
  "an async function that is not awaited": "void (async () => { await null; for (;;); })()",
  "a listener":
    'const e = new (require("node:events").EventEmitter)(); e.on("x", () => { for (;;); }); setTimeout(() => e.emit("x"), 1)',
};

/** Calls that keep the thread in native code until they come to an end by themselves. */
const native: Record<string, string> = {
  execSync: 'console.log("on"); require("node:child_process").execSync("sleep 0.5")',
  execFileSync: 'console.log("on"); require("node:child_process").execFileSync("sleep", ["0.5"])',
  spawnSync: 'console.log("on"); require("node:child_process").spawnSync("sleep", ["0.5"])',
  pbkdf2Sync: 'console.log("on"); require("node:crypto").pbkdf2Sync("a", "b", 1e6, 64, "sha512")',
  "Atomics.wait": 'console.log("on"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)',
  "a pipe with a name": `const pipe = process.cwd() + "/pipe";
    require("node:child_process").execSync("rm -f pipe; mkfifo pipe");
    require("node:child_process").spawn("sh", ["-c", "sleep 0.6; echo > pipe"]);
    console.log("on"); require("node:fs").readFileSync(pipe)`,
  "a database": `console.log("on"); new (require("node:sqlite").DatabaseSync)(":memory:").exec(
    "with recursive c(x) as (select 1 union all select x + 1 from c where x < 2000000) select sum(x) from c")`,
};

/** Why no program can be found that a cell waits for, or false. */
const noProcessTable = processTable().length === 0 && "there is no /proc";

describe("Stop", { timeout: 300_000 }, () => {
  const { run, value, stopped, interrupt } = hostedCells(temporaryFolder());
  before(async () => {
    await run(
      "const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2)); let ran: string[] = []",
    );
  });

  for (const [what, code] of Object.entries(keeping)) {
    test(`a cell that could go on once ${what} was stopped has been interrupted`, async () => {
      for (let round = 0; round < 10; round++) {
        const { error } = await stopped(
          `{ ${code}; console.log("on"); await new Promise(done => setTimeout(done, 30)) }`,
        );
        assert.equal(error?.ename, "Interrupted");
      }
    });
  }

  for (const [what, code] of Object.entries(native)) {
    for (const awaited of ["", "await null; "]) {
      test(`${awaited}nothing runs behind ${what} during which Stop came`, async () => {
        const { error, text } = await stopped(
          `${awaited}{ ${code}; console.log("behind") } ran.push("behind"); 7`,
        );
        assert.equal(error?.ename, "Interrupted");
        assert.equal(text, "on\n");
        assert.equal(await value("ran.includes('behind')"), "false");
        assert.equal(await value("await new Promise(done => setTimeout(done, 30, 8))"), "8");
      });
    }
  }

  for (const [what, spins] of Object.entries({
    "a loop": "for (;;);",
    "a recursion": "fib(60)",
    "a chain of ticks": "const t = () => process.nextTick(t); t()",
  })) {
    test(`${what} that a given up cell's timer begins after the Stop is ended without another`, async () => {
      for (let round = 0; round < 3; round++) {
        const { error } = await stopped(
          `{ setTimeout(() => { ${spins} }, 60); console.log("on"); await new Promise(done => setTimeout(done, 1000)) }`,
        );
        assert.equal(error?.ename, "Interrupted");
        assert.equal(await value("await new Promise(done => setTimeout(done, 100, 8))"), "8");
      }
    });
  }

  test("what a given up cell does in order to end is not broken off, nor the next cell with it", async () => {
    for (let round = 0; round < 5; round++) {
      const { error } = await stopped(`{
        const busy = (until: number) => Array.from({ length: 1e6 }).some(() => (fib(12), Date.now() > until));
        const signal: AbortSignal = (globalThis as any)[Symbol.for("Jupyter.signal")];
        signal.onabort = () => setTimeout(() => { busy(Date.now() + 250); ran.push("in order ${round}") }, 10);
        console.log("on"); await new Promise(done => setTimeout(done, 1000)) }`);
      assert.equal(error?.ename, "Interrupted");
      assert.equal(await value("await new Promise(done => setTimeout(done, 20, 8))"), "8");
      assert.equal(await value(`ran.includes("in order ${round}")`), "true");
    }
  });

  test("a program that a cell waits for ends with it, and no other", { skip: noProcessTable }, async () => {
    await run('const { spawn, execSync, execFileSync, spawnSync } = require("node:child_process")');
    await run('const before = spawn("sleep", ["315"])');
    for (const call of [
      'execSync("sleep 316")',
      'execFileSync("sleep", ["316"])',
      'spawnSync("sleep", ["316"])',
      'execSync("sleep 316; sleep 316", { stdio: "inherit" })',
      'execSync("sh -c \\"sleep 316; true\\"; true")',
    ]) {
      for (const awaited of ["", "await null; "]) {
        const { error } = await stopped(`${awaited}console.log("on"); ${call}; ran.push("behind")`);
        assert.equal(error?.ename, "Interrupted", call);
      }
    }
    // Of an ended cell's timer, too.
    await run('setTimeout(() => { console.log("on"); execSync("sleep 316") }, 1)', /on/);
    interrupt();
    assert.equal(await value("ran.includes('behind')"), "false");
    assert.equal(await value("[before.exitCode, before.signalCode]"), "[ null, null ]");
    // One that heeds no Ctrl-C ends at the second.
    const running = stopped('console.log("on"); execSync("trap \'\' INT; sleep 317")');
    await sleep(500);
    interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
    assert.equal(await value("before.kill()"), "true");
  });

  test("what cleans up behind a program during which Stop came does, and its loop turns no more", async () => {
    const program = 'require("node:child_process").execSync("sleep 0.4")';
    for (const code of [
      `try { console.log("on"); ${program}; ran.push("behind") } finally { ran.push("end") }`,
      `try { for (;;) { console.log("on"); ${program}; ran.push("behind") } } finally { ran.push("end") }`,
    ]) {
      assert.equal((await stopped(`ran = []; ${code}`)).error?.ename, "Interrupted");
      assert.equal(await value("ran.join()"), "'end'");
    }
  });

  test("programs that clean up behind a Stop run to their end, unless there is another", {
    skip: noProcessTable,
  }, async () => {
    await run('const { execSync } = require("node:child_process")');
    const clean = (program: string) => `ran.push(execSync("${program}; echo done").toString().trim())`;
    for (const [what, cleanup] of [
      ["for (;;) {}", `${clean("true")}; ${clean("sleep 0.5")}`],
      ['execSync("sleep 318")', `${clean("true")}; ${clean("sleep 0.5")}`],
      ['for (;;) execSync("sleep 0.05")', `${clean("sleep 0.1")}; ${clean("sleep 0.5")}`],
    ]) {
      const code = `ran = []; try { console.log("on"); ${what}; ran.push("behind") } finally { ${cleanup} }`;
      assert.equal((await stopped(code)).error?.ename, "Interrupted", what);
      assert.equal(await value("ran.join()"), "'done,done'", what);
    }
    const endless = `ran = []; try { console.log("on"); for (;;) {} } finally { ${clean("sleep 319")} }`;
    const running = stopped(endless);
    await sleep(700);
    interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
    assert.equal(await value("ran.join()"), "''");
  });

  test("a loop with other native calls in it ends by its own flag, so that its finally blocks run", async () => {
    const { error } = await stopped(`ran = []; try {
      for (;;) { console.log("on"); require("node:crypto").pbkdf2Sync("a", "b", 1e6, 64, "sha512") }
    } finally { ran.push("end") }`);
    assert.equal(error?.ename, "Interrupted");
    assert.equal(await value("ran.join()"), "'end'");
  });

  test("a cell that ends together with what it did not wait for has been interrupted", async () => {
    const loose =
      'console.log("on"); void (async () => { await null; for (;;); })(); await null; await null; 5';
    assert.equal((await stopped(loose)).error?.ename, "Interrupted");
  });

  test("a cell that caught the interrupt goes on, and one that throws instead has thrown that", async () => {
    const caught = await stopped('console.log("on"); try { for (;;); } catch {} 6');
    assert.equal(caught.error, undefined);
    assert.equal(caught.value, "6");
    const thrown = await stopped(
      'console.log("on"); try { for (;;); } finally { throw new RangeError("mine") }',
    );
    assert.equal(thrown.error?.ename, "RangeError");
  });

  test("a cell that was given up shows no value later", async () => {
    await value("7");
    const { error } = await stopped(
      'console.log("on"); await new Promise(done => setTimeout(done, 100)); 42',
    );
    assert.equal(error?.ename, "Interrupted");
    const after = await run("await new Promise(done => setTimeout(done, 200)); _");
    assert.equal(after.value, "7");
  });

  test("the immediates behind one that is broken off come, and those before it did", async () => {
    const spins = 'setImmediate((n: number) => { console.log("on"); fib(n) }, 60)';
    const asAnother = `setImmediate(() => new (require("node:async_hooks").AsyncResource)("x").runInAsyncScope(() => { console.log("on"); fib(60) }))`;
    const pushes = (name: string): string => `setImmediate(() => ran.push("${name}"))`;
    for (const [code, expected] of [
      [`${spins}; ${pushes("c")}`, "c"],
      [`${pushes("a")}; ${spins}; ${pushes("c")}; ${pushes("d")}`, "a,c,d"],
      [`${pushes("a")}; ${spins}; ${spins}; ${pushes("c")}`, "a,c"],
      [`${pushes("a")}; ${pushes("b")}; ${spins}`, "a,b"],
      [`${pushes("a")}; ${asAnother}; ${pushes("c")}`, "a,c"],
    ] as const) {
      const { error } = await stopped(`ran = []; ${code}; await new Promise(() => {})`);
      assert.equal(error?.ename, "Interrupted");
      const turns = "for (let i = 0; i < 5; i++) await new Promise(done => setImmediate(done))";
      assert.equal(await value(`${turns}; ran.join()`), `'${expected}'`);
    }
    // Node still counts its immediates right: it sleeps when it has none.
    const { value: used } = await run(
      "const before = process.cpuUsage(); await new Promise(done => setTimeout(done, 400)); process.cpuUsage(before).user < 200_000",
    );
    assert.equal(used, "true");
  });

  for (const [how, handler] of Object.entries({
    "at once": "fib(60)",
    "in a loop": "for (;;);",
    "in a tick": "process.nextTick(() => fib(60))",
    "in an immediate": "setImmediate(() => fib(60))",
    "in a timer": "setTimeout(() => fib(60), 0)",
  })) {
    test(`cells that await are left alone while a stopped cell is called again and spins ${how}`, async () => {
      const { error } = await stopped(
        `var worker = new (require("node:worker_threads").Worker)(
           'setInterval(() => require("node:worker_threads").parentPort.postMessage(1), 60)', { eval: true });
         worker.on("message", () => { console.log("on"); ${handler} });
         await new Promise(() => {})`,
      );
      assert.equal(error?.ename, "Interrupted");
      for (const wait of [
        "await new Promise(done => setTimeout(done, 50))",
        "await new Promise(done => setImmediate(done))",
        "await new Promise(done => process.nextTick(done))",
        'await require("node:fs").promises.stat(".")',
        "for (let i = 0; i < 5; i++) await new Promise(done => setImmediate(done))",
      ]) {
        assert.equal(await value(`${wait}; 7`), "7");
      }
      await run("await worker.terminate()");
    });
  }
});
