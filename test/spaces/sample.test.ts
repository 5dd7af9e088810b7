import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  AnyNetXD,
  AnyNetXE,
  build,
  type Constraints,
  complexity,
  depthOf,
  inferShapes,
  logUniform,
  oneOf,
  powersOfTwo,
  R,
  sample,
  seeded,
  spaceByName,
  V,
  VR,
  X,
} from "netspace";

const window = { flops: [360e6, 400e6] } as const;

test("sample() gives the same architectures for the same seed, and others for another", () => {
  const draw = (seed: number) =>
    sample(AnyNetXE, { n: 20, seed, where: window }).map(s => s.architecture.stages);
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
});

test("sample() is the same on every machine: the first architecture of seed 1 is this one", () => {
  // netspace sample AnyNetXE --n 1 --seed 1 --flops 360e6,400e6 --json
  const [{ architecture, flops, params, acts }] = sample(AnyNetXE, { n: 1, seed: 1, where: window });
  const stage = (depth: number, width: number, groupWidth: number) => ({
    depth,
    width,
    bottleneck: 1,
    groupWidth,
    stride: 2,
  });
  assert.deepEqual(architecture.stages, [
    stage(1, 8, 8),
    stage(2, 24, 24),
    stage(3, 64, 32),
    stage(3, 1024, 32),
  ]);
  assert.deepEqual({ flops, params, acts }, { flops: 360_786_920, params: 7_399_256, acts: 1_581_544 });
});

test("sample() accepts only what lies in every window, and counts it as the built network does", () => {
  const where = { flops: [100e6, 400e6], params: [1e6, 9e6], acts: [1e6, 4e6], depth: [8, 24] } as const;
  for (const drawn of sample(AnyNetXA, { n: 50, seed: 2, where })) {
    const { flops, params, acts, architecture } = drawn;
    assert.deepEqual(complexity(build(architecture), 224), { flops, params, acts });
    assert.ok(flops >= 100e6 && flops <= 400e6 && params >= 1e6 && params <= 9e6);
    assert.ok(acts >= 1e6 && acts <= 4e6 && depthOf(architecture) >= 8 && depthOf(architecture) <= 24);
  }
});

test("sample() holds candidates to effective flops, so that other blocks do equal work on small images", () => {
  const where = { effectiveFlops: [1e6, 1.2e6] } as const;
  for (const block of [X, R, V, VR]) {
    const space = AnyNetXA.with({ block, stem: { kind: "cifar", width: 8 }, classes: 10 });
    for (const { architecture, flops } of sample(space, { n: 20, seed: 2, where, resolution: 32 })) {
      const network = build(architecture);
      const effective = complexity(network, 32, { taps: "inside" }).flops;
      assert.ok(effective >= 1e6 && effective <= 1.2e6, `${block.name}: ${effective}`);
      assert.equal(flops, complexity(network, 32).flops);
      assert.ok(flops > effective);
    }
  }
});

test("a window of effective flops that holds everything draws what no window draws", () => {
  const draw = (where: Constraints) => sample(AnyNetXA, { n: 30, seed: 6, where, resolution: 32 });
  assert.deepEqual(draw({ effectiveFlops: [0, Infinity] }), draw({}));
});

test("sample() takes any further condition and any generator", () => {
  const accept = ({ architecture }: { architecture: { stages: readonly { width: number }[] } }) =>
    architecture.stages[0].width === 48;
  for (const { architecture } of sample(AnyNetXC, { n: 5, seed: seeded(3), where: { accept } })) {
    assert.equal(architecture.stages[0].width, 48);
  }
});

test("every sampled architecture builds a network whose groups divide", () => {
  for (const { architecture } of sample(AnyNetXA, { n: 300, seed: 4 })) inferShapes(build(architecture), 64);
});

test("the ends of [0, 1) draw the first and the last value, also where rounding leaves the probabilities below 1", () => {
  const depths = { values: [1, 2, 3], probabilities: [0.3, 0.3, 0.4 - 5e-7] };
  const space = AnyNetXA.withDimension("depth", depths);
  const depth = (u: number) => space.draw(() => u)?.stages.map(stage => stage.depth);
  assert.deepEqual(depth(0), [1, 1, 1, 1]);
  assert.deepEqual(depth(0.3), [2, 2, 2, 2]);
  assert.deepEqual(depth(1 - 2 ** -32), [3, 3, 3, 3]);
  assert.deepEqual(depth(1 - 2 ** -53), [3, 3, 3, 3]);
});

