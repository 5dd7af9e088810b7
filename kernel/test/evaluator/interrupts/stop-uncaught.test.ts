/** Stop where Node's account of uncaught errors is another's: a domain's, a capture callback's, a listener's. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../../support/hosted-cells.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const spinning = { recursion: "fib(60)", "a loop": "for (;;);" };

const DOMAIN = 'const d = require("node:domain").create(); d.on("error", () => {});';
const THROWS = 'setTimeout(() => { throw new Error("x") }, 1)';

/** Around `spin`. */
const within: Record<string, (spin: string) => string> = {
  "a timer within a domain": spin => `${DOMAIN} d.run(() => setTimeout(() => { ${spin} }, 1))`,
  "a tick within a domain": spin => `${DOMAIN} d.run(() => process.nextTick(() => { ${spin} }))`,
  "an immediate within a domain": spin => `${DOMAIN} d.run(() => setImmediate(() => { ${spin} }))`,
  "a promise within a domain": spin => `${DOMAIN} d.run(() => { Promise.resolve().then(() => { ${spin} }) })`,
  "what a domain runs": spin => `${DOMAIN} try { d.run(() => { ${spin} }) } finally { d.exit() }`,
  "what is bound to a domain": spin => `${DOMAIN} setTimeout(d.bind(() => { ${spin} }), 1)`,
  "a listener within a domain": spin =>
    `${DOMAIN} const e = new (require("node:events").EventEmitter)(); d.add(e); e.on("x", () => { ${spin} }); setTimeout(() => e.emit("x"), 1)`,
  "a domain within a domain": spin =>
    `${DOMAIN} d.run(() => { const inner = require("node:domain").create(); inner.on("error", () => {}); inner.run(() => setTimeout(() => { ${spin} }, 1)) })`,
  "a domain without a handler": spin =>
    `const d = require("node:domain").create(); d.run(() => setTimeout(() => { ${spin} }, 1))`,
  "a domain's handler": spin =>
    `const d = require("node:domain").create(); d.on("error", () => { ${spin} }); d.run(() => ${THROWS})`,
  "a timer beside a capture callback": spin =>
    `process.setUncaughtExceptionCaptureCallback(() => {}); setTimeout(() => { ${spin} }, 1)`,
  "a capture callback": spin => `process.setUncaughtExceptionCaptureCallback(() => { ${spin} }); ${THROWS}`,
  "what listens to uncaught errors": spin =>
    `process.once("uncaughtException", () => { ${spin} }); ${THROWS}`,
  "what monitors uncaught errors": spin =>
    `process.once("uncaughtExceptionMonitor", () => { ${spin} }); ${THROWS}`,
  "what listens to rejections": spin =>
    `process.once("unhandledRejection", () => { ${spin} }); void Promise.reject(new Error("x"))`,
};

describe("Stop, with errors that nobody catches", { timeout: 300_000 }, () => {
  for (const [how, spin] of Object.entries(spinning)) {
    for (const [what, make] of Object.entries(within)) {
      const { run, value, stopped } = hostedCells(temporaryFolder());

      test(`ends ${how} in ${what}, and errors are told as before`, async () => {
        await run("const fib = (n: number): any => (n < 2 ? n : fib(n - 1) + fib(n - 2)); let kept = 42");
        const { error } = await stopped(
          `{ ${make(`console.log("on"); ${spin}`)}; await new Promise(() => {}) }`,
        );
        assert.equal(error?.ename, "Interrupted");
        assert.equal(await value("await new Promise(done => setImmediate(done)); kept"), "42");
        // The cell's own capture callback is still in its place, and nobody else's is.
        const captures = what.includes("capture callback");
        const has = "process.hasUncaughtExceptionCaptureCallback()";
        assert.equal(await value(has), String(captures));
        if (!captures) {
          await run(
            'setTimeout(() => { throw new Error("told") }, 1); await new Promise(done => setTimeout(done, 5))',
            /told/,
          );
        }
      });
    }
  }
});
