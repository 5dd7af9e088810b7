/** Which of V8's compilers run where: those that optimise cost the front more memory than its messages do. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BareKernel } from "../support/bare-kernel.js";

/** Has V8 say, on standard output, what it optimises in the kernel's first process. */
const TRACED = ["sh", "-c", 'node=$1; shift; exec "$node" --trace-opt "$@"', "sh"];
const CELLS = 100;
const TIER = `
const { setFlagsFromString } = await import("node:v8");
setFlagsFromString("--allow-natives-syntax");
const sum = (a: number, b: number) => a + b;
const tier = new Function("f", "%PrepareFunctionForOptimization(f); f(1, 2); %OptimizeFunctionOnNextCall(f); f(3, 4); return %ActiveTierIsTurbofan(f)");
tier(sum)`;

describe("compilers", { skip: process.platform === "win32", timeout: 300_000 }, () => {
  test("the front optimises none of its code, cells all of theirs", async () => {
    const kernel = new BareKernel({
      launcher: TRACED,
      stdio: ["ignore", "pipe", "pipe"],
      env: { NETSPACE_TYPECHECK: "off" },
    });
    let traced = "";
    kernel.process.stdout?.setEncoding("utf8").on("data", (text: string) => (traced += text));
    try {
      await kernel.ready();
      // Node's own start is optimised a little before any of the kernel's code runs.
      traced = "";
      for (let i = 0; i < CELLS; i++) await kernel.execute(`${i}`);
      assert.equal(traced, "");
      const id = kernel.start(TIER);
      const shown = await kernel.until(
        ({ header, parentHeader }) => header.msg_type === "execute_result" && parentHeader.msg_id === id,
      );
      assert.equal((shown.content["data"] as Record<string, unknown>)["text/plain"], "true");
    } finally {
      await kernel.close();
    }
  });
});
