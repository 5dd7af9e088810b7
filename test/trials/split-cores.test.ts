/** How a sweep splits the cores. Measurements are scripted. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { SweepSpec } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { splitCores } from "../../src/trials/runner/split-cores.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import type { measureParallelism } from "../../src/training/index.js";
import { smallSweep } from "../support/small-sweep.js";

const spec: SweepSpec = { ...smallSweep, n: 32, recipe: { base: "tiny", batch: 16 } };
const trials = trialsOf(checkSpec(spec));

/** A measurement with these rates for 4 × 1, 2 × 2 and 1 × 4, that notes what it was asked. */
function scripted(rates: readonly [number, number, number]) {
  const asked: Parameters<typeof measureParallelism>[0][] = [];
  const measure: typeof measureParallelism = options => {
    asked.push(options);
    const splits = rates.map((imagesPerSecond, i) => ({ workers: 4 >> i, threads: 1 << i, imagesPerSecond }));
    return Promise.resolve(splits.sort((a, b) => b.imagesPerSecond - a.imagesPerSecond));
  };
  return { asked, measure };
}

describe("splitCores()", () => {
  it("takes the fastest split of the network of median flops", async () => {
    const { asked, measure } = scripted([100, 130, 120]);
    assert.deepEqual(await splitCores(trials, { cores: 4, measure }), { workers: 2, threads: 2 });
    const [{ network, batch, resolution, precision, cores }] = asked;
    assert.deepEqual(
      { batch, resolution, precision, cores },
      { batch: 16, resolution: 16, precision: "float32", cores: 4 },
    );
    const measured = trials.find(trial => isDeepStrictEqual(trial.network, network))!;
    const below = trials.filter(trial => trial.flops < measured.flops);
    assert.equal(below.length, 16);
  });

  it("keeps one thread a training unless another split is clearly faster", async () => {
    const { measure } = scripted([100, 108, 90]);
    assert.deepEqual(await splitCores(trials, { cores: 4, measure }), { workers: 4, threads: 1 });
  });

  it("measures nothing for few trainings, one core or another engine, and survives a failed measurement", async () => {
    const { asked, measure } = scripted([1, 9, 9]);
    const tensorflow = trialsOf(checkSpec({ ...spec, engine: "tensorflow" }));
    assert.deepEqual(await splitCores(trials.slice(1), { cores: 4, measure }), { workers: 4, threads: 1 });
    assert.deepEqual(await splitCores(trials, { cores: 1, measure }), { workers: 1, threads: 1 });
    assert.deepEqual(await splitCores(tensorflow, { cores: 4, measure }), { workers: 4, threads: 1 });
    assert.equal(asked.length, 0);
    const broken = () => Promise.reject(new Error("no engine"));
    assert.deepEqual(await splitCores(trials, { cores: 4, measure: broken }), { workers: 4, threads: 1 });
  });
});
