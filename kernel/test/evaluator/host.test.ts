/** The evaluator in a process of its own, without sockets. */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EvaluatorHost } from "../../evaluator/host.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import type { DoneEvent, OutputEvent } from "../../protocol/evaluator.js";
import { serveHost } from "../support/repository.js";

serveHost();

describe("the evaluator's host", { timeout: 300_000 }, () => {
  const outputs: OutputEvent[] = [];
  const raw: string[] = [];
  let host: EvaluatorHost;
  let id = 0;

  before(() => {
    host = new EvaluatorHost({
      folder: tmpdir(),
      output: event => void outputs.push(event),
      rawOutput: (_, text) => {
        raw.push(text);
      },
      stuckAfter: 200,
    });
    host.start();
  });
  after(() => host.stop());

  const execute = (code: string): Promise<DoneEvent> => {
    id++;
    return host.execute({ type: "execute", id, count: id, code, silent: false, userExpressions: {} });
  };
  /** Waits until an execution has printed a text. */
  const printed = async (execution: number, text: string): Promise<void> => {
    while (!textOf(execution).includes(text)) await sleep(10);
  };
  const textOf = (execution: number): string =>
    outputs.map(event => (event.type === "stream" && event.id === execution ? event.text : "")).join("");

  test("runs cells handed over before the process is ready", async () => {
    assert.equal((await execute("console.log('first')")).error, undefined);
    assert.equal(textOf(id), "first\n");
  });

  test("gives late errors to the cell that caused them", async () => {
    const { error } = await execute("Promise.reject(new Error('nobody cares')); 1");
    const cause = id;
    assert.equal(error, undefined);
    assert.match(textOf(cause), /Uncaught \(in promise\).*nobody cares/);
    await execute("setTimeout(() => { throw new RangeError('from a timer') }, 20); 1");
    const timer = id;
    await execute("await new Promise(resolve => setTimeout(resolve, 60))");
    assert.match(textOf(timer), /Uncaught.*from a timer/);
    assert.equal(textOf(id), "");
  });

  test("keeps the order of display and text", async () => {
    await execute("console.log('a'); display('b'); console.error('c'); console.log('d')");
    const kinds = outputs
      .filter(event => event.id === id)
      .map(event => (event.type === "stream" ? event.name : event.type));
    assert.deepEqual(kinds, ["stdout", "display", "stderr", "stdout"]);
  });

  test("shows all that a cell printed before it began to spin, a flood's end included", async () => {
    const running = execute("for (let i = 0; i < 100; i++) console.log(`line ${i}`); while (true) {}");
    await printed(id, "line 99\n");
    host.interrupt();
    await running;
  });

  test("text shown early, because the cell was busy, is shown once and in its place", async () => {
    await execute(`
      const busy = (ms: number) => { for (const start = Date.now(); Date.now() - start < ms; ) {} };
      for (let round = 0; round < 12; round++) {
        for (let i = 0; i < 20; i++) console.log(round + "." + i);
        busy(round * 10);
        if (round % 2) console.error("e" + round);
        for (let i = 20; i < 30; i++) console.log(round + "." + i);
        busy(round * 10);
        if (round % 3) display(round);
      }`);
    const shown = outputs.flatMap(event => {
      if (event.type === "stream" && event.id === id) return event.text.trimEnd().split("\n");
      return event.type === "display" && event.id === id ? [`d${event.data["text/plain"] as string}`] : [];
    });
    const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const expected = numbers(0, 12).flatMap(round => [
      ...numbers(0, 20).map(i => `${round}.${i}`),
      ...(round % 2 ? [`e${round}`] : []),
      ...numbers(20, 30).map(i => `${round}.${i}`),
      ...(round % 3 ? [`d${round}`] : []),
    ]);
    assert.deepEqual(shown, expected);
  });

  test("threads of cells have the young generation that they ask for, and Node's own when they ask for none", async () => {
    const { error } = await execute(`
      import { Worker } from "node:worker_threads";
      const source = \`
        const { getHeapSpaceStatistics } = require("node:v8");
        const kept = [];
        let most = 0;
        for (let i = 0; i < 2e6; i++) {
          kept[i % 50_000] = { i };
          if (i % 1000 > 0) continue;
          const { space_size } = getHeapSpaceStatistics().find(space => space.space_name === "new_space");
          most = Math.max(most, space_size / 2 ** 20);
        }
        require("node:worker_threads").parentPort.postMessage(most);\`;
      const most = (resourceLimits?: object) =>
        new Promise(resolve => new Worker(source, { eval: true, resourceLimits }).once("message", resolve));
      console.log(await most({ maxYoungGenerationSizeMb: 3 }), await most());`);
    assert.equal(error, undefined);
    const [small, usual] = textOf(id).split(" ").map(Number);
    // What it may grow to is two halves of this, and pages on their way out.
    assert.ok(small !== undefined && small <= 6, `twice 3 MB at most, had ${small}`);
    assert.ok(usual !== undefined && usual > 8, `more than this thread's 8 MB, had ${usual}`);
  });

  test("shows all that a cell printed before it ended the process", async () => {
    const { error } = await execute(
      "for (let i = 0; i < 100; i++) console.log(`line ${i}`); process.exit(3)",
    );
    assert.equal(error?.ename, "EvaluatorEnded");
    assert.ok(textOf(id).endsWith("line 99\n"));
  });

  test("shows texts of every length and alphabet as written, in order", async () => {
    const pieces = [
      "",
      "é",
      "😀".repeat(3000),
      "a".repeat(4096),
      "漢".repeat(4097),
      "\u0000\n",
      "z".repeat(200_000),
    ];
    await execute(`for (const piece of ${JSON.stringify(pieces)}) process.stdout.write(piece)`);
    assert.equal(textOf(id), pieces.join(""));
  });

  test("prints as Node does, groups and substitutions included", async () => {
    await execute(
      "console.log('%s-%d', 'a', 5, { b: [1] }); console.group('g'); console.log('in'); console.groupEnd(); console.log('out'); console.table([1])",
    );
    assert.match(textOf(id), /^a-5 \{ b: \[ 1 \] \}\ng\n {2}in\nout\n┌/);
  });

  test("hides the channel to the front from cells", async () => {
    await execute(
      'console.log(...["send", "disconnect", "channel", "connected", "_channel"].map(name => typeof Reflect.get(process, name)))',
    );
    assert.equal(textOf(id), "undefined undefined undefined undefined undefined\n");
    await execute(`var heard: unknown[] = [];
      process.prependListener("message", message => { heard.push(message); throw new Error("heard"); })`);
    await execute("console.log(heard.length, process.listenerCount('message'))");
    assert.equal(textOf(id), "0 1\n");
  });

  test("cells that take listeners away from their process keep it, and what tells of their errors", async () => {
    for (const which of ["", '"message"', '"uncaughtException"', '"exit"', '"SIGINT"']) {
      await execute(`process.on("mine", () => {}); process.removeAllListeners(${which})`);
      await execute(
        "setTimeout(() => { throw new Error('late') }, 1); await new Promise(done => setTimeout(done, 30)); console.log('on')",
      );
      assert.match(textOf(id), /: late[^]*on\n$/, which);
    }
    await execute(
      'console.log(process.listenerCount("mine") > 0, process.removeAllListeners().pid === process.pid)',
    );
    assert.equal(textOf(id), "true true\n");
    await execute('console.log(process.listenerCount("mine"), process.emitWarning === undefined)');
    assert.equal(textOf(id), "0 false\n");
  });

  test("tells what a cell prints before it computes, line separators of Unicode included", async () => {
    const running = execute(
      "for (let i = 0; i < 100; i++) console.log(`line\\u2028${i}\\u2029`); while (true) {}",
    );
    await printed(id, "line\u202899\u2029");
    host.interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
  });

  test("interrupts a spinning cell, before and after an await, and keeps variables", async () => {
    for (const code of [
      "let k = 1; console.log('on'); while (true) {}",
      "k = 2; await null; console.log('on'); while (true) {}",
      "k = 3; console.log('on'); for (;;) await null",
    ]) {
      const running = execute(code);
      await printed(id, "on");
      host.interrupt();
      assert.equal((await running).error?.ename, "Interrupted");
    }
    await execute("console.log(k)");
    assert.equal(textOf(id), "3\n");
  });

  test("interrupts what an ended cell left spinning, in a timer or after an await, and keeps variables", async () => {
    const late = "new Promise(done => setTimeout(done, 30))";
    for (const code of [
      "let left = 1; setTimeout(() => { console.log('on'); while (true) {} }, 30)",
      `left = 2; (async () => { await ${late}; console.log('on'); while (true) {} })().catch(() => {})`,
      `left = 3; void (async () => { await ${late}; console.log('on'); for (;;) await null })()`,
    ]) {
      assert.equal((await execute(code)).error, undefined);
      const cause = id;
      await printed(cause, "on");
      host.interrupt();
      assert.equal((await execute("console.log(left)")).error, undefined);
      assert.match(textOf(id), /^[123]\n$/);
      const told = code.includes("catch") ? "" : "the callback was interrupted\n";
      assert.equal(textOf(cause), `on\n${told}`);
    }
    // A cell that waits for the thread is stopped along with what keeps it.
    await execute("setTimeout(() => { console.log('on'); while (true) {} }, 30)");
    await printed(id, "on");
    const waiting = execute("left = 4");
    host.interrupt();
    assert.equal((await waiting).error?.ename, "Interrupted");
    await execute("console.log(left)");
    assert.equal(textOf(id), "3\n");
  });

  test("interrupts while nothing runs do nothing", async () => {
    for (let i = 0; i < 5; i++) host.interrupt();
    await sleep(50);
    assert.equal((await execute("for (let i = 0; i < 10; i++) await null")).error, undefined);
  });

  test("interrupts a cell that was not even started yet", async () => {
    const running = execute("while (true) {}");
    host.interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
  });

  test("an interrupt hits its own cell or none, also when it comes as the cell ends", async () => {
    const spin = (ms: number) => `{ const t = performance.now(); while (performance.now() - t < ${ms}) {} }`;
    // Under load the listening thread is late, and the 15 ms after which it sends a signal are not what they say.
    await execute(`const load = [1, 2, 3].map(() =>
      new (require("node:worker_threads").Worker)("for (;;);", { eval: true }))`);
    for (let round = 0; round < 60; round++) {
      // Code that a cell evaluates has no loop guards: a signal alone reaches it.
      const running = execute(`(0, eval)(${JSON.stringify(spin(13 + (round % 12) / 2))})`);
      host.interrupt();
      const hit = (await running).error;
      assert.ok(hit === undefined || hit.ename === "Interrupted", hit?.evalue);
      assert.equal((await execute(`let declared${round} = 1`)).error, undefined);
      assert.equal((await execute(`for (let i = 0; i < 3; i++) declared${round}++`)).error, undefined);
    }
    await execute("for (const worker of load) await worker.terminate()");
  });

  test("ends the process when code in no reach of interrupts does not stop", async () => {
    const pipe = path.join(temporaryFolder(), "pipe");
    const running = execute(
      `await null; require('node:child_process').execSync('mkfifo ' + ${JSON.stringify(pipe)})
      console.log('on'); require('node:fs').readFileSync(${JSON.stringify(pipe)})`,
    );
    await printed(id, "on");
    host.interrupt();
    host.interrupt();
    const { error } = await running;
    assert.equal(error?.ename, "EvaluatorEnded");
    assert.match(error?.evalue ?? "", /did not stop within 0\.2 s of a second interrupt/);
    await execute("console.log('again')");
    assert.equal(textOf(id), "again\n");
  });

  test("says how the process ended and starts it anew", async () => {
    const { error } = await execute("console.log('last words'); process.exit(3)");
    assert.equal(textOf(id), "last words\n");
    assert.match(error?.evalue ?? "", /ended with exit code 3; it was started anew, variables are lost/);
    await execute("console.log('again')");
    assert.equal(textOf(id), "again\n");
  });

  test("passes on what is written past process.stdout", async () => {
    await execute("require('node:fs').writeSync(1, 'raw')");
    while (raw.length === 0) await sleep(10);
    assert.deepEqual(raw, ["raw"]);
  });
});
