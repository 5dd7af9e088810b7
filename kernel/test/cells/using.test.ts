/** `using` at the top of a cell: disposed of at the cell's end, as at the end of a block. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("using in cells", { timeout: 120_000 }, () => {
  const { run, value, failure, stopped, interrupt } = hostedCells(temporaryFolder());
  const logs = (name: string): string => `{ [Symbol.dispose]() { console.log("${name}") } }`;
  const logsLater = (name: string): string =>
    `{ async [Symbol.asyncDispose]() { await null; console.log("${name}") }, [Symbol.dispose]() { console.log("no") } }`;

  test("disposes at the end, the last first, also when the cell fails or is stopped", async () => {
    const code = `using a = ${logs("a")}, none = null; using b = ${logs("b")}; await using c = ${logsLater("c")}; await using d = ${logs("d")};
      console.log("body");`;
    const { text, value: shown } = await run(`${code} 5`);
    assert.deepEqual([text, shown], ["body\nd\nc\nb\na\n", "5"]);
    const failed = await run(`${code} throw new RangeError("fails")`);
    assert.equal(failed.text, text);
    assert.match(failed.trace ?? "", /^RangeError: fails[^]*line 2, column 34/);
    for (const spins of [
      "for (;;);",
      "const f = (n: number): number => n < 2 ? n : f(n - 1) + f(n - 2); f(60)",
    ]) {
      const { error, text: printed } = await stopped(
        `using r = ${logs("closed")}; console.log("on"); ${spins}`,
      );
      assert.deepEqual([error?.ename, printed], ["Interrupted", "on\nclosed\n"]);
    }
    assert.equal(
      (await run(`using f = ${logs("first")}; throw console.log("thrown")`)).text,
      "thrown\nfirst\n",
    );
  });

  test("disposes when the cell is stopped at an await, and the cell ends whatever disposing does", async () => {
    const code = `using a = ${logs("a")}; await using b = ${logsLater("b")}; console.log("on");`;
    const printed = "on\nb\na\n";
    for (const waits of [
      "await new Promise(() => {})",
      "await null; await new Promise(() => {})",
      "for await (const _ of (async function* () { await new Promise(() => {}) })());",
      "await null; const f = (n: number): number => n < 2 ? n : f(n - 1) + f(n - 2); f(60)",
    ]) {
      const { error, text } = await stopped(`${code} ${waits}`);
      assert.deepEqual([error?.ename, text], ["Interrupted", printed], waits);
    }
    const { text: once } = await stopped(`using c = ${logs("c")}; console.log("on");
      await new Promise(resolve => setTimeout(resolve, 200)); console.log("late")`);
    assert.equal(once, "on\nc\n");
    await run("await new Promise(resolve => setTimeout(resolve, 300)); console.log('later')", /later/);
    const loops = await stopped(`await using d = { async [Symbol.asyncDispose]() {
        for (let i = 0; i < 3; i++) { await null; console.log(i) } } }; console.log("on"); await new Promise(() => {})`);
    assert.deepEqual([loops.error?.ename, loops.text], ["Interrupted", "on\n0\n1\n2\n"]);
    const fails = await stopped(
      'using bad = { [Symbol.dispose]() { throw new TypeError("not closed") } }; console.log("on"); await new Promise(() => {})',
    );
    assert.match(fails.trace ?? "", /^SuppressedError[^]*one of TypeError: not closed[^]*one of Interrupted/);
    const never = await stopped(
      'await using n = { [Symbol.asyncDispose]: () => new Promise(() => {}) }; console.log("on"); await new Promise(() => {})',
    );
    assert.equal(never.error?.ename, "Interrupted");
    const spins = stopped(`using s = { [Symbol.dispose]() { console.log("spins"); for (;;); } };
      console.log("on"); await new Promise(() => {})`);
    setTimeout(interrupt, 500);
    assert.ok((await spins).error);
    assert.equal(await value("1 + 1"), "2");
  });

  test("tells what disposing throws, and what it suppresses", async () => {
    const bad = 'using bad = { [Symbol.dispose]() { throw new TypeError("not closed") } };';
    assert.match(await failure(`${bad} 7`), /^TypeError: not closed[^]*line 1, column 42/);
    const both = await failure(`${bad} throw new RangeError("first")`);
    assert.match(both, /^SuppressedError[^]*one of TypeError: not closed[^]*one of RangeError: first/);
    const kept = await run(`using before = ${logs("before")}; ${bad} using after = ${logs("after")}; 1`);
    assert.equal(kept.text, "after\nbefore\n");
    assert.match(await failure("using five = 5"), /TypeError: An object is expected[^]*line 1, column 7/);
    assert.match(await failure("using empty = {}"), /TypeError: Symbol\(Symbol.dispose\) is not a function/);
  });

  test("declares what later cells see, which the same cell may declare again but not assign to", async () => {
    for (const n of [1, 2])
      assert.equal((await run(`using door = ${logs(`door ${n}`)}; 0`)).text, `door ${n}\n`);
    assert.equal(await value("typeof door[Symbol.dispose]"), "'function'");
    assert.match(await failure(`using one = null; one = null`), /Assignment to constant variable 'one'/);
    assert.equal(
      await value("using document = null; const reads = () => document; String(reads())"),
      "'null'",
    );
    assert.equal(await value("using made = await Promise.resolve(null); made"), "null");
  });
});
