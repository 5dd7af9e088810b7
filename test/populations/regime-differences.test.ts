import assert from "node:assert/strict";
import { test } from "node:test";
import { regimeDifferences, type SweepSpec } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";

const base: SweepSpec = {
  space: "AnyNetXA",
  n: 8,
  where: { flops: [1e6, 2e6] },
  dataset: { kind: "procedural", resolution: 32, train: 500, test: 200, seed: 1 },
  recipe: "tiny",
};
const differs = (other: Partial<SweepSpec>, own: SweepSpec = base) =>
  regimeDifferences(checkSpec(own), checkSpec({ ...base, ...other })).map(
    ({ field, a, b }) => `${field}: ${a}, ${b}`,
  );

test("another space, another number or seed of networks, and another way to run are one regime", () => {
  assert.deepEqual(differs({ space: "RegNetX", n: 90, seed: 4, trainingSeed: 7, run: { workers: 2 } }), []);
});

test("every field that images and training depend on is a difference of regimes", () => {
  assert.deepEqual(differs({ where: { flops: [1e6, 4e6], depth: [1, 9] } }), [
    "where.flops: [1000000,2000000], [1000000,4000000]",
    "where.depth: none, [1,9]",
  ]);
  assert.deepEqual(differs({ stem: { kind: "cifar", width: 32 } }), ['stem.kind: "simple", "cifar"']);
  assert.deepEqual(differs({ precision: "bf16" }), ['precision: "float32", "bf16"']);
  assert.deepEqual(
    differs({ dataset: { kind: "procedural", resolution: 32, train: 500, test: 200, seed: 2 } }),
    ["dataset.seed: 1, 2"],
  );
  assert.deepEqual(differs({ recipe: { base: "tiny", learningRate: { logUniform: [0.01, 1] } } }).length, 1);
});

test("what is written out as its default is no difference, nor where files lie, nor how often is tested", () => {
  assert.deepEqual(differs({ recipe: { base: "tiny", dropout: 0, testEvery: 1 } }), []);
  const written = {
    optimiser: "sgd",
    nesterov: true,
    stepFactor: 0.1,
    warmupFrom: 0.1,
    dropPathSchedule: "constant",
  } as const;
  assert.deepEqual(differs({ recipe: { base: "tiny", ...written, cutout: 0, auxiliaryWeight: 0 } }), []);
  // What is 0 or false without being the default is a difference.
  assert.deepEqual(differs({ recipe: { base: "tiny", nesterov: false, warmupFrom: 0 } }), [
    "recipe.nesterov: none, false",
    "recipe.warmupFrom: none, 0",
  ]);
  assert.deepEqual(
    differs({ dataset: { kind: "procedural", resolution: 32, train: 500, test: 200, seed: 1, classes: 10 } }),
    [],
  );
  const cifar = (folder: string): SweepSpec => ({ ...base, dataset: { kind: "cifar10", folder } });
  assert.deepEqual(differs(cifar("/a"), cifar("/b")), []);
  assert.deepEqual(differs(cifar("/a")), ['dataset.kind: "procedural", "cifar10"']);
});
