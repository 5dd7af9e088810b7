import assert from "node:assert/strict";
import { test } from "node:test";
import { fitThroughput, makespan, measuredOnV100, planSweep, type SweepSpec, zoo } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";

test("makespan() deals trainings out as a runner does: the next one to whoever is free first", () => {
  assert.equal(makespan([3, 1, 1, 1, 2], 2), 5); // 3 + 2 on one, 1 + 1 + 1 on the other, which is free at the same time.
  assert.equal(makespan([5, 4, 3], 1), 12);
  assert.equal(makespan([5, 4, 3], 8), 5);
  assert.equal(makespan([], 4), 0);
});

test("fitThroughput() finds the law that measurements follow, and says how far it is off", () => {
  const law = (flops: number, acts: number) => 1e-4 + 2e-12 * flops + 3e-10 * acts;
  const costs = [1, 2, 4, 8, 16].flatMap(f => [1, 3].map(a => ({ flops: f * 1e8, acts: f * a * 1e5 })));
  const measured = costs.map(({ flops, acts }) => ({ flops, acts, imagesPerSecond: 1 / law(flops, acts) }));
  const throughput = fitThroughput("a law", measured);
  const predicted = throughput.secondsPerImage({ flops: 3e8, acts: 5e5 });
  assert.ok(Math.abs(predicted / law(3e8, 5e5) - 1) < 1e-9);
  assert.ok(throughput.medianError < 1e-9);
  assert.deepEqual(throughput.flops, [1e8, 16e8]);
});

test("the published training times are met within a fifth, and larger networks take longer", () => {
  const throughput = fitThroughput("V100", measuredOnV100());
  assert.ok(throughput.medianError < 0.1, `off by ${throughput.medianError}`);
  for (const name of ["RegNetX-400MF", "RegNetX-3.2GF", "ResNet-50"]) {
    const { exact, published } = zoo(name);
    const ratio = throughput.secondsPerImage(exact!) / (published.trainStepMs / 64_000);
    assert.ok(ratio > 0.8 && ratio < 1.25, `${name}: ${ratio}`);
  }
});

test("planSweep() samples what the sweep will train, and adds up its trainings", async () => {
  const spec: SweepSpec = {
    space: "AnyNetXA",
    n: 10,
    where: { flops: [2e6, 4e6] },
    dataset: { kind: "procedural", resolution: 32, train: 1000, test: 300, seed: 1 },
    recipe: { base: "tiny", epochs: 2, batch: 64 },
  };
  const throughput = { ...fitThroughput("V100", measuredOnV100()), secondsPerImage: () => 0.001 };
  // 2 epochs of 15 steps of 64 images, and a third of 300.
  const each = (2 * 15 * 64 + 100) / 1000 / 3600;
  const plan = await planSweep(spec, { devices: 3, throughput });
  assert.equal(plan.trainings, trialsOf(checkSpec(spec)).length);
  assert.ok(Math.abs(plan.deviceHours - 10 * each) < 1e-9);
  assert.ok(Math.abs(plan.wallHours - 4 * each) < 1e-9, "ten trainings on three devices take four rounds");
  assert.equal(plan.beyond, 10, "networks of 3 MF are beyond what the zoo tells");
  const images = { train: 2000, test: 300 };
  assert.ok((await planSweep(spec, { devices: 3, throughput, images })).deviceHours > 1.9 * plan.deviceHours);
});

test("devices, images and durations that cannot be are refused by name; more devices than trainings are idle", async () => {
  const throughput = fitThroughput("V100", measuredOnV100());
  const spec: SweepSpec = {
    space: "AnyNetXA",
    n: 3,
    dataset: { kind: "procedural", resolution: 32, train: 1000, test: 300, seed: 1 },
    recipe: "tiny",
  };
  for (const devices of [0, -1, 1.5, Number.NaN, Infinity, "2" as unknown as number]) {
    const refused = { name: "RangeError", message: /: devices must be a positive integer, got / };
    assert.throws(() => makespan([1], devices), refused);
    await assert.rejects(planSweep(spec, { devices, throughput }), refused);
  }
  for (const durations of [[1, Number.NaN], [-1], [Infinity]]) {
    assert.throws(() => makespan(durations, 1), { name: "RangeError", message: /durations must be finite/ });
  }
  const images = { train: -1, test: 300 };
  await assert.rejects(planSweep(spec, { devices: 1, throughput, images }), {
    name: "RangeError",
    message: "planSweep: images.train must be an integer of at least 0, got -1",
  });
  assert.equal(makespan([5, 4, 3], 2 ** 53 - 1), 5);
});