test("each refinement from A to E holds in all that is sampled from it, and in all that follow", () => {
  const equal = (values: number[]) => values.every(v => v === values[0]);
  const rising = (values: number[]) => values.every((v, i) => i === 0 || v >= values[i - 1]);
  const column = (key: "depth" | "width" | "bottleneck", space: typeof AnyNetXA) =>
    sample(space, { n: 200, seed: 8 }).map(s => s.architecture.stages.map(stage => stage[key]));
  for (const space of [AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE]) {
    assert.ok(column("bottleneck", space).every(equal), space.name);
  }
  assert.ok(!column("bottleneck", AnyNetXA).every(equal));
  for (const space of [AnyNetXD, AnyNetXE]) assert.ok(column("width", space).every(rising), space.name);
  assert.ok(!column("width", AnyNetXC).every(rising));
  assert.ok(column("depth", AnyNetXE).every(rising));
  assert.ok(!column("depth", AnyNetXD).every(rising));
});

test("acceptance in 360–400 MF lies near the 2.1–2.6 % of the paper's setting, for A to E", () => {
  for (const space of [AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE]) {
    let drawn = 0;
    const count = {
      ...space,
      name: space.name,
      dimensions: space.dimensions,
      size: 1n,
      draw: (r: () => number) => (drawn++, space.draw(r)),
    };
    sample(count, { n: 400, seed: 1, where: window });
    const rate = 400 / drawn;
    assert.ok(rate > 0.017 && rate < 0.029, `${space.name}: ${rate}`);
  }
});

test("the spaces have the sizes of Table 1: exact where values are free, multisets where they are ordered", () => {
  assert.equal(AnyNetXA.size, (16n * 128n * 3n * 6n) ** 4n);
  assert.equal(AnyNetXB.size, (16n * 128n * 6n) ** 4n * 3n);
  assert.equal(AnyNetXC.size, (16n * 128n) ** 4n * 3n * 6n);
  // (131 choose 4) non-decreasing widths and (19 choose 4) non-decreasing depths.
  assert.equal(AnyNetXD.size, 16n ** 4n * 11_716_640n * 18n);
  assert.equal(AnyNetXE.size, 3_876n * 11_716_640n * 18n);
});

test("non-decreasing values are drawn as independent ones given that they do not decrease", () => {
  // Exact probabilities by enumerating all 3⁴ sequences.
  const values = [1, 2, 3];
  const weights = [0.5, 0.3, 0.2];
  const probability = new Map<string, number>();
  let sum = 0;
  for (let code = 0; code < 81; code++) {
    const sequence = [0, 1, 2, 3].map(i => Math.floor(code / 3 ** i) % 3);
    if (!sequence.every((v, i) => i === 0 || v >= sequence[i - 1])) continue;
    const p = sequence.reduce((product, v) => product * weights[v], 1);
    probability.set(sequence.map(v => values[v]).join(), p);
    sum += p;
  }
  const depth = oneOf(values, weights);
  const space = AnyNetXA.withDimension("depth", depth).nonDecreasing("depth");
  const counts = new Map<string, number>();
  const n = 60_000;
  const random = seeded(11);
  for (let i = 0; i < n; i++) {
    const key = space
      .draw(random)
      .stages.map(stage => stage.depth)
      .join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 15);
  let chiSquare = 0;
  for (const [key, p] of probability) {
    const expected = (n * p) / sum;
    chiSquare += ((counts.get(key) ?? 0) - expected) ** 2 / expected;
  }
  assert.ok(chiSquare < 36.12, `χ² = ${chiSquare}`); // scipy.stats.chi2.ppf(0.999, 14) = 36.123
});

test("dimensions follow the paper: quantised log-uniform widths and depths, uniform powers of two", () => {
  const width = logUniform(8, 1024, 8);
  assert.equal(width.values.length, 128);
  // From (ln 4, ln 1024], rounded up to 8: P(8) = ln(8 / 4) / ln(1024 / 4) = 1 / 8.
  assert.ok(Math.abs(width.probabilities[0] - 1 / 8) < 1e-12);
  assert.deepEqual(powersOfTwo(1, 32), oneOf([1, 2, 4, 8, 16, 32]));
});

