/** The notebook's own files as modules, and syntax that Node itself lacks. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("local files", { timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  const { run, value, write } = hostedCells(folder);

  test("TypeScript files are imported, with types, enums and imports of their own", async () => {
    write(
      "stage.ts",
      "export interface Stage { width: number }\nexport enum Kind { X, Y }\nexport const base = 8;",
    );
    write(
      "space.ts",
      'import { type Stage, Kind, base } from "./stage.js";\nimport path from "node:path";\nexport const stage: Stage = { width: base };\nexport const all = [Kind.Y, path.sep];\nexport default import.meta.filename;',
    );
    assert.equal(
      await value('import file, { stage, all } from "./space.ts"; [stage, all]'),
      "[ { width: 8 }, [ 1, '/' ] ]",
    );
    assert.equal(await value("file"), `'${path.join(folder, "space.ts")}'`);
    assert.equal(await value('(await import("./space")).stage.width'), "8");
  });

  test("an edited file is loaded anew, and so is one whose import was edited; the rest keeps its state", async () => {
    write("state.ts", "export const state = { count: 0 };");
    write("depth.ts", "export const depth = 1;");
    write(
      "network.ts",
      'import { depth } from "./depth.ts"; import { state } from "./state.ts"; export { depth, state };',
    );
    const cell = 'import { depth, state } from "./network.ts"; state.count++; [depth, state.count]';
    assert.equal(await value(cell), "[ 1, 1 ]");
    assert.equal(await value(cell), "[ 1, 2 ]");
    write("depth.ts", "export const depth = 22;");
    assert.equal(await value(cell), "[ 22, 3 ]");
    write("network.ts", 'export const depth = 3; export { state } from "./state.ts";');
    assert.equal(await value(cell), "[ 3, 4 ]");
  });

  test("CommonJS and JSON reload, too; modules may import each other in a circle", async () => {
    for (const n of [1, 22]) {
      write("old.cjs", `exports.n = ${n}`);
      write("data.json", `{ "n": ${n} }`);
      write("a.mjs", `import { b } from "./b.mjs"; export const a = ${n}; export const sum = () => a + b();`);
      write("b.mjs", 'import { a } from "./a.mjs"; export const b = () => a;');
      assert.equal(
        await value(
          'import { n } from "./old.cjs"; import data from "./data.json"; import { sum } from "./a.mjs"; [n, data.n, sum()]',
        ),
        `[ ${n}, ${n}, ${2 * n} ]`,
      );
    }
  });

  test("what CommonJS has required reloads with it, and the rest keeps its state", async () => {
    write("part.cjs", "exports.n = 1;");
    write("between.cjs", "exports.n = require('./part.cjs').n;");
    write("kept.cjs", "exports.count = 0;");
    write(
      "whole.cjs",
      "exports.kept = require('./kept.cjs'); exports.sum = () => require('./between.cjs').n; exports.sum();",
    );
    const cell = 'import { kept, sum } from "./whole.cjs"; kept.count++; [sum(), kept.count]';
    assert.equal(await value(cell), "[ 1, 1 ]");
    assert.equal(await value(cell), "[ 1, 2 ]");
    write("part.cjs", "exports.n = 22;");
    assert.equal(await value(cell), "[ 22, 3 ]");
  });

  test("errors point at the file's own lines, and a file mended after an error loads", async () => {
    write(
      "faulty.ts",
      "interface Gone { a: 1 }\n\nexport function fails(n: number): never {\n  throw new RangeError(`at ${n}`);\n}",
    );
    const { trace } = await run('import { fails } from "./faulty.ts";\nfails(3)');
    assert.match(trace ?? "", /faulty\.ts, line 4, column 9\n/);
    assert.match(trace ?? "", /at fails \(.*faulty\.ts:4:9\)\n {4}at In \[\d+\]:2:1/);
    write("faulty.ts", "export const x = ;");
    assert.match(
      (await run('import "./faulty.ts"')).trace ?? "",
      /SyntaxError.*faulty\.ts:1:18\)\n\n.*faulty\.ts, line 1, column 18\n> 1 \| export const x = ;/,
    );
    write("faulty.ts", 'throw new Error("while loading")');
    assert.match((await run('import "./faulty.ts"')).trace ?? "", /while loading/);
    write("faulty.ts", "export const x = 5;");
    assert.equal(await value('import { x } from "./faulty.ts"; x'), "5");
  });

  test("a function of a file that was edited since points at the line it has come from", async () => {
    write(
      "older.ts",
      'interface W { w: number }\n\nexport function widen(it: W): never {\n  throw new Error("of old");\n}',
    );
    assert.equal(
      await value('import { widen } from "./older.ts"; const kept = widen; typeof kept'),
      "'function'",
    );
    write("older.ts", "export function widen(): void {}");
    assert.equal(await value('import { widen } from "./older.ts"; widen()'), undefined);
    const { trace } = await run("kept({ w: 1 })");
    assert.match(trace ?? "", /older\.ts, line 4, column 9\n[^]*> 4 \| {3}throw new Error\("of old"\)/);
  });

  test("what does not load is shown with its place, and where the cell imports it", async () => {
    write("broken.ts", "export const ok = 1;\nexport const x = ;");
    const { trace = "" } = await run('const before = 1;\nimport { x } from "./broken.ts";');
    assert.match(
      trace,
      /^SyntaxError: Unexpected token \(.*broken.ts:2:18\)\n\n.*broken\.ts, line 2, column 18[^]*> 2 \| export const x = ;[^]*In \[\d+\], line 2, column 1/,
    );
    const missing = await run(
      '%time 1\nimport "node:fs"; import type { T } from "x"; import y from "./absent"',
    );
    assert.match(missing.trace ?? "", /Cannot find module "\.\/absent"[^]*In \[\d+\], line 2, column 47/);
  });

  test("what a file asks for and is not there is named", async () => {
    write("asks.ts", 'import "not-installed"');
    assert.match((await run('import "./asks.ts"')).trace ?? "", /Cannot find package "not-installed"/);
    write("asks.ts", 'import { nothing } from "./stage.ts"; nothing()');
    assert.match((await run('import "./asks.ts"')).trace ?? "", /SyntaxError.*'nothing'/);
    write("asks.ts", 'import "./no-such-file.ts"');
    assert.match((await run('import "./asks.ts"')).trace ?? "", /Cannot find module "\.\/no-such-file\.ts"/);
  });

  test("decorators, accessor fields, using and JSX are understood", async () => {
    const decorated = `function logged(method: Function, { name }: ClassMethodDecoratorContext) {
      return function (this: unknown, ...args: unknown[]) { console.log("call", name); return method.apply(this, args) }
    }
    class Net { accessor width = 8; @logged double(): number { return this.width * 2 } }`;
    const { text, value: doubled } = await run(`${decorated}\nnew Net().double()`);
    assert.deepEqual([text, doubled], ["call double\n", "16"]);
    write("decorated.ts", `${decorated}\nexport { Net };`);
    assert.equal(
      await value('import * as decorated from "./decorated.ts"; new decorated.Net().double()'),
      "16",
    );
    const used = await run(
      '{ using r = { [Symbol.dispose]() { console.log("disposed") } }; console.log("used") }',
    );
    assert.equal(used.text, "used\ndisposed\n");
    write("package.json", "{}");
    const jsx = await run("const h = 1; const el = () => <b>{h}</b>; el");
    assert.match(jsx.trace ?? "", /react/);
    assert.match((await run("class A {\n  @nowhere m() {}\n}")).trace ?? "", /nowhere is not defined/);
  });
});
