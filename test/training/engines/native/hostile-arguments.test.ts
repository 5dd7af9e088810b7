/**
 * The binding takes no unchecked word: whatever stands in whatever place of whatever function, it throws an error that
 * names function, expectation and value. It neither crashes nor hangs; so each call is made in another process.
 *
 * The same under the address sanitizer: see docs/engines.md.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { withoutAddon } from "../../../support/needs.js";
import type { Line } from "./hostile-process.js";

const script = fileURLToPath(new URL("hostile-process.js", import.meta.url));
/** Nothing that is refused takes as long, whatever else the machine does, milliseconds. */
const HANGS = 60_000;

interface Outcome {
  readonly calls: number;
  readonly ran: number;
  readonly problems: readonly string[];
}

/** Makes all calls of a kind; after one that ends the process or does not end itself, goes on with the next. */
async function attack(kind: "calls" | "programs" | "cells"): Promise<Outcome> {
  const problems: string[] = [];
  let ran = 0;
  for (let from = 0; ; ) {
    const child = spawn(process.execPath, [script, kind, `${from}`], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", text => (errors += text));
    const ended = new Promise<string>(resolve => {
      child.on("close", (code, signal) => resolve(signal ?? `code ${code}`));
    });
    let hung = false;
    const stop = () => {
      hung = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(stop, HANGS);
    let begun: { readonly begin: number; readonly title: string } | undefined;
    let done: number | undefined;
    for await (const text of createInterface({ input: child.stdout })) {
      clearTimeout(timer);
      timer = setTimeout(stop, HANGS);
      const line = JSON.parse(text) as Line;
      if ("begin" in line) begun = line;
      else if ("done" in line) done = line.done;
      else {
        if (line.problem !== undefined) problems.push(`${begun!.title}: ${line.problem}`);
        if (line.ran) ran++;
        begun = undefined;
      }
    }
    const how = await ended;
    clearTimeout(timer);
    if (done !== undefined && how === "code 0") return { calls: done, ran, problems };
    problems.push(`${begun?.title ?? "the end"}: ${hung ? "hangs" : how}: ${errors.slice(0, 2000)}`);
    if (!begun || problems.length > 50) return { calls: from, ran, problems };
    from = begun.begin + 1;
  }
}

describe("the binding", { skip: withoutAddon }, () => {
  it("refuses every argument that it cannot take, by name, in every place of every function", async t => {
    const { calls, problems } = await attack("calls");
    assert.deepEqual(problems, []);
    t.diagnostic(`${calls} calls`);
    assert.ok(calls > 4054, `${calls} calls`);
  });

  for (const kind of ["programs", "cells"] as const) {
    it(`refuses a program or runs it, whatever its numbers: ${kind}`, async t => {
      const { calls, ran, problems } = await attack(kind);
      assert.deepEqual(problems, []);
      t.diagnostic(`${calls} programs, of which ${ran} run`);
      assert.ok(calls > 1500 && ran > 20, `${calls} programs, of which ${ran} run`);
    });
  }
});
