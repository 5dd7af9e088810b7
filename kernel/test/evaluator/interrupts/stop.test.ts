/** Stop, whatever keeps the thread: with an await before it, in files and packages, in what is no loop of a cell. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EvaluatorHost } from "../../../evaluator/host.js";
import type { DoneEvent, OutputEvent } from "../../../protocol/evaluator.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { serveHost } from "../../support/repository.js";

serveHost();

const FIB = "const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));";
/** `(module (func (export "f") (loop (br 0))))` */
const WASM = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11";

/** Code that never ends. Each is stopped as it stands, and with an await before it. */
const endless: Record<string, string> = {
  "a loop": "for (;;);",
  recursion: `${FIB} fib(60)`,
  "nested callbacks":
    "const a = Array.from({ length: 1e6 }, (_, i) => i); a.forEach(() => a.forEach(() => {}))",
  sorting: "for (;;) Array.from({ length: 1e6 }, (_, i) => -i).sort((x, y) => x - y)",
  "a regular expression": '/^(a+)+$/.test("a".repeat(40) + "b")',
  WebAssembly: `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${WASM}]))).exports.f()`,
  "an iterator":
    "new Set({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) } as never)",
  "printing without end":
    '"x".repeat(1e6).split("").forEach((_, i, all) => all.forEach(() => console.log(i)))',
  "a replacer": 'const s = "a".repeat(1e6); s.replace(/a/g, () => s.replace(/a/g, () => "b"))',
  "code of another script": '(0, eval)("for (;;);")',
  "a context of one's own": 'require("node:vm").runInNewContext("for (;;);")',
  "a function of a local file": 'import { spin } from "./spin.ts"; spin()',
  "recursion of a local file": 'import { fib } from "./spin.ts"; fib(60)',
  "an async function of a local file": 'import { later } from "./spin.ts"; await later()',
  "a local file that spins while it is imported": 'await import("./spins-at-once.ts")',
  "a package": 'import { spin } from "spinner"; spin()',
  "a package of CommonJS": 'require("spinner-cjs").spin()',
  "a package that spins while it is required": 'require("spinner-cjs/at-once.js")',
  "a package that spins while it is imported": 'await import("spinner/at-once")',
  "a listener": `${FIB} const e = new (require("node:events").EventEmitter)(); e.on("x", () => fib(60)); e.emit("x")`,
  "an async function that calls itself":
    "async function poll(): Promise<void> { await null; return poll() }; await poll()",
  "a chain of promises": "const f = (): Promise<void> => Promise.resolve().then(f); await f()",
  "a chain of microtasks": "const m = () => queueMicrotask(m); m(); await new Promise(() => {})",
  "a chain of ticks": "const t = () => process.nextTick(t); t(); await new Promise(() => {})",
  "a timer's callback": `${FIB} setTimeout(() => fib(60), 1); await new Promise(() => {})`,
  "an immediate's callback": `${FIB} setImmediate(() => fib(60)); await new Promise(() => {})`,
  "a file's callback": `${FIB} require("node:fs").stat(".", () => fib(60)); await new Promise(() => {})`,
  "a cell that listens to SIGINT": `process.once("SIGINT", () => {}); ${FIB} fib(60)`,
  "an AsyncResource's callback": `${FIB} new (require("node:async_hooks").AsyncResource)("x").runInAsyncScope(() => fib(60))`,
  "a test of node:test": `${FIB} await require("node:test").test("x", () => { fib(60) })`,
  "what hears that it is to stop": `${FIB} globalThis[Symbol.for("Jupyter.signal")].addEventListener("abort", () => fib(60)); await new Promise(() => {})`,
  "a finally that spins": `${FIB} try { throw 1 } finally { fib(60) }`,
};

