import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { coresLeft, freeCores } from "../../../src/base/node/free-cores.js";

describe("cores that nothing else uses", () => {
  // 100 ms of each core.
  const seen = (cores: number, count: number, busy: number, own = 0) =>
    coresLeft({ cores, count, busy, idle: 100 * count - busy, own });

  test("a quiet machine's are all free, and a busy one's is the one that is taken anyway", () => {
    assert.equal(seen(2, 2, 0), 2);
    assert.equal(seen(2, 2, 200), 1);
    assert.equal(seen(8, 8, 800), 1);
  });

  test("each that is busy is taken away, to the nearest whole one", () => {
    assert.equal(seen(8, 8, 300), 5);
    assert.equal(seen(8, 8, 340), 5);
    assert.equal(seen(8, 8, 360), 4);
    assert.equal(seen(2, 2, 10), 2); // background work of some per cent
  });

  test("what this process does itself is free", () => {
    assert.equal(seen(2, 2, 100, 100), 2);
    assert.equal(seen(2, 2, 200, 100), 1);
    assert.equal(seen(2, 2, 90, 130), 2); // ticks are coarse
  });

  test("a container has its share of a larger machine at the most", () => {
    assert.equal(seen(4, 64, 1000), 4);
    assert.equal(seen(4, 64, 6200), 2);
  });

  test("a system that does not tell leaves all", () => {
    assert.equal(coresLeft({ cores: 4, count: 0, busy: 0, idle: 0, own: 0 }), 4);
  });

  test("this machine has from one to all", async () => {
    const free = await freeCores();
    assert.ok(Number.isInteger(free) && free >= 1 && free <= availableParallelism(), String(free));
  });
});
