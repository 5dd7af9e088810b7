/** Splitting the cores by measurement. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { measureParallelism } from "../../src/training/parallelism.js";
import { withoutAddon } from "../support/needs.js";
import { small } from "../support/networks.js";

const job = { network: small, batch: 16, resolution: 12, precision: "float32", seconds: 0.2 } as const;

describe("measureParallelism()", { skip: withoutAddon }, () => {
  it("tries every even split of the cores, and gives the fastest first", async () => {
    const splits = await measureParallelism({ ...job, cores: 2 });
    const shapes = splits.map(({ workers, threads }) => `${workers} × ${threads}`);
    assert.deepEqual(shapes.sort(), ["1 × 2", "2 × 1"]);
    assert.ok(splits[0].imagesPerSecond >= splits[1].imagesPerSecond && splits[1].imagesPerSecond > 0);
  });

  it("says what is wrong", async () => {
    await assert.rejects(
      () => measureParallelism({ ...job, cores: 0 }),
      /cores must be a positive integer, got 0/,
    );
    const broken = { ...small, layers: small.layers.slice(1) };
    await assert.rejects(
      () => measureParallelism({ ...job, cores: 1, network: broken }),
      /layer "stem\.bn" \(batchnorm\): expected inputs among the layers before it, got "stem\.conv"/,
    );
  });
});