describe("Stop", { timeout: 300_000 }, () => {
  const outputs: OutputEvent[] = [];
  let host: EvaluatorHost;
  let id = 0;

  before(() => {
    const folder = temporaryFolder();
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    };
    const spin = "export function spin() { for (let i = 0; ; i++) globalThis.turns = i; }\n";
    write(
      "spin.ts",
      `export function spin(): never { for (;;); }
       export ${FIB}
       export async function later(): Promise<number> { await null; return fib(60); }\n`,
    );
    write("spins-at-once.ts", "for (let i = 0; ; i++) (globalThis as { turns?: number }).turns = i;\n");
    const manifest = {
      name: "spinner",
      type: "module",
      exports: { ".": "./index.js", "./at-once": "./at-once.js" },
    };
    write("node_modules/spinner/package.json", JSON.stringify(manifest));
    write("node_modules/spinner/index.js", spin);
    write("node_modules/spinner/at-once.js", "for (let i = 0; ; i++) globalThis.turns = i;\n");
    write("node_modules/spinner-cjs/package.json", '{ "name": "spinner-cjs", "main": "index.js" }');
    write("node_modules/spinner-cjs/index.js", "exports.spin = () => { for (;;); };\n");
    write("node_modules/spinner-cjs/at-once.js", "for (;;);\n");
    host = new EvaluatorHost({ folder, output: event => void outputs.push(event), rawOutput: () => {} });
    host.start();
  });
  after(() => host.stop());

  const execute = (code: string): Promise<DoneEvent> => {
    id++;
    return host.execute({ type: "execute", id, count: id, code, silent: false, userExpressions: {} });
  };
  const textOf = (execution: number): string =>
    outputs.map(event => (event.type === "stream" && event.id === execution ? event.text : "")).join("");
  const begun = async (execution: number): Promise<void> => {
    while (!textOf(execution).includes("on")) await sleep(2);
    // Into the midst of it.
    await sleep(20);
  };

  for (const [what, code] of Object.entries(endless)) {
    for (const [when, awaited] of Object.entries({ "": "", ", after an await": "await null; " })) {
      test(`ends ${what}${when}, and keeps variables`, async () => {
        const first = id;
        await execute("let kept = 41");
        // Names of a function's own, so that cases may share them.
        const [imports, rest] = split(code);
        const running = execute(
          `${imports} kept++; console.log("on"); await (async () => { ${awaited}${rest} })()`,
        );
        await begun(id);
        host.interrupt();
        assert.equal((await running).error?.ename, "Interrupted");
        await execute("console.log(kept)");
        assert.equal(textOf(id), "42\n");
        // Timers, ticks, immediates, promises and the identity of a cell still work.
        await execute(`await new Promise(done => process.nextTick(() => setImmediate(() => setTimeout(done, 1))));
          setTimeout(() => console.log("late"), 1); await new Promise(done => setTimeout(done, 5))`);
        assert.equal(textOf(id), "late\n");
        assert.equal(id, first + 4);
      });
    }
  }

  test("ends a value's own way to show itself, and keeps variables", async () => {
    for (const value of [
      "{ get [Symbol.toStringTag]() { return String(fib(60)); } }",
      '{ [Symbol.for("nodejs.util.inspect.custom")]: () => String(fib(60)) }',
      '{ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": String(fib(60)) }) }',
      "{ toString: () => String(fib(60)) } + ''",
    ]) {
      await execute(`let kept = 42; ${FIB}`);
      const running = execute(`console.log("on"); (${value})`);
      await begun(id);
      host.interrupt();
      assert.equal((await running).error?.ename, "Interrupted", value);
      await execute("console.log(kept)");
      assert.equal(textOf(id), "42\n");
    }
  });

  test("a module that was broken off while it was required is loaded from its beginning again", async () => {
    const load = 'console.log("on"); require("spinner-cjs/at-once.js")';
    for (const await_ of ["", "await null;", ""]) {
      const running = execute(`${await_} ${load}`);
      await begun(id);
      host.interrupt();
      assert.equal((await running).error?.ename, "Interrupted");
    }
  });

  test("a cell that waits for what can never come is still waiting after garbage was collected", async () => {
    const running = execute(`const { setFlagsFromString } = require("node:v8");
      setFlagsFromString("--expose-gc");
      const collect = require("node:vm").runInNewContext("gc");
      setTimeout(() => { for (let i = 0; i < 5; i++) collect(); console.log("on"); }, 20);
      await new Promise(() => {})`);
    await begun(id);
    host.interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
  });

  test("ends what calls the code of a cell again after Stop", async () => {
    const running = execute(`${FIB} const { Worker } = require("node:worker_threads");
      new Worker('for (let i = 0; i < 5; i++) require("node:worker_threads").parentPort.postMessage(i)', { eval: true })
        .on("message", () => { console.log("on"); fib(60); });
      await new Promise(() => {})`);
    await begun(id);
    host.interrupt();
    assert.equal((await running).error?.ename, "Interrupted");
    // Whatever is still to come keeps nothing for long.
    while (textOf(id).split("on").length <= 5) await sleep(5);
    await sleep(400);
    assert.equal((await execute("console.log('on')")).error, undefined);
  });

  test("a chain of ticks that was stopped leaves the next such chain alone", async () => {
    const chain = (name: string, ms: number, end: string): string =>
      `await null; const ${name} = () => { if (performance.now() < ${name}.end) process.nextTick(${name}) };
       ${name}.end = performance.now() + ${ms}; console.log("on"); ${name}(); await new Promise(${end})`;
    for (const round of [1, 2, 3]) {
      const running = execute(chain(`first${round}`, 1e6, "() => {}"));
      await begun(id);
      host.interrupt();
      assert.equal((await running).error?.ename, "Interrupted");
      const next = execute(chain(`second${round}`, 150, "done => setTimeout(done, 1)"));
      assert.equal((await next).error, undefined);
    }
  });

  test("only what ran is stopped: the next cell, handed over at once, is not", async () => {
    for (let round = 0; round < 10; round++) {
      const running = execute(
        `console.log("on"); await null; ${FIB.replaceAll("fib", `fib${round}`)} fib${round}(60)`,
      );
      await begun(id);
      host.interrupt();
      assert.equal((await running).error?.ename, "Interrupted");
      const next = "await new Promise(done => setTimeout(done, 30))";
      assert.equal((await execute(next)).error, undefined);
    }
  });
});

/** Imports stand outside the function that the rest goes into. */
function split(code: string): [imports: string, rest: string] {
  const end = code.startsWith("import {") ? code.indexOf(";") + 1 : 0;
  return [code.slice(0, end), code.slice(end)];
}
