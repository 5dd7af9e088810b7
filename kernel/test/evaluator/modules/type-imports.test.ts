/** Names that are imported without `type` and turn out to be types: bound to nothing, and missed where they are used. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("an import of types", { timeout: 300_000 }, () => {
  const { run, value, failure, write } = hostedCells(temporaryFolder());
  write("node_modules/@types/only-types/package.json", '{ "types": "index.d.ts" }');
  write("node_modules/@types/only-types/index.d.ts", "export interface Feature {} export interface Point {}");
  write("node_modules/mapped/package.json", '{ "exports": { ".": { "types": "./main.d.ts" } } }');
  write("node_modules/mapped/main.d.ts", "export default interface Mapped {}");
  write("node_modules/@scope/typed/package.json", '{ "types": "./main.d.ts" }');
  write("node_modules/@scope/typed/main.d.ts", "export interface Typed {}");
  write("shapes.d.ts", "export interface Shape { w: number } export interface Disc {}");
  write("deep/index.d.ts", "export interface Deep {}");
  write("node_modules/untyped/package.json", '{ "type": "module", "exports": "./index.js" }');
  write("node_modules/untyped/index.js", "export const here = 1; export default 2;");
  write("node_modules/own-types/package.json", '{ "exports": { "types": "./i.d.ts", "default": "./i.js" } }');
  write("node_modules/own-types/i.js", "exports.here = 1;");
  write("node_modules/own-types/i.d.ts", "export interface Own {} export const here: 1;");
  write("values.mjs", "export const width = 8;");

  test("needs no module, where declarations are all that there is", async () => {
    for (const statement of [
      'import { Feature } from "only-types"; let f: Feature = {};',
      'import { type Point, Feature as F } from "only-types";',
      'import Mapped from "mapped";',
      'import { Typed } from "@scope/typed";',
      'import * as only from "only-types"; let g: only.Feature = {};',
      'import { Shape } from "./shapes"; let s: Shape = { w: 1 };',
      'import { Shape as S, Disc } from "./shapes.js";',
      'import { Disc as D } from "./shapes.d.ts";',
      'import { Deep } from "./deep";',
      'export { Shape } from "./shapes"; export type {}; export * from "only-types";',
    ]) {
      assert.equal(await value(`${statement}\n1 + 1`), "2", statement);
    }
  });

  test("binds no name, and who takes one for a value is told why", async () => {
    assert.match(
      await failure("new F()"),
      /^ReferenceError: F is not defined[^]*hint: it was imported, but as a type alone: Cannot find package "only-types"/,
    );
    assert.match(await failure("Shape.w"), /Shape is not defined[^]*hint: .*Cannot find module "\.\/shapes"/);
    assert.match(await failure("only.x"), /only is not defined[^]*hint: .*"only-types"/);
    await value('import { Width, width } from "./values.mjs"; let w: Width;');
    assert.equal(await value("width"), "8");
    assert.match(
      await failure("Width"),
      /Width is not defined[^]*"\.\/values\.mjs" has no export named "Width"/,
    );
    // A name that something else has since been given is that.
    assert.equal(await value("const Shape = 3; Shape"), "3");
  });

  test("is none from a package without types, which is told what it does not export at the import", async () => {
    for (const [statement, name] of [
      ['import { nope } from "untyped"', "nope"],
      ['import two, { here, nope as none } from "untyped"', "nope"],
      ['export { nope as passed } from "untyped"', "nope"],
    ] as const) {
      assert.match(
        await failure(`1;\n${statement}; 1`),
        new RegExp(`^SyntaxError: "untyped" has no export named "${name}"; it exports [^]*line 2, column`),
      );
    }
    assert.equal(await value('import { here as h, type Nope } from "untyped"; h'), "1");
    assert.equal(await value('import { Own as Typed, here as had } from "own-types"; had'), "1");
    assert.match(await failure("Typed"), /"own-types" has no export named "Own"/);
    assert.equal(
      await value('import { Stats, PathLike as Like } from "fs"; import type { T } from "tslab"; 1'),
      "1",
    );
  });

  test("may be passed on by local files without saying so", async () => {
    write(
      "t.ts",
      "export interface A { a: 1 } type B = 1; export { B }; export const k = 1; export class C {} export interface C {}",
    );
    write("through.ts", 'export * from "./t";');
    write(
      "passes.ts",
      `import { A as Mine, k as own } from "./t";
export { A, k, B as Other, C } from "./through"; export { Mine, own }; export { Shape } from "./shapes";
export { Feature } from "only-types"; export { join } from "node:path"; export const line = () => { throw new Error("there") };`,
    );
    assert.equal(
      await value('import * as passed from "./passes"; Object.keys(passed).sort().join()'),
      "'C,join,k,line,own'",
    );
    assert.equal(await value('import { A, k as kk } from "./passes"; let passedA: A; kk'), "1");
    assert.match(await failure("passed.line()"), /passes\.ts, line 3, column 108|passes\.ts, line 3/);
    write("t.ts", "export class A {} export type B = 2; export const k = 2; export class C {}");
    assert.equal(
      await value('import * as again from "./passes"; [typeof again.A, again.k].join()'),
      "'function,2'",
    );
    write("wrong.ts", 'export { missing } from "./t";');
    assert.match(await failure('import "./wrong"'), /'missing'/);
  });

  test("fails at once when a name is used as a value, or when there are no declarations either", async () => {
    assert.match(
      await failure('import { Feature } from "only-types"; new Feature()'),
      /Cannot find package "only-types"[^]*In \[\d+\], line 1, column 1/,
    );
    assert.match(
      await failure('import { Shape } from "./shapes"; Shape.w'),
      /Cannot find module "\.\/shapes"/,
    );
    assert.match(
      await failure('import { Gone } from "not-installed"'),
      /Cannot find package "not-installed"/,
    );
    assert.match(await failure('import { Gone } from "./not-there"'), /Cannot find module "\.\/not-there"/);
    assert.match(await failure('import "only-types"'), /Cannot find package "only-types"/);
    write("asks.mjs", 'import "only-types"; export const asked = 1;');
    assert.match(await failure('import { asked } from "./asks.mjs"'), /Cannot find package "only-types"/);
  });

  test("leaves errors at their places in the cell", async () => {
    const { trace = "" } = await run('import { Shape as T } from "./shapes";\nlet t: T;\nnull!.x');
    assert.match(trace, /In \[\d+\], line 3, column 7/);
  });

  test("takes every name that a CommonJS module has, for later cells too", async () => {
    write("late.cjs", "module.exports = { ['de' + 'pth']: 3 };");
    await value('import { depth } from "./late.cjs"');
    assert.equal(await value("depth"), "3");
  });
});

describe("what a cell asks of CommonJS", { timeout: 300_000 }, () => {
  const { failure } = hostedCells(temporaryFolder());

  test("is answered with what takes its place", async () => {
    assert.match(await failure("__dirname"), /__dirname is not defined[^]*hint: .*import\.meta\.dirname/);
    assert.match(await failure("module.exports = 1"), /hint: .*later cells see/);
    assert.match(await failure("export = 5"), /hint: .*later cells see/);
    assert.doesNotMatch(await failure("nowhere"), /hint/);
  });
});

describe("a line for a shell, as IPython has them", { timeout: 300_000 }, () => {
  const { failure } = hostedCells(temporaryFolder());

  test("is answered with %%bash, whether it parses as a negation or not", async () => {
    for (const line of [
      "!ls",
      "!ls -la",
      "  !pip install x",
      "const files = !ls",
      "!./run.sh --all",
      "!!git log",
    ]) {
      assert.match(await failure(line), /hint: if a shell command is meant: .*%%bash/, line);
      assert.match(await failure(`const a = 1\n${line}\n`), /hint: .*%%bash/, line);
    }
  });

  test("is no hint of code that negates", async () => {
    for (const code of [
      "!nowhere(1)",
      "!function () { let = }()",
      "nowhere; !1",
      "let = 3",
      "if (!nowhere) 1",
    ]) {
      assert.doesNotMatch(await failure(code), /%%bash/, code);
    }
  });
});
