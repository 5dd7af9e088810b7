import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  anyNet,
  type Block,
  blocks,
  build,
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  convNorm,
  countArchitecture,
  RegNetX,
  seeded,
} from "netspace";
import { randomArchitecture } from "../support/random-architecture.js";

for (const block of Object.values(blocks)) {
  test(`countArchitecture() equals the walk over the layers of 10,000 random networks of ${block.name} blocks`, () => {
    const random = seeded(7);
    for (let i = 0; i < 10_000; i++) {
      const architecture = randomArchitecture(block, random);
      const resolution = 16 + Math.floor(random() * 200);
      const { flops, params, acts } = complexity(build(architecture), resolution);
      const counted = countArchitecture(architecture, resolution);
      if (counted.flops === flops && counted.params === params && counted.acts === acts) continue;
      assert.deepEqual(counted, { flops, params, acts }, JSON.stringify(architecture));
    }
  });
}

test("layers, blocks and stages each add up to the network", () => {
  const random = seeded(3);
  for (const block of Object.values(blocks)) {
    const network = build(randomArchitecture(block, random));
    const whole = complexity(network, 64);
    for (const parts of [complexityByLayer, complexityByBlock, complexityByStage]) {
      const sum = { flops: 0, params: 0, acts: 0 };
      for (const cost of parts(network, 64).values()) {
        sum.flops += cost.flops;
        sum.params += cost.params;
        sum.acts += cost.acts;
      }
      assert.deepEqual(sum, whole, `${block.name}, ${parts.name}`);
    }
  }
});

test("complexityByBlock() names stem, blocks and head, and equal blocks cost the same", () => {
  const stage = { depth: 3, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 };
  const parts = complexityByBlock(build(anyNet([stage, stage])), 32);
  assert.deepEqual([...parts.keys()], ["stem", "s1.b1", "s1.b2", "s1.b3", "s2.b1", "s2.b2", "s2.b3", "head"]);
  assert.deepEqual(parts.get("s1.b3"), parts.get("s1.b2"));
  // By hand at 8 × 8, w = 16, g = 8: two 1 × 1, one 3 × 3 in groups; two parameters a channel of three norms.
  const params = 2 * 16 * 16 + 9 * 16 * 8;
  assert.deepEqual(parts.get("s1.b2"), { flops: params * 64, params: params + 96, acts: 3 * 16 * 64 });
});

test("a block written by a user is counted and built from the same definition", () => {
  const plain: Block = {
    name: "plain",
    build: (ops, x, { width, stride, activation }) =>
      convNorm(ops, 1, x, width, { kernel: 3, stride }, activation),
  };
  const stages = [{ depth: 2, width: 16, bottleneck: 1, groupWidth: 1, stride: 2 }];
  const architecture = anyNet(stages, { block: plain, classes: 10 });
  // By hand at 32 × 32: stem 3·32·9·16² , 32·16·9·8², 16·16·9·8², head 16·10 + 10.
  const flops = 3 * 32 * 9 * 256 + 32 * 16 * 9 * 64 + 16 * 16 * 9 * 64 + 170;
  assert.equal(countArchitecture(architecture, 32).flops, flops);
  assert.equal(complexity(build(architecture), 32).flops, flops);
});

test("countArchitecture() refuses what no network can have, and so does a space made of it", () => {
  const stage = { depth: 2, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 };
  for (const resolution of [0, NaN, 1.5, -32]) {
    assert.throws(() => countArchitecture(anyNet([stage]), resolution), {
      name: "NetworkError",
      message: `countArchitecture: resolution must be a positive integer, got ${resolution}; give it another`,
    });
  }
  const stem = { kind: "imagenet" as "simple", width: 32 };
  const activation = "gelu" as "relu";
  const unknownStem = /unknown stem\.kind "imagenet"; known are simple, cifar, resnet, resnet-rs$/;
  assert.throws(() => countArchitecture(anyNet([stage], { stem })), unknownStem);
  assert.throws(() => RegNetX.with({ stem }), unknownStem);
  assert.throws(() => AnyNetXA.with({ stem }), unknownStem);
  assert.throws(
    () => countArchitecture(anyNet([stage], { activation })),
    /unknown activation "gelu"; known are relu, silu$/,
  );
  for (const odd of [{ width: 0 }, { depth: 1.5 }, { bottleneck: 0 }, { groupWidth: 0 }, { stride: NaN }]) {
    assert.throws(
      () => countArchitecture(anyNet([stage, { ...stage, ...odd }])),
      /countArchitecture: stage 2 must have positive integers as .*; correct that stage$/,
    );
  }
});
