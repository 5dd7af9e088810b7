/**
 * Long sessions: thousands of cells, and no growth. `NETSPACE_SOAK=20000` runs as many as the project promises.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { EvaluatorHost } from "../../evaluator/host.js";

const CELLS = Number(process.env["NETSPACE_SOAK"] ?? 3000);
const skip = process.platform === "linux" ? false : "reads memory from /proc";

test(`${CELLS} cells grow the evaluator's memory by less than a fifth`, {
  skip,
  timeout: 600_000,
}, async () => {
  const host = new EvaluatorHost({ folder: tmpdir(), output: () => {}, rawOutput: () => {} });
  host.start();
  let id = 0;
  const execute = async (code: string) => {
    id++;
    const command = { type: "execute", id, count: id, code, silent: false, userExpressions: {} } as const;
    assert.equal((await host.execute(command)).error, undefined);
  };
  const resident = (): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${host.pid}/status`, "utf8"))?.[1]) / 1024;
  const cells = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const name = id % 100;
      // Declarations of every kind, a value that takes memory, an import, text, and a late rejection's promise.
      await execute(
        `const x${name}: number = ${id}; function f${name}(a: number): number { return a + x${name} }
         class C${name} { width = f${name}(1) } import { sep } from "node:path"; console.log(sep);
         setTimeout(() => x${name}, 1); new Float64Array(10_000)`,
      );
    }
  };
  try {
    // Memory is what garbage collection leaves it at: it takes some cells until it settles.
    await cells(1000);
    const before = resident();
    await cells(CELLS);
    const growth = resident() / before - 1;
    assert.ok(growth < 0.2, `expected growth below 20 %, got ${(100 * growth).toFixed(1)} % of ${before} MB`);
  } finally {
    host.stop();
  }
});
