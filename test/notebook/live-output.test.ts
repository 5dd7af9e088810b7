import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, test } from "node:test";
import { liveOutput } from "../../src/notebook/live-output.js";

const { stderr } = process;
const original = Object.fromEntries(
  ["isTTY", "columns", "write"].map(name => [name, Reflect.get(stderr, name)]),
);
const DISPLAY = Symbol.for("netspace.display");
afterEach(() => {
  Object.assign(stderr, original);
  delete (globalThis as { [DISPLAY]?: unknown })[DISPLAY];
});

/** Lets standard error pass for a terminal, or for none, and gathers what is written to it. */
function pretend(isTTY: boolean, columns = 80): string[] {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  Object.assign(stderr, { isTTY, columns, write });
  return written;
}

test("on a terminal one line is written over, no longer than the terminal is wide, and stays at the end", () => {
  const written = pretend(true, 20);
  const output = liveOutput();
  assert.equal(output.kind, "terminal");
  output.show("epoch 1 of 3, and much more than fits");
  output.show("epoch 2 of 3\nnot this line");
  output.end("done");
  assert.deepEqual(written, [
    "\r\u001B[Kepoch 1 of 3, and m",
    "\r\u001B[Kepoch 2 of 3",
    "\r\u001B[Kdone",
    "\n",
  ]);
});

test("a log gets nothing", () => {
  const written = pretend(false);
  const output = liveOutput();
  output.show("epoch 1");
  output.end("done");
  assert.deepEqual([output.kind, written], ["none", []]);
});

test("in a notebook one output is updated, for the caller's cell wherever the update comes from", () => {
  const cell = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  (globalThis as { [DISPLAY]?: unknown })[DISPLAY] = (value: unknown) => {
    seen.push(["display", value, cell.getStore()]);
    return { update: (next: unknown) => seen.push(["update", next, cell.getStore()]) };
  };
  const output = cell.run("first cell", liveOutput);
  assert.equal(output.kind, "notebook");
  output.show(1);
  cell.run("second cell", () => output.show(2));
  output.end(3);
  assert.deepEqual(seen, [
    ["display", 1, "first cell"],
    ["update", 2, "first cell"],
    ["update", 3, "first cell"],
  ]);
});