test("sample() says what was drawn when a window is empty", () => {
  assert.throws(() => sample(AnyNetXA, { n: 3, seed: 1, limit: 2000, where: { flops: [1, 2] } }), {
    name: "SamplingError",
    message:
      /2000 candidates of AnyNetXA gave 0 of 3 \(acceptance rate 0\.0 %\): flops in \[1, 2\] refused 2000 \(drawn values lie in \[\d+, \d+\]\)\. Widen/,
  });
});

test("sample() refuses negative and reversed windows and counts that are not positive integers", () => {
  assert.throws(
    () => sample(AnyNetXA, { n: 1, seed: 1, where: { flops: [-1, 2] } }),
    /0 ≤ low ≤ high, got \[-1,2\]/,
  );
  assert.throws(() => sample(AnyNetXA, { n: 1, seed: 1, where: { acts: [3, 2] } }), /acts must be a window/);
  const where = { effectiveFlops: [3, 2] } as const;
  assert.throws(() => sample(AnyNetXA, { n: 1, seed: 1, where }), /effectiveFlops must be a window/);
  assert.throws(() => sample(AnyNetXA, { n: 0, seed: 1 }), /n must be a positive integer, got 0/);
});

test("a space refuses to refine a parameter twice, and an unknown name lists the known ones", () => {
  assert.throws(() => AnyNetXB.share("bottleneck"), /AnyNetXB\.share: bottleneck is already shared/);
  assert.throws(() => spaceByName("AnyNetXF"), /unknown space "AnyNetXF"; known are AnyNetXA, /);
});

test("a space refuses values that no network can have, when it is made and not at the first draw", () => {
  assert.throws(() => AnyNetXA.fix("bottleneck", 0), {
    name: "RangeError",
    message:
      /AnyNetXA: every value of bottleneck must be a number ≥ 1, or below 1 one over an integer .*, got 0; give/,
  });
  assert.throws(
    () => AnyNetXA.fix("depth", 1.5),
    /every value of depth must be a positive integer, got 1\.5/,
  );
  assert.throws(() => AnyNetXA.fix("width", -8), /every value of width must be a positive integer, got -8/);
  assert.throws(() => AnyNetXA.fix("groupWidth", 0), /every value of groupWidth must be .*, got 0/);
  assert.throws(() => AnyNetXA.withDimension("width", 8 as never), {
    name: "TypeError",
    message: /AnyNetXA: width must be a dimension, got 8; make one with oneOf/,
  });
  const sixth = AnyNetXA.fix("bottleneck", 1 / 6);
  for (const { architecture } of sample(sixth, { n: 50, seed: 1 })) inferShapes(build(architecture), 64);
});

test("a space refuses parameters it does not have and lists those it has", () => {
  const message = (call: string, name: string) =>
    new RegExp(
      `AnyNetXA\\.${call}: unknown parameter "${name}"; known are depth, width, bottleneck, groupWidth$`,
    );
  assert.throws(() => AnyNetXA.fix("widht" as "width", 8), message("withDimension", "widht"));
  assert.throws(() => AnyNetXA.withDimension("foo" as "width", oneOf([1])), message("withDimension", "foo"));
  assert.throws(() => AnyNetXA.share("toString" as "width"), message("share", "toString"));
});

test("sample() refuses a window that is no pair of numbers", () => {
  for (const [flops, got] of [
    [5, "5"],
    [null, "null"],
    [[5], "\\[5\\]"],
    [["1", "2"], "\\[1,2\\]"],
    [[1, 2, 3], "\\[1,2,3\\]"],
  ]) {
    assert.throws(() => sample(AnyNetXA, { n: 1, seed: 1, where: { flops: flops as never } }), {
      name: "RangeError",
      message: new RegExp(
        `flops must be a window \\[low, high\\] with .*, got ${got as string}; to allow any`,
      ),
    });
  }
});

test("lists with places that hold nothing are no lists of numbers", () => {
  const holes: number[] = Object.assign([], { length: 3 });
  assert.throws(() => oneOf(holes), {
    name: "RangeError",
    message: /^oneOf: expected an array of rising numbers/,
  });
  assert.throws(() => oneOf([1, 2, 3], holes), { name: "RangeError" });
  assert.throws(() => AnyNetXA.withDimension("depth", { values: [1, 2], probabilities: holes.slice(1) }), {
    name: "RangeError",
  });
});
