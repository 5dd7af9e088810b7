/** Stop, while what a cell has thrown or given is described: its getters, proxies and ways to be shown may spin. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const spinning = { recursion: "fib(60)", "a loop": "(() => { for (;;); })()" };

const withGetter = (key: string, spin: string): string =>
  `Object.defineProperty(new Error("x"), ${JSON.stringify(key)}, { enumerable: true, get() { return ${spin} } })`;

/** What is thrown, in place of `spin`. */
const thrown: Record<string, (spin: string) => string> = {
  ...Object.fromEntries(
    ["message", "name", "stack", "cause", "errors", "constructor"].map(key => [
      `an error's own ${key}`,
      (spin: string) => withGetter(key, spin),
    ]),
  ),
  "a class's name": spin =>
    `new (class E extends Error { override get name(): string { return ${spin} as string } })("x")`,
  "a message that is none": spin =>
    `Object.assign(new Error(), { message: { toString() { return ${spin} } } })`,
  "a tag": spin => `({ get [Symbol.toStringTag]() { return ${spin} } })`,
  "a way to be inspected": spin => `({ [Symbol.for("nodejs.util.inspect.custom")]() { return ${spin} } })`,
  "a detail's way to be inspected": spin =>
    `Object.assign(new Error("x"), { detail: { [Symbol.for("nodejs.util.inspect.custom")]() { return ${spin} } } })`,
  "a proxy that errors inherit from": spin =>
    `Object.setPrototypeOf(new Error("x"), new Proxy(Error.prototype, { get() { return ${spin} }, getPrototypeOf() { return ${spin} } }))`,
  "a cause": spin => `new Error("a", { cause: ${withGetter("message", spin)} })`,
  "one of many": spin => `new AggregateError([${withGetter("message", spin)}], "a")`,
};

const ways: Record<string, (code: string) => string> = {
  "thrown at once": code => `throw ${code}`,
  "thrown behind an await": code => `await null; throw ${code}`,
  "that a promise was rejected with": code => `await Promise.reject(${code})`,
};

/** Errors that no cell waits for. */
const late: Record<string, (code: string) => string> = {
  "a timer": code => `setTimeout(() => { throw ${code} }, 1)`,
  "an immediate": code => `setImmediate(() => { throw ${code} })`,
  "a tick": code => `process.nextTick(() => { throw ${code} })`,
  "a promise that nobody handles": code => `void Promise.reject(${code})`,
};

describe("Stop, while something is described", { timeout: 300_000 }, () => {
  const { run, value, stopped } = hostedCells(temporaryFolder());
  before(async () => {
    await run("const fib = (n: number): any => (n < 2 ? n : fib(n - 1) + fib(n - 2)); let kept = 41");
  });

  const ends = async (code: string): Promise<string | undefined> => {
    const { error, trace } = await stopped(code);
    assert.equal(error?.ename, "Interrupted", code);
    assert.equal(
      await value("kept = 41; await new Promise(done => setTimeout(done, 1)); kept + 1"),
      "42",
      code,
    );
    return trace;
  };

  for (const [how, spin] of Object.entries(spinning)) {
    for (const [what, make] of Object.entries(thrown)) {
      test(`ends ${how} in ${what}`, async () => {
        for (const way of Object.values(ways)) await ends(`console.log("on"); ${way(make(spin))}`);
      });
    }

    test(`ends ${how} in what formats stacks, and later cells' errors have their places`, async () => {
      await ends(`console.log("on"); Error.prepareStackTrace = () => ${spin}; throw new Error("x")`);
      await run("Error.prepareStackTrace = undefined");
      const { trace } = await run('throw new Error("y")');
      assert.match(trace ?? "", /Error: y\n\nIn \[\d+\], line 1, column 7/);
    });

    test(`ends ${how} in an error that no cell waits for`, async () => {
      for (const way of Object.values(late)) {
        for (const key of ["message", "stack"]) {
          await ends(`console.log("on"); ${way(withGetter(key, spin))}; await new Promise(() => {})`);
        }
      }
    });

    test(`ends ${how} in a value that is shown`, async () => {
      const display = (part: string): string =>
        `({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": ${part}, "application/json": ${part} }) })`;
      for (const shown of [
        withGetter("message", spin),
        withGetter("stack", spin),
        thrown["a way to be inspected"]?.(spin) ?? "",
        thrown["a proxy that errors inherit from"]?.(spin) ?? "",
        display(`{ toJSON() { return ${spin} }, toString() { return ${spin} } }`),
        `({ [Symbol.for("Jupyter.display")]: () => ({ get then() { return ${spin} } }) })`,
      ]) {
        await ends(`console.log("on"); (${shown})`);
      }
    });
  }

  test("an interrupted description tells what is stored in the error, and where it was made", async () => {
    const trace = await ends(`console.log("on");\nconst e = new RangeError("too far");
      Object.defineProperty(e, "cause", { get: () => fib(60) });\nthrow e`);
    assert.match(
      trace ?? "",
      /^Interrupted: the cell was interrupted while its error was described; variables/,
    );
    assert.match(trace ?? "", /In \[\d+\], line 2, column 11[^]*the error: RangeError: too far$/);
  });

  test("a callback's error that spins while it is described is told by what is stored in it", async () => {
    const { text } = await stopped(
      `console.log("on"); setTimeout(() => { throw ${withGetter("cause", "fib(60)")} }, 1); await new Promise(() => {})`,
    );
    assert.match(text, /Uncaught .*Error.*: x[^]*its description was interrupted/);
  });
});
