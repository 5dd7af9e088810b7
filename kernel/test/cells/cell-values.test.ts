/** What a cell gives and keeps, where the letter of TypeScript, of ECMAScript or of a compiler would give something else. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("values of cells", { timeout: 120_000 }, () => {
  const { run, value, failure, write } = hostedCells(temporaryFolder());

  test("what is only said of types or of exports leaves a cell its result", async () => {
    for (const [code, result] of [
      ['import type { Stats } from "node:fs"\n1 + 1', "2"],
      ['import { type Stats } from "node:fs"\n2 + 1', "3"],
      ["export type T1 = 1\n4", "4"],
      ["export interface I1 {}\n5", "5"],
      ["export declare const z1: number\n6", "6"],
      ["type T2 = 1; export { T2 }\n7", "7"],
      ["8\nexport {}", "8"],
      ["const nine = 9\nnine\nexport { nine as ninth };\n;", "9"],
      ["10\ntype T3 = 1; interface I3 {}; declare function d3(): void", "10"],
      ["11; declare global { var g3: number }", "11"],
    ] as const) {
      assert.equal(await value(code), result, code);
    }
    // A declaration behind it is the cell's last word.
    assert.equal(await value("12; export const thirteen = 13"), undefined);
    // A semicolon is JavaScript's habit, and hides nothing.
    assert.equal(await value("14;"), "14");
  });

  test("a cell that is an object is no block", async () => {
    for (const [code, result] of [
      ["#!/usr/bin/env node\n{a:1}", "{ a: 1 }"],
      ["{a:1}", "{ a: 1 }"],
      ['{"k":1}', "{ k: 1 }"],
      ["{...{ a: 1 }, b: 2}", "{ a: 1, b: 2 }"],
      ["// why\n{\n  a: await 1, // one\n  'b': 2\n} // end", "{ a: 1, b: 2 }"],
      ["{ get x() { return 1 }, y() {} }", "{ x: [Getter], y: [Function: y] }"],
      ["{a: 1 as number}.a", "1"],
      ["{}", "{}"],
      ["let a1 = 1, b1 = 2", undefined],
      ["{ a1, b1 }", "{ a1: 1, b1: 2 }"],
    ] as const) {
      assert.equal(await value(code), result, code);
    }
    // Blocks are blocks.
    assert.equal((await run("{ const inner = 1; console.log(inner) }")).text, "1\n");
    assert.equal((await run("{ console.log(2) }")).text, "2\n");
    assert.equal((await run("{ out: for (;;) { break out } }\nconsole.log(3)")).text, "3\n");
    assert.match(await failure("\n{a: 1,\n  b: null.x}"), /line 3, column 11/);
  });

  test("variables that a namespace exports are variables", async () => {
    const code = `namespace Counter {
      export let n = 0, list: number[] = [];
      export var old = "a";
      export function inc() { n++; list = [...list, n]; old += n }
      export namespace Inner { export let deep = 1; deep += 1 }
    }
    Counter.inc(); Counter.n += 10; Counter.inc()
    const seen = [Counter.n, Counter.list, Counter.old, Counter.Inner.deep]`;
    assert.equal(await value(`${code}\nseen`), "[ 12, [ 1, 12 ], 'a112', 2 ]");
    // Run again, it is made anew.
    assert.equal(await value(`${code}\nseen`), "[ 12, [ 1, 12 ], 'a112', 2 ]");
    write("counter.ts", `export ${code}\nexport { seen }`);
    assert.equal(
      await value('import { Counter as Filed, seen as filed } from "./counter.ts"\n[...filed, Filed.n]'),
      "[ 12, [ 1, 12 ], 'a112', 2, 12 ]",
    );
    assert.equal(await value("namespace Const { export const c = 1 }\nConst.c"), "1");
  });

  test("var keeps the value of a name that it declares again", async () => {
    const count = "var state = state || { n: 0 }; state.n++; state.n";
    assert.equal(await value(count), "1");
    assert.equal(await value(count), "2");
    assert.equal(await value("var c = 5"), undefined);
    assert.equal(await value("var c; c"), "5");
    assert.equal(await value("const k1 = 6"), undefined);
    assert.equal(await value("if (false) { var k1 = 7 }\nk1"), "6");
    assert.equal(await value("globalThis.given = 8"), "8");
    assert.equal(await value("var given; given"), "8");
    assert.match(await failure("var failed = null.x"), /TypeError/);
    assert.equal(await value("var failed; failed"), undefined);
    assert.equal(
      await value("var { length: failed = 1 } = [2, 3], fresh; [failed, fresh]"),
      "[ 2, undefined ]",
    );
    // Enums are var in JavaScript, but not what they were.
    assert.equal(await value("enum Kind { A, B }"), undefined);
    assert.equal(await value("enum Kind { C }\nKind"), "{ '0': 'C', C: 0 }");
  });

  test("assignment to a constant fails where it is tried", async () => {
    const caught =
      "const one = 1; let told: unknown; try { ASSIGN } catch (e) { told = [e.name, e.message] }\n[told, one]";
    const refused = `[
  [
    'TypeError',
    'Assignment to constant variable.'
  ],
  1
]`;
    for (const assign of [
      "one = 2",
      "one += 1",
      "one++",
      "[one] = [2]",
      "({ a: one } = { a: 2 })",
      "for (one of [2]) {}",
      "(() => { one = 2 })()",
      "one &&= 2",
    ]) {
      assert.equal(
        String(await value(caught.replace("ASSIGN", assign))).replace(/\s+/g, " "),
        refused.replace(/\s+/g, " "),
        assign,
      );
    }
    // The new value is there before it is refused, and needs none where nothing is assigned.
    assert.equal((await run("const two = 2; try { two = console.log('made') } catch {}")).text, "made\n");
    assert.equal(await value("const three = 3; try { three ||= 4 } catch {}\nthree"), "3");
    // Elsewhere the cell is refused before it does anything.
    const { text, trace } = await run("console.log('ran'); const four = 4; for (four of [1]) {}");
    assert.equal(text, "");
    assert.match(trace ?? "", /Assignment to constant variable 'four'/);
    await failure("const five = 5; try {} catch { five = 6 }");
  });

  test("compilers' helpers are nobody's variables, and each cell has its own", async () => {
    const decorated = (name: string) =>
      `@mark class ${name} { @mark accessor width = 1; @mark static s() { return 2 } }\n[new ${name}().width, ${name}.s()]`;
    await value("let _init = 'mine', _stack = 'too', _error = 'and', _jsx = 'jsx', __create = 'this'");
    await value("const told = []; function mark(v: any, { kind }: any) { told.push(kind) }");
    assert.equal(await value(decorated("First")), "[ 1, 2 ]");
    assert.equal(await value(decorated("Second")), "[ 1, 2 ]");
    assert.equal(await value("[new First().width, new Second().width, told.length]"), "[ 1, 1, 6 ]");
    const using = "using door = { [Symbol.dispose]() { console.log('closed') } }; const opened = 3\nopened";
    const { value: shown, text } = await run(using);
    assert.deepEqual([shown, text], ["3", "closed\n"]);
    assert.equal(
      await value("[_init, _stack, _error, _jsx, __create]"),
      "[ 'mine', 'too', 'and', 'jsx', 'this' ]",
    );
    const names = [...(await run("%who")).text.matchAll(/^\S+/gm)].map(([name]) => name);
    const helpers = names.filter(name => name.startsWith("_"));
    assert.deepEqual(helpers, ["_init", "_stack", "_error", "_jsx", "__create"]);
    for (const name of ["First", "Second", "told", "mark", "opened"]) assert.ok(names.includes(name), name);
    assert.doesNotMatch(await failure(`@mark class Bad { @mark accessor a = null.x }\nnew Bad()`), /\u200c/);
  });

  test("long expressions and chains are compiled as Node compiles them", async () => {
    const sum = (terms: number) => Array.from({ length: terms }, () => "1").join("+");
    assert.equal(await value(sum(20_000)), "20000");
    assert.equal(await value(`let o = { f() { return this } }; o${".f()".repeat(3000)} === o`), "true");
    assert.equal(await value(`{ total: ${sum(5000)} }`), "{ total: 5000 }");
    assert.equal(await value(`%time ${sum(5000)}`), "5000");
  });

  test("what a cell leaves beside its value is described to nobody", async () => {
    // V8 asks an error for its message in order to describe it, and would write out 500 MB of text.
    const shy =
      'class Shy extends Error { get message() { console.log("asked"); return "" } }\nconst shy = new Shy()';
    await run(shy);
    for (const code of [
      "if (true) shy",
      "for (const each of [shy]) each\nlet behindLoop = 1",
      "do shy; while (false)",
      "switch (1) { case 1: shy }\nfunction behind() {}",
      "try { shy } finally {} // at the end",
      "named: for (;;) { shy; break named }",
      "shy; const behindIt = 1",
      "{ shy; }",
    ]) {
      const { text, trace } = await run(code);
      assert.deepEqual([text, trace], ["", undefined], code);
    }
    const big = "'ab'.repeat(2 ** 28 - 100)";
    assert.match(String(await value(big)), /^'abab.*more characters/);
    assert.match(String(await value(`{ const text = ${big}\n{ text } }\nconst all = ${big}\nall`)), /^'abab/);
  });

  test("a value is shown whatever became of the global object, and of _", async () => {
    assert.equal(
      await value("Object.defineProperty(globalThis, '_', { value: 7, configurable: false }); 8"),
      "8",
    );
    assert.equal(await value("_"), "7");
    assert.equal(await value("Object.freeze(globalThis) === globalThis"), "true");
    assert.equal(await value("const frozenIn = 11; frozenIn"), "11");
  });

  test("the line that names a program to run a file is no code", async () => {
    assert.equal(await value("#!/usr/bin/env -S npx tsx\nconst shebang: number = 5\nshebang"), "5");
    assert.equal(await value("#!/usr/bin/env node\n#!".slice(0, 19)), undefined);
    assert.equal(
      await value("#!/bin/x\nimport { sep } from 'node:path'\nfunction g1() { return sep }\ng1()"),
      "'/'",
    );
    assert.match(await failure("#!/usr/bin/env node\n\nnull.x"), /line 3, column 6/);
    assert.match(await failure("5\n#!/usr/bin/env node"), /SyntaxError/);
  });

  test("what a cell passes on it has", async () => {
    write("parts.mjs", "export const width = 8, depth = 2; export default 'net'");
    assert.equal(await value('export * as parts from "./parts.mjs"\nparts.width'), "8");
    assert.equal(await value("parts.depth"), "2");
    assert.equal(await value('export { width as wide, default as net } from "./parts.mjs"'), undefined);
    assert.equal(await value("[wide, net]"), "[ 8, 'net' ]");
    assert.equal(await value('const depth = 3; export { depth } from "./parts.mjs"\ndepth'), "3");
    assert.equal(await value('export * from "./parts.mjs"; export { default } from "./parts.mjs"\n1'), "1");
  });
});
