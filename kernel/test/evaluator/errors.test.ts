/** What is said of whatever a cell throws: the cell's own line where it can be known, and never more than can be read. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const REVOKED = "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()";

describe("errors of cells", { timeout: 300_000 }, () => {
  const cells = hostedCells(temporaryFolder());
  const run = async (code: string, late?: RegExp) => {
    const { value: plain, trace = "", ...rest } = await cells.run(code, late);
    return { plain, trace, ...rest };
  };

  test("name the line in the cell whatever formats stacks, and do not end the process", async () => {
    await run("const fails = () => {\n  throw new Error('plain')\n}");
    for (const prepare of [
      "undefined",
      "null",
      "5",
      "(e, s) => s",
      "() => undefined",
      "e => 'custom ' + e.message",
    ]) {
      const { trace } = await run(`Error.prepareStackTrace = ${prepare}\nfails()`);
      assert.match(trace, /In \[1\], line 2, column 9\n.*\n> 2 \| {3}throw new Error/, prepare);
      assert.match(trace, /at In \[\d+\]:2:1/, prepare);
    }
    const throwing = "Error.prepareStackTrace = () => { throw new RangeError('mine') }";
    assert.match((await run(`${throwing}\nfails()`)).trace, /In \[1\], line 2, column 9/);
    const { text } = await run(
      "console.log(new Error('shown')); setTimeout(fails, 1); Promise.reject(new Error('x'))",
      /line 2/,
    );
    assert.match(
      text,
      /shown\n {4}at In \[\d+\]:1:13\n\(Error\.prepareStackTrace failed: RangeError: mine\)/,
    );
    assert.match(text, /Uncaught.*plain\n\nIn \[1\], line 2, column 9/);
    await run("delete Error.prepareStackTrace");
    assert.match((await run("fails()")).trace, /In \[1\], line 2, column 9/);
    assert.equal((await run("new Error('own').stack.split('\\n')[1]")).plain, "'    at In [12]:1:1'");
  });

  test("leave libraries their own way of reading stacks", async () => {
    const { plain } = await run(`
      const before = Error.prepareStackTrace;
      Error.prepareStackTrace = (_, sites) => sites;
      const [first] = new Error().stack;
      Error.prepareStackTrace = before;
      [typeof first.getLineNumber(), Error.prepareStackTrace === before, typeof new Error("x").stack]`);
    assert.equal(plain, "[ 'number', true, 'string' ]");
  });

  test("show what code writes in the place of a stack, or adds to it", async () => {
    const replaced = 'const replaced = new Error("m");\nreplaced.stack = "custom stack\\n here";\n';
    assert.equal((await run(`${replaced}throw replaced`)).trace, "Error: m\n\ncustom stack\n here");
    assert.match(
      (await run(`${replaced}throw new Error("outer", { cause: replaced })`)).trace,
      /line 3, column 7[^]*caused by Error: m\ncustom stack\n here$/,
    );
    const added = (await run('const more = new Error("m");\nmore.stack += "\\n  of job 7";\nthrow more'))
      .trace;
    assert.match(added, /^Error: m\n\nIn \[\d+\], line 1[^]*\n\n {2}of job 7\n\n {4}at In \[\d+\]:1:14$/);
    const told =
      'Object.assign(new Error("a\\nb"), { stack: "Error: a\\nb\\n    at elsewhere (lib.js:1:2)" })';
    assert.equal((await run(`throw ${told}`)).trace.match(/\bb\b/g)?.length, 1);
    const renamed =
      'const renamed = new Error("was"); void renamed.stack; renamed.message = "is"; throw renamed';
    assert.doesNotMatch((await run(renamed)).trace, /\n *Error: was/);
    const close = 'throw Object.assign(new Error("m"), { stack: "at noon: m\\n item: m" })';
    assert.match((await run(close)).trace, /^Error: m\n\nat noon: m\n item: m/);
    for (const stack of ["undefined", '""', "5", '"Error: m"', '"Error"']) {
      const { trace } = await run(
        `const bared = new Error("m"); bared.stack = ${stack} as string; throw bared`,
      );
      assert.match(trace, /^Error: m(?:\n\n?\s*)?$/, stack);
    }
  });

  test("are found in a stack that was amended, and in the parts and causes of an error without frames", async () => {
    const amended =
      "const error = new Error('404')\nerror.stack = 'Error: 404\\n    at elsewhere (lib.js:1:2)\\n'\n";
    const { trace } = await run(`${amended}error.stack += new Error().stack\nthrow error`);
    assert.match(trace, /line 3, column 16\n/);
    assert.match(
      (await run("throw { message: 'm', stack: new Error('inner').stack }")).trace,
      /line 1, column 30/,
    );
    assert.match(
      (await run("throw new Proxy(new Error('behind'), {})")).trace,
      /^Uncaught: Error: behind.*line 1, column 17/s,
    );
    const bare = "const bare = e => { e.stack = undefined; return e };\n";
    assert.match(
      (await run(`${bare}throw bare(new Error('a', {\ncause: new Error('b') }))`)).trace,
      /line 3, column 8/,
    );
    assert.match(
      (
        await run(
          "vm.runInThisContext('throw new Error()', { filename: 'file://host/x.js' })".replace(
            "vm",
            "require('vm')",
          ),
        )
      ).trace,
      /line 1/,
    );
    assert.match(
      (await run("require('vm').runInNewContext('throw new TypeError(1)')")).trace,
      /TypeError: 1.*line 1/s,
    );
  });

  test("without any frame are placed at the await of the cell that failed", async () => {
    await run(
      "import { exec } from 'node:child_process'; import fs from 'node:fs'; import { promisify } from 'node:util'",
    );
    for (const [code, place] of [
      [
        "await null;\n\n  await promisify(exec)('exit 3')",
        /line 3, column 3\n[^]*Command|Command failed[^]*line 3, column 3\n/,
      ],
      ["1;\nawait new Promise((_, no) => fs.readFile('/no/such', no))", /line 2, column 1\n/],
      [
        "const a: number = 1;\nconst bytes = await WebAssembly.instantiate(new Uint8Array([1]))",
        /line 2, column 15\n/,
      ],
      [
        "await 1;\nawait Promise.reject({ reason: 5 })",
        /^Uncaught: \{ reason: 5 \}\n\nIn \[\d+\], line 2, column 1\n/,
      ],
      ["await 1\nawait Promise.reject('text')", /line 2, column 1\n/],
      [
        "await Promise.all([1, Promise.reject(undefined)])",
        /^Uncaught: undefined\n\nIn .*line 1, column 1\n/,
      ],
      [
        "const it = { async *[Symbol.asyncIterator]() { yield 1; throw 'x' } };\nfor await (const n of it);",
        /line 2, column 23\n/,
      ],
      [
        "await Promise.any([Promise.reject('a'), Promise.reject('b')])",
        /AggregateError[^]*line 1, column 1\n[^]*one of 'a'/,
      ],
      ["enum E { A }\nif (true) {\n  await { then(_, no) { no('thenable') } }\n}", /line 3, column 3\n/],
    ] as const) {
      assert.match((await run(code)).trace, place, code);
    }
    const caught = await run("try { await Promise.reject(1) } catch {}\nthrow 2");
    assert.equal(caught.trace, "Uncaught: 2");
    assert.equal((await run("await Promise.resolve(4)")).plain, "4");
  });

  test("can be anything at all", async () => {
    for (const [thrown, said] of [
      [REVOKED, /^Uncaught: <Revoked Proxy>/],
      [
        "new Proxy(function () {}, { get: () => { throw 1 }, getPrototypeOf: () => { throw 2 } })",
        /^Uncaught: \[Function/,
      ],
      ["Object.create(null)", /^Uncaught: \[Object: null prototype\] \{\}/],
      [`Object.create(${REVOKED})`, /^Uncaught: /],
      ["Object.freeze(new Error('frozen'))", /^Error: frozen\n.*line 1/s],
      ["new DOMException('late', 'AbortError')", /^AbortError: late\n.*line 1/s],
      ["Object.defineProperty(new Error('m'), 'stack', { get() { throw 1 } })", /^Error: m/],
      ["Object.defineProperty(new Error('m'), 'message', { get() { throw 1 } })", /^Error\n.*line 1/s],
      ["Object.defineProperty(new Error('m'), 'name', { get() { throw 1 } })", /^Error: m\n.*line 1/s],
      ["Object.defineProperty(new Error('m'), 'cause', { get() { throw 1 } })", /^Error: m\n.*line 1/s],
      [
        "Object.defineProperty(new Error('m'), 'code', { enumerable: true, get() { throw 1 } })",
        /code: \[Getter\]/,
      ],
      ["Object.assign(new Error('m'), { constructor: null, name: '' })", /^Error: m/],
      ["Object.assign(new Error('m'), { stack: 5, name: {}, message: [1] })", /^\{\}: \[ 1 \]/],
      ["Object.assign(new AggregateError([]), { errors: undefined })", /^AggregateError\n.*line 1/s],
      ["Object.assign(new AggregateError([]), { errors: 5 })", /^AggregateError\n.*line 1/s],
      ["Object.assign(new Error('m'), { errors: { name: 'required' } })", /errors: \{ name: 'required' \}/],
      ["{ [Symbol.for('nodejs.util.inspect.custom')]() { throw 1 } }", /inspection failed: 1/],
      ["{ get [Symbol.toStringTag]() { throw 1 } }", /^Uncaught: /],
    ] as const) {
      const { error, trace, text } = await run(`throw ${thrown}`);
      assert.ok(error, thrown);
      assert.match(trace, said, thrown);
      assert.equal(text, "", thrown);
    }
    const late = `const bad = ${REVOKED}; Promise.reject(bad); setTimeout(() => { throw bad }, 1); 1`;
    const { text } = await run(late, /(Revoked Proxy[^]*){2}/);
    assert.match(text, /Uncaught.*<Revoked Proxy>/);
  });

  test("show each error of a circle of causes once", async () => {
    const { trace } = await run(
      "const a = new Error('a'), b = new Error('b', { cause: a }); a.cause = b; throw a",
    );
    assert.match(trace, /caused by Error: b\n {4}at In .*\n\ncaused by an error that is shown above$/);
    assert.equal(trace.match(/Error: a/g)?.length, 1);
    const self = await run("const own = new AggregateError([], 'own'); own.errors.push(own); throw own");
    assert.match(self.trace, /one of an error that is shown above$/);
  });

  test("are cut where they get long", async () => {
    for (const code of [
      "throw new Error('x'.repeat(3e6))",
      "throw Object.assign(new Error('m'), { name: 'N'.repeat(1e6) })",
      "throw 'x'.repeat(3e6)",
      "throw Object.assign(new Error('m'), { data: 'y'.repeat(1e6), list: Array.from({ length: 1e5 }, i => ({ i })) })",
      "throw Object.assign(new Error('m'), Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => ['k' + i, { i }])))",
      "throw new Error('m', { cause: 'z'.repeat(1e6) })",
      "throw new Error('m', { cause: new Error('z'.repeat(1e6)) })",
      "throw new AggregateError(Array.from({ length: 1e4 }, (_, i) => new Error(String(i))), 'many')",
      "throw Array.from({ length: 1e5 }, (_, i) => ({ i }))",
      `const long = "${"a".repeat(20_000)}"; null.x; "${"b".repeat(20_000)}"`,
      "const deep = () => deep(); deep()",
    ]) {
      const { error, trace } = await run(code);
      assert.ok(error, code);
      const size = JSON.stringify(error).length;
      assert.ok(size < 30_000 && error.traceback.length < 120, `${size} characters: ${code.slice(0, 80)}`);
      if (!/throw ['A]/.test(code))
        assert.match(trace, /In \[\d+\], line 1, column \d+\n>/, code.slice(0, 80));
    }
    const { trace } = await run(`const wide = "${"a".repeat(500)}", none = null.x`);
    const [line = "", mark = ""] = trace.split("\n").slice(3);
    assert.equal(line.indexOf("x"), mark.indexOf("^"), trace);
    assert.match(line, /^> 1 \| …a+/);
  });

  test("tell the simple properties first", async () => {
    const { trace } = await run(
      "throw Object.assign(new Error('HTTP'), { config: { a: { b: { c: 1 } } }, request: process, code: 'E404' })",
    );
    assert.match(trace, /\n\{\n {2}code: 'E404',\n {2}config: \{ a: \[Object\] \},/);
    assert.match(trace, /more lines$/);
  });
});
