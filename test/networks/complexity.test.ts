import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Architecture,
  anyNet,
  type Block,
  build,
  complexity,
  convNorm,
  countArchitecture,
  MBConv,
  seeded,
  X,
  Y,
} from "netspace";

/** A random architecture of a block, widths compatible with groups by construction. */
function randomArchitecture(block: Block, random: () => number): Architecture {
  const pick = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const stages = Array.from({ length: pick(1, 5) }, () => {
    const groupWidth = 2 ** pick(0, 4);
    // MBConv widens, the others narrow.
    const bottleneck = 2 ** pick(block === MBConv ? -2 : 0, block === MBConv ? 0 : 2);
    return {
      depth: pick(1, 6),
      width: Math.max(1, groupWidth * bottleneck) * pick(1, 8),
      bottleneck,
      groupWidth,
      stride: pick(1, 2),
      kernel: [3, 5][pick(0, 1)],
    };
  });
  const kind = (["simple", "cifar", "resnet"] as const)[pick(0, 2)];
  return anyNet(stages, {
    block,
    stem: { kind, width: 8 * pick(1, 6) },
    classes: pick(2, 200),
    headWidth: random() < 0.3 ? 64 : undefined,
  });
}

for (const block of [X, Y, MBConv]) {
  test(`countArchitecture() equals the walk over the layers of 1,000 random networks of ${block.name} blocks`, () => {
    const random = seeded(7);
    for (let i = 0; i < 1000; i++) {
      const architecture = randomArchitecture(block, random);
      const resolution = 16 + Math.floor(random() * 200);
      const walked = complexity(build(architecture), resolution);
      assert.deepEqual(countArchitecture(architecture, resolution), walked, JSON.stringify(architecture));
    }
  });
}

test("a block written by a user is counted and built from the same definition", () => {
  const plain: Block = {
    name: "V",
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
