import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  anyNet,
  countArchitecture,
  DecisionSpace,
  decisions,
  describe,
  enumerate,
  RegNetX,
  SamplingError,
} from "netspace";
import { bits } from "../support/toy-spaces.js";

const hundreds = Array.from({ length: 500 }, (_, i) => i);

/** Three depths and two widths, of which the largest network is left out. */
const small = new DecisionSpace("small", choose => {
  const depth = choose("d", [1, 2, 3]);
  const width = choose("w", [8, 16]);
  if (depth === 3 && width === 16) return undefined;
  return anyNet([{ depth, width, bottleneck: 1, groupWidth: 8, stride: 2 }], {
    stem: { kind: "cifar", width: 8 },
    classes: 10,
  });
});

test("all architectures of a space come once, in the order of its choices, with what they cost", () => {
  const all = enumerate(small, { resolution: 16 });
  assert.deepEqual(
    all.map(({ architecture }) => describe(architecture)),
    ["X-d1-w8-b1-g8", "X-d1-w16-b1-g8", "X-d2-w8-b1-g8", "X-d2-w16-b1-g8", "X-d3-w8-b1-g8"],
  );
  for (const { architecture, flops, params, acts } of all) {
    assert.deepEqual({ flops, params, acts }, countArchitecture(architecture, 16));
  }
  assert.equal(enumerate(bits(10), { resolution: 8 }).length, 1024);
});

test("windows and counts hold as in sample", () => {
  const all = enumerate(small, { resolution: 16 });
  const flops = all.map(sample => sample.flops).sort((a, b) => a - b);
  const within = enumerate(small, { resolution: 16, where: { flops: [flops[1], flops[3]] } });
  assert.deepEqual(
    within,
    all.filter(sample => sample.flops >= flops[1] && sample.flops <= flops[3]),
  );
  assert.deepEqual(enumerate(small, { resolution: 16, n: 2 }), all.slice(0, 2));
  assert.throws(() => enumerate(small, { n: 6 }), {
    name: "SamplingError",
    message: /expected 6 architectures of small, which has 5; ask for as many/,
  });
  assert.throws(() => enumerate(small, { n: 1, where: { depth: [7, 9] } }), SamplingError);
});

test("of networks that are the same function the first is taken, where distinct ones are asked for", () => {
  // The order of two options that mean the same.
  const twice = new DecisionSpace("twice", choose => {
    choose("said otherwise", ["one way", "another"]);
    const depth = choose("d", [1, 2]);
    return anyNet([{ depth, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }]);
  });
  assert.equal(enumerate(twice).length, 4);
  assert.equal(enumerate(twice, { distinct: true }).length, 2);
});

test("what cannot be enumerated is named", () => {
  const closed = { name: "closed", dimensions: [], size: 1n, draw: () => undefined };
  assert.throws(() => enumerate(closed), /expected a space with a program of choices, got closed/);
  assert.throws(() => enumerate("RegNetX" as never), /got "RegNetX"; spaceByName\("RegNetX"\) is the space/);
  // At once, and not after as many as memory holds.
  assert.throws(
    () => enumerate(AnyNetXA),
    /enumerate: expected at most 10000000 ways, got \d{18,} of AnyNetXA; take a sample\(\) of it, or the first n/,
  );
  assert.equal(enumerate(AnyNetXA, { n: 2, resolution: 32 }).length, 2);
  // Nor walked for ever where nearly no way makes an architecture; a small space of that kind is walked to its end.
  assert.throws(
    () => enumerate(RegNetX, { n: 1 }),
    /RegNetX\.ways: 200000 ways in a row make no architecture, .*; draw from it instead/,
  );
  const last = new DecisionSpace("last of all", choose => {
    const [a, b] = [choose.free("a", hundreds), choose.free("b", hundreds)];
    if (a + b < 998) return undefined;
    return anyNet([{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }]);
  });
  assert.deepEqual([...decisions(last).ways()].length, 1);
  assert.throws(() => enumerate(small, { n: 0 }), /enumerate: n must be a positive integer, got 0/);
  assert.throws(
    () => enumerate(small, { distnct: true } as never),
    /unknown option "distnct"; did you mean "distinct"/,
  );
});
