/** What functions of cells say of themselves: text that other engines, threads and contexts can run. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("the text of functions", { timeout: 120_000 }, () => {
  const { run, value, write } = hostedCells(temporaryFolder());
  /** What a cell prints, in one line. */
  const said = async (code: string): Promise<string> => {
    const { text, trace } = await run(code);
    assert.equal(trace, undefined);
    return text.replace(/\s+/g, " ").trim();
  };
  const SUM = "function sum(n: number): number { let s = 0; for (let i = 0; i < n; i++) s += i; return s }";

  test("is the cell's, without types and without what the kernel put in", async () => {
    const plain = "function sum(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }";
    assert.equal(await said(`${SUM}\nconsole.log(String(sum))`), plain);
    assert.equal(
      await said("console.log(`${sum}`, sum.toString() === Function.prototype.toString.call(sum))"),
      `${plain} true`,
    );
    for (const [code, text] of [
      [
        "async (u: string) => { for await (const x of (await import(u)).xs) { x } }",
        "async (u) => { for await (const x of (await import(u)).xs) { x; } }",
      ],
      [
        "function* () { while (1) do yield import.meta.url; while (2) }",
        "function* () { while (1) do yield import.meta.url; while (2); }",
      ],
      [
        "class { static #n = 1; get n() { for (;;) return 1 } async m<T>(t: T) { for (const k in t) k } }",
        "class { static #n = 1; get n() { for (;;) return 1; } async m(t) { for (const k in t) k; } }",
      ],
      [
        "Object.getOwnPropertyDescriptor({ get g() { for (;;) return 1 } }, 'g').get",
        "get g() { for (;;) return 1; }",
      ],
      ["({ m() { while (0); } }).m", "m() { while (0); }"],
      [
        "(function outer() { function inner() { for (;;) ; } return inner })()",
        "function inner() { for (;;); }",
      ],
      ["() => eval('1') + (typeof document)", "() => eval('1') + typeof document"],
      ["x => ({ x, Map, document })", "(x) => ({ x, Map, document })"],
      ["() => { const t = '{/*}*/'; for (;;) return t }", "() => { const t = '{/*}*/'; for (;;) return t; }"],
    ] as const) {
      assert.equal(
        (await said(`console.log(String(${code}))`)).replaceAll('"', "'"),
        text.replaceAll('"', "'"),
      );
    }
    assert.equal(
      await said(
        "const limit = 1; const retry = () => { try { limit = 2; limit++; for (limit of []) ; } catch {} }\nconsole.log(String(retry))",
      ),
      "() => { try { limit = 2; limit++; for (limit of []); } catch {} }",
    );
  });

  test("has `using` and static blocks as they were written, and enums as JavaScript has them", async () => {
    for (const [code, text] of [
      ["() => { using x: any = null }", "() => { using x = null; }"],
      [
        "async () => { await using x = null, y = null; for (;;) break }",
        "async () => { await using x = null, y = null; for (;;) break; }",
      ],
      ["() => { for (using x of []) { using y = x } }", "() => { for (using x of []) { using y = x; } }"],
      [
        "class { static { using x = null; for (;;) break } m() { using x = null; return 1 } }",
        "class { static { using x = null; for (;;) break; } m() { using x = null; return 1; } }",
      ],
      [
        "async function* f() { await using x = null; yield 1 }",
        "async function* f() { await using x = null; yield 1; }",
      ],
    ] as const) {
      assert.equal(await said(`console.log(String(${code}))`), text);
      // Also beside what the cell itself uses.
      assert.equal(await said(`using own = null; console.log(String(${code}))`), text);
    }
    write("uses.ts", "using own: any = null; export const f = () => { using x: any = null; return 1 };");
    assert.equal(
      await said("import { f } from './uses.ts'\nconsole.log(String(f))"),
      "() => { using x = null; return 1; }",
    );
    const kinds = "function kinds(): number { enum Kind { A = 4, B } return Kind.B }";
    assert.equal(await value(`${kinds}\n(await import('node:vm')).runInNewContext(\`(\${kinds})()\`)`), "5");
  });

  test("names functions and globals as the cell does", async () => {
    assert.equal(
      await said("class Map { m() { for (;;) return new Map() } }\nconsole.log(String(Map))"),
      "class Map { m() { for (;;) return new Map(); } }",
    );
    assert.equal(
      await said("function document() { for (;;) return { Map, document } }\nconsole.log(String(document))"),
      "function document() { for (;;) return { Map, document }; }",
    );
    assert.equal(
      await said("const define = (Promise = Map) => Promise\nconsole.log(String(define), define.name)"),
      "(Promise = Map) => Promise define",
    );
    assert.equal(
      await said("async function* Set() {}\nconsole.log(String(Set), Set.name)"),
      "async function* Set() {} Set",
    );
  });

  test("of all other functions is what it was", async () => {
    assert.equal(
      await value(
        "[parseInt, String(Function.prototype.toString), Function.prototype.toString.name].map(String)",
      ),
      "[\n  'function parseInt() { [native code] }',\n  'function toString() { [native code] }',\n  'toString'\n]",
    );
    assert.equal(
      await value(
        "[Function.prototype.toString.length, 'prototype' in Function.prototype.toString, Object.keys(Function.prototype)]",
      ),
      "[ 0, false, [] ]",
    );
    assert.equal(
      await value("String(Object.getOwnPropertyDescriptor(Function.prototype, 'toString').enumerable)"),
      "'false'",
    );
    assert.equal(
      await said("try { Function.prototype.toString.call({}) } catch (e) { console.log(e.name, e.message) }"),
      "TypeError Function.prototype.toString requires that 'this' be a Function",
    );
    write("own.ts", "export function spin(n: number) { for (;;) return n }");
    assert.equal(
      await said("import { spin } from './own.ts'\nconsole.log(String(spin))"),
      "function spin(n) { for (;;) return n; }",
    );
  });

  test("can be taken by workers, other contexts and new functions", async () => {
    const worker = `${SUM}
      const { Worker } = await import("node:worker_threads");
      const made = new Worker(\`require("node:worker_threads").parentPort.postMessage((\${sum})(5))\`, { eval: true });
      await new Promise((done, failed) => made.on("message", done).on("error", failed))`;
    assert.equal(await value(worker), "10");
    assert.equal(await value("(await import('node:vm')).runInNewContext(`(${sum})(5)`)"), "10");
    assert.equal(await value("new Function(`return (${sum})(5)`)()"), "10");
    const loaded =
      "const load = async () => { for (;;) return (await import('node:path')).sep }\n(await import('node:child_process')).execFileSync(process.execPath, ['-p', `(${load})().then(console.log), 1`], { encoding: 'utf8' })";
    assert.match(String(await value(loaded)), /\//);
  });
});
