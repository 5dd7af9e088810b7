/** The evaluator without sockets or processes: cells in, events out. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { captureStreams } from "../../evaluator/output/capture-streams.js";
import { Evaluator } from "../../evaluator/evaluator.js";
import type { DoneEvent, EvaluatorEvent } from "../../protocol/evaluator.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { serveHost } from "../support/repository.js";

serveHost();

describe("the evaluator", () => {
  const events: EvaluatorEvent[] = [];
  const folder = temporaryFolder();
  let evaluator: Evaluator;
  let count = 0;

  before(() => {
    evaluator = new Evaluator({ folder, send: event => void events.push(event) });
    writeFileSync(path.join(folder, "widths.json"), "[8, 16]");
    writeFileSync(path.join(folder, "module.mjs"), "export const esm = import.meta.url; export default 1;");
    writeFileSync(path.join(folder, "module.cjs"), "exports.cjs = 2; exports['de' + 'pth'] = 3;");
  });

  /** Runs a cell; its value in plain text, its text output, and how it ended. */
  async function run(
    code: string,
    silent = false,
  ): Promise<{ value: unknown; text: string; done: DoneEvent }> {
    const id = ++count;
    const undo = captureStreams(evaluator.output);
    await evaluator.execute({ type: "execute", id, count: id, code, silent, userExpressions: {} });
    undo();
    const mine = events.filter(event => event.type !== "ready" && event.id === id);
    const done = mine.find(event => event.type === "done");
    assert.ok(done?.type === "done");
    const value = mine.find(event => event.type === "result");
    const text = mine.map(event => (event.type === "stream" ? event.text : "")).join("");
    return { value: value?.type === "result" ? value.data["text/plain"] : undefined, text, done };
  }

  const value = async (code: string): Promise<unknown> => {
    const { value: plain, done } = await run(code);
    assert.equal(done.error, undefined, done.error?.traceback.join("\n"));
    return plain;
  };
  const failure = async (code: string): Promise<{ ename: string; evalue: string; trace: string }> => {
    const { error } = (await run(code)).done;
    assert.ok(error, `expected to fail: ${code}`);
    // oxlint-disable-next-line no-control-regex -- colours
    return { ...error, trace: error.traceback.join("\n").replace(/\u001b\[[\d;]*m/g, "") };
  };

  test("gives the last expression's value, and nothing after a declaration", async () => {
    assert.equal(await value("1 + 1"), "2");
    assert.equal(await value("const nothing = 1"), undefined);
    assert.equal(await value("undefined"), undefined);
    assert.equal(await value('"text"'), "'text'");
    assert.equal(await value("({ a: 1 });"), "{ a: 1 }");
    assert.equal(await value("_.a + 1"), "2");
  });

  test("understands current TypeScript", async () => {
    assert.equal(
      await value("enum Kind { X, Y } namespace N { export const two = 2 } [Kind.Y, N.two]"),
      "[ 1, 2 ]",
    );
    assert.equal(
      await value("class P { constructor(readonly w: number) {} } new P(3).w satisfies number"),
      "3",
    );
    assert.equal(
      await value("interface I<T> { t: T }\nabstract class Q<T> implements I<T> { abstract t: T }\ntypeof Q"),
      "'function'",
    );
  });

  test("lets names be declared again as anything, and earlier functions see it", async () => {
    await value("const width = 1; function double() { return width * 2 }");
    for (const [declaration, doubled] of [
      ["let width = 5", "10"],
      ["var width = 6", "12"],
      ["const width = 7", "14"],
    ] as const) {
      await value(declaration);
      assert.equal(await value("double()"), doubled);
    }
    for (const declaration of [
      "function width() {}",
      "class width {}",
      "enum width {}",
      "import width from 'node:fs'",
      "let width = 2",
    ]) {
      await value(declaration);
    }
    assert.equal(await value("width"), "2");
  });

  test("hoists functions and var, and recursion sees later definitions", async () => {
    assert.equal(
      await value("const early = later(); function later() { return [typeof later, v] } var v; early"),
      "[ 'function', undefined ]",
    );
    assert.equal(
      await value("for (var i = 0, [x] = [9]; i < 3; i++) {}\nif (true) { var inner = i + x }\ninner"),
      "12",
    );
  });

  test("keeps constants constant within their cell", async () => {
    const { ename, evalue, trace } = await failure("const fixed = 1;\nfixed = 2");
    assert.equal(ename, "TypeError");
    assert.match(evalue, /Assignment to constant variable 'fixed'/);
    assert.match(trace, /line 2, column 1/);
    await failure("const fixed = 1; [fixed] = [2]");
    await failure("const fixed = 1; function f() { fixed++ }");
    assert.equal(
      await value("const fixed = 1; { let fixed = 2; fixed = 3 } function g(fixed) { fixed = 4 } fixed"),
      "1",
    );
  });

  test("keeps the old value of a name whose new declaration fails", async () => {
    await value("let model = 'trained'");
    await failure("let model = null.retrain()");
    await failure("const model = await Promise.reject(new Error('stopped'))");
    assert.equal(await value("model"), "'trained'");
  });

  test("awaits at top level, also in loops and blocks", async () => {
    assert.equal(
      await value("let sum = 0; for await (const n of [1, Promise.resolve(2)]) sum += n; sum + await 3"),
      "6",
    );
  });

  test("imports ESM, CommonJS, JSON and built-ins from the notebook's folder", async () => {
    assert.match(String(await value('import { esm } from "./module.mjs"; esm')), /module\.mjs/);
    // A name that static analysis of CommonJS misses is found on the module itself.
    assert.equal(await value('import { cjs, depth } from "./module.cjs"; [cjs, depth]'), "[ 2, 3 ]");
    assert.equal(await value('import widths from "./widths.json"; widths'), "[ 8, 16 ]");
    assert.equal(await value('import def, * as all from "./module.mjs"; [def, all.default]'), "[ 1, 1 ]");
    assert.equal(await value('(await import("./module.mjs")).default'), "1");
    assert.equal(await value('import { join as j, type ParsedPath } from "node:path"; j("a", "b")'), "'a/b'");
    assert.equal(await value("import.meta.dirname"), `'${folder}'`);
    assert.equal(await value("import.meta.main"), "true");
    assert.equal(await value("export const exported = 4; export { exported as other }; exported"), "4");
  });

  test("lets an import be a type, but says when a value does not exist", async () => {
    assert.equal(await value('import { Shape } from "./module.mjs"; let s: Shape; 1'), "1");
    const { ename, evalue } = await failure('import { shape } from "./module.mjs"; shape()');
    assert.equal(ename, "SyntaxError");
    assert.match(evalue, /"\.\/module\.mjs" has no export named "shape"; it exports default, esm/);
  });

  test("names what is missing, and the remedy", async () => {
    assert.match(
      (await failure('import "no-such-package/part"')).evalue,
      /Cannot find package "no-such-package" from .*npm install no-such-package$/,
    );
    assert.match(
      (await failure('await import("./no-such-file.js")')).evalue,
      /Cannot find module "\.\/no-such-file\.js"/,
    );
  });

  test("points errors at the cell's own lines, across cells and awaits", async () => {
    await value(
      "// one\nasync function fails(n: number): Promise<void> {\n  await null;\n  throw new RangeError(`at ${n}`);\n}",
    );
    const defined = count;
    const { ename, evalue, trace } = await failure("\n\nawait fails(3)");
    assert.deepEqual([ename, evalue], ["RangeError", "at 3"]);
    assert.match(trace, new RegExp(`In \\[${defined}\\], line 4, column 9`));
    assert.match(trace, />.*4 \| {3}throw new RangeError/);
    assert.match(trace, new RegExp(`at async In \\[${count}\\]:3:1`));
    assert.doesNotMatch(trace, /dist\/kernel|node:/);
  });

  test("points at a call of something that does not exist", async () => {
    assert.match((await failure("nowhere()")).trace, /line 1, column 1\n> 1 \| nowhere\(\)/);
  });

  test("gives the same positions in error.stack", async () => {
    const { text } = await run("interface Gone { a: number }\nconsole.log(new Error('here').stack)");
    assert.match(text, new RegExp(`In \\[${count}\\]:2:13`));
  });

  test("shows causes, parts of aggregates and properties of errors", async () => {
    const { trace } = await failure(
      "throw Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'E1' })",
    );
    assert.match(trace, /caused by TypeError: inner/);
    assert.match(trace, /code: 'E1'/);
    assert.match(
      (await failure("await Promise.any([Promise.reject(new Error('part'))])")).trace,
      /one of Error: part/,
    );
  });

  test("reports whatever is thrown, errors or not", async () => {
    for (const [thrown, evalue] of [
      ["5", "5"],
      ["undefined", "undefined"],
      ["-0", "-0"],
      ["7n", "7n"],
      ["Symbol('s')", "Symbol(s)"],
      ["{ a: 1 }", "{ a: 1 }"],
    ] as const) {
      const error = await failure(`throw ${thrown}`);
      assert.deepEqual([error.ename, error.evalue], ["Uncaught", evalue]);
    }
    assert.equal((await failure("class Own extends Error { name = 'Own' } throw new Own('x')")).ename, "Own");
  });

  test("points at syntax errors, its own parser's and V8's", async () => {
    const parsed = await failure("const ok = 1;\nlet x: = 5");
    assert.equal(parsed.ename, "SyntaxError");
    assert.match(parsed.trace, /line 2, column 8\n.*\n> 2 \| let x: = 5\n {2} {2}\| {8}\^/);
    const byV8 = await failure("1;\n/(/");
    assert.equal(byV8.ename, "SyntaxError");
    assert.match(byV8.evalue, /Unterminated group/);
  });

  test("runs strictly, as modules do", async () => {
    assert.equal((await failure("undeclared = 5")).ename, "ReferenceError");
  });

  test("gives up what an interrupted cell waits for, and stops it where it goes on", async () => {
    const running = run("let turns = 0; for (;;) { await new Promise(r => setTimeout(r, 5)); turns++ }");
    await sleep(30);
    evaluator.interrupts.interrupt(count);
    const { done } = await running;
    assert.equal(done.error?.ename, "Interrupted");
    const after = await value("await new Promise(r => setTimeout(r, 20)); turns");
    assert.equal(await value("await new Promise(r => setTimeout(r, 30)); turns"), after);
    assert.equal(await value("let n = 0; for (const k of [1, 2]) { await null; n += k } n"), "3");
  });

  test("offers the cell's abort signal by name, and aborts it with the cell", async () => {
    const running = run(
      "const signal = globalThis[Symbol.for('Jupyter.signal')]; let heard = false;" +
        "signal.addEventListener('abort', () => { heard = true }); await new Promise(() => {})",
    );
    await sleep(30);
    evaluator.interrupts.interrupt(count);
    await running;
    assert.equal(await value("[heard, signal.aborted]"), "[ true, true ]");
  });

  test("loads what a cell imports before it starts, and throws where it is imported", async () => {
    assert.match((await failure("import 'no-such-package-anywhere'; 1")).evalue, /no-such-package-anywhere/);
    assert.equal(await value("import { sep } from 'node:path'; sep"), "'/'");
  });

  test("ignores an interrupt meant for another cell", async () => {
    evaluator.interrupts.interrupt(count);
    assert.equal(await value("await new Promise(r => setTimeout(r, 10)); 'untouched'"), "'untouched'");
  });

  test("shows a value plainly when its own display fails, and says so", async () => {
    const { value: plain, text } = await run(
      "({ [Symbol.for('Jupyter.display')]() { throw new Error('no picture') }, a: 1 })",
    );
    assert.match(String(plain), /a: 1/);
    assert.match(text, /display failed.*no picture/);
  });

  test("does not evaluate display for a silent cell", async () => {
    const { value: none } = await run("5", true);
    assert.equal(none, undefined);
  });
});
