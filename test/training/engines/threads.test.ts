import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { build, DARTSSpace, SmallCells, zoo } from "netspace";
import { supernet } from "netspace/search";
import { threadsFor } from "../../../src/training/engines/threads.js";

const torch = { name: "torch" };
const mobile = build(zoo("RegNetX-200MF").architecture);

test("a step of up to 1.2 GF has one thread, whatever the machine does", async () => {
  // 200 MF at 224 × 224: six images are within it.
  assert.equal(await threadsFor(torch, { network: mobile, batch: 6, resolution: 224 }, undefined), 1);
  assert.equal(await threadsFor(torch, { network: mobile, batch: 32, resolution: 32 }, undefined), 1);
});

test("a larger one has from one to all cores", async () => {
  const threads = await threadsFor(torch, { network: mobile, batch: 64, resolution: 224 }, undefined);
  assert.ok(threads! >= 1 && threads! <= availableParallelism(), String(threads));
});

test("a supernet counts with all of its operations", async () => {
  const cells = supernet(SmallCells, { classes: 10, resolution: 12 }).network;
  assert.equal(await threadsFor(torch, { network: cells, batch: 32, resolution: 12 }, undefined), 1);
  const darts = supernet(DARTSSpace.fix("cells", 5).fix("filters", 4), {
    classes: 10,
    resolution: 32,
  }).network;
  const threads = await threadsFor(torch, { network: darts, batch: 64, resolution: 32 }, undefined);
  assert.ok(threads! >= 1 && threads! <= availableParallelism(), String(threads));
});

test("what is given is taken, and another engine chooses for itself", async () => {
  const step = { network: mobile, batch: 1, resolution: 32 };
  assert.equal(await threadsFor(torch, step, 3), 3);
  assert.equal(await threadsFor({ name: "tensorflow" }, step, undefined), undefined);
});
