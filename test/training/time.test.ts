import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EngineUnavailableError, nasBench201, NetworkError, time } from "netspace";
import type { Engine } from "../../src/training/engine.js";
import { loadAddon } from "../../src/training/engines/torch/addon.js";
import { withoutAddon } from "../support/needs.js";
import { small } from "../support/networks.js";

/** An engine whose runs take as long as it is told, without taking any time. */
function clock(next: () => number) {
  const asked: number[] = [];
  let disposed = false;
  const engine: Engine = {
    name: "clock",
    train: () => Promise.reject(new Error("not here")),
    timer: async () => ({
      run: async runs => {
        asked.push(runs);
        return Float64Array.from({ length: runs }, next);
      },
      dispose: () => {
        disposed = true;
      },
    }),
  };
  return { engine, asked, disposed: () => disposed };
}

describe("time()", () => {
  it("gives median and quartiles of the runs after the warm-up", async () => {
    // Two slow runs that warm up, then 10 ms, every fourth of them disturbed.
    let i = 0;
    const { engine, disposed } = clock(() => (i++ < 1 ? 0.5 : i % 4 === 0 ? 0.03 : 0.01));
    const timing = await time(small, { engine, batch: 8, resolution: 32 });
    assert.equal(timing.median, 0.01);
    assert.deepEqual(timing.quartiles[0], 0.01);
    assert.equal(timing.imagesPerSecond, 800);
    assert.ok(timing.runs >= 15 && timing.runs <= 30, `${timing.runs} runs in 0.3 s`);
    assert.deepEqual(
      [timing.network, timing.engine, timing.mode, timing.batch, timing.resolution, timing.precision],
      ["small", "clock", "inference", 8, 32, "float32"],
    );
    assert.ok(disposed());
  });

  it("makes three runs of a slow network and 200 of a fast one", async () => {
    const slow = clock(() => 5);
    assert.equal((await time(small, { engine: slow.engine })).runs, 3);
    assert.deepEqual(slow.asked, [1, 1, 1, 1, 1]);
    const fast = clock(() => 1e-6);
    assert.equal((await time(small, { engine: fast.engine })).runs, 200);
  });

  it("makes as many runs as asked for, however long they take", async () => {
    for (const each of [5, 0.004, 1e-6]) {
      const { engine, asked } = clock(() => each);
      assert.equal((await time(small, { engine, runs: 250 })).runs, 250);
      // A stop is heeded now and then meanwhile.
      assert.ok(Math.max(...asked) <= Math.max(1, 0.1 / each), `${Math.max(...asked)} at once`);
    }
    await assert.rejects(time(small, { runs: 0 }), /time: runs must be a positive integer, got 0/);
  });

  it("takes the resolution of a cell network's images", async () => {
    const { engine } = clock(() => 1);
    const cell = { ...nasBench201("|none~0|"), resolution: 12 };
    assert.equal((await time(cell, { engine, runs: 1 })).resolution, 12);
  });

  it("takes a published network's own resolution, and 64 images", async () => {
    const { engine } = clock(() => 1);
    const { resolution, batch, network } = await time("EfficientNet-B1", { engine });
    assert.deepEqual([resolution, batch, network], [240, 64, "EfficientNet-B1"]);
  });

  it("stops when its signal aborts", async () => {
    const stop = new AbortController();
    const { engine, asked, disposed } = clock(() => {
      if (asked.length > 3) stop.abort(new Error("enough"));
      return 1;
    });
    await assert.rejects(time(small, { engine, seconds: 100, signal: stop.signal }), /enough/);
    assert.ok(disposed());
  });

  it("names what cannot be timed", async () => {
    const { engine } = clock(() => 1);
    const cases: [Parameters<typeof time>[1], RegExp][] = [
      [{ engine, batch: 0 }, /time: batch must be a positive integer, got 0/],
      [{ engine, mode: "both" as "training" }, /mode must be "inference" or "training", got "both"/],
      [{ engine, threads: 0 }, /time: threads must be a positive integer, got 0/],
      [{ engine, threads: 1e6 }, /time: threads must be at most \d+ .*got 1000000/],
      [null as never, /time: expected options such as \{ batch: 64 \}, got null/],
      [{ engine, precision: "int8" as "bf16" }, /time: precision must be one of .* got "int8"/],
      [{ engine, seconds: Number.NaN }, /seconds must be a number of at least 0, got NaN/],
      [{ engine: { ...engine, timer: undefined } }, /engine "clock" cannot time networks/],
    ];
    for (const [options, message] of cases) await assert.rejects(time(small, options), message);
    await assert.rejects(time(small, { engine, resolution: 0.5 }), NetworkError);
  });
});

describe("time() with engine torch", { skip: withoutAddon }, () => {
  it("finds a training step slower than inference, and a larger batch slower than a small one", async () => {
    const options = { device: "cpu", threads: 1, resolution: 32, seconds: 0.2 } as const;
    const seconds = async (mode: "inference" | "training", batch: number) => {
      const { median, quartiles, runs } = await time(small, { ...options, mode, batch });
      assert.ok(runs >= 3 && quartiles[0] > 0 && quartiles[0] <= median && median <= quartiles[1]);
      return median;
    };
    const inference = await seconds("inference", 64);
    assert.ok((await seconds("training", 64)) > 1.3 * inference);
    assert.ok((await seconds("inference", 4)) < 0.5 * inference);
  });

  it("says what no memory holds", async () => {
    await assert.rejects(time(small, { device: "cpu", threads: 1, batch: 2 ** 30 }), /out of memory/);
  });

  it("says that a card is not there", {
    skip: !withoutAddon && loadAddon().info().cuda ? "CUDA is here" : false,
  }, async () => {
    await assert.rejects(time(small, { device: "cuda" }), EngineUnavailableError);
  });
});
