import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyNetSpace,
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  type Dimension,
  logUniform,
  oneOf,
  powersOfTwo,
  quantisedWidths,
  RegNetX,
  sample,
  seeded,
  uniform,
} from "netspace";

type Parameter = "depth" | "width" | "bottleneck" | "groupWidth";
const columns = (space: AnyNetSpace, parameter: Parameter, n = 3000) =>
  sample(space, { n, seed: 3 }).map(({ architecture }) => architecture.stages.map(stage => stage[parameter]));
const pairs = (values: number[]) => values.slice(1).map((v, i) => [values[i], v]);
const orders = {
  nonDecreasing: (values: number[]) => pairs(values).every(([a, b]) => b >= a),
  nonIncreasing: (values: number[]) => pairs(values).every(([a, b]) => b <= a),
  share: (values: number[]) => pairs(values).every(([a, b]) => b === a),
};

test("orders of widths, depths and bottlenecks hold in what is sampled, whether or not b and g vary by stage", () => {
  for (const base of [AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXA.withStages(6), AnyNetXA.fix("groupWidth", 32)]) {
    for (const order of ["nonDecreasing", "nonIncreasing", "share"] as const) {
      for (const parameter of ["width", "depth", "bottleneck"] as const) {
        if (base.options.relations[parameter] !== "free") continue;
        const space = base[order](parameter);
        assert.ok(columns(space, parameter, 1000).every(orders[order]), space.name);
      }
    }
  }
});

test("group widths in order are so after wide ones are cut, and orders of several parameters hold together", () => {
  for (const order of ["nonDecreasing", "nonIncreasing"] as const) {
    assert.ok(columns(AnyNetXA[order]("groupWidth"), "groupWidth").every(orders[order]), order);
    const both = AnyNetXA[order]("groupWidth")[order]("width")[order]("depth");
    for (const parameter of ["groupWidth", "width", "depth"] as const) {
      assert.ok(columns(both, parameter, 500).every(orders[order]), `${order} ${parameter}`);
    }
  }
});

test("draw() and sample() give the same networks where settings are drawn anew", () => {
  const space = AnyNetXA.share("width");
  const random = seeded(3);
  for (const { architecture } of sample(space, { n: 200, seed: 3 })) {
    assert.deepEqual(architecture, space.draw(random));
  }
});

test("a dimension of a hundred million values is refused at once, and so are other ways to ask for it", () => {
  const refused = /expected at most 1000000 values, got /;
  assert.throws(() => uniform(8, 800_000_000, 8), { name: "RangeError", message: refused });
  assert.throws(() => logUniform(8, 800_000_000, 8), refused);
  assert.throws(() => uniform(1, 1e300, 1), refused);
  const values = Array.from({ length: 1_000_001 }, (_, i) => i + 1);
  assert.throws(() => oneOf(values), refused);
  const made: Dimension = { values, probabilities: values.map(() => 1 / values.length) };
  assert.throws(() => AnyNetXA.withDimension("width", made), refused);
  assert.throws(
    () => AnyNetXA.withStages(1e9),
    /stages must be a positive integer of at most 1000, got 1000000000/,
  );
  const many = AnyNetXA.withDimension("width", uniform(1, 500_000));
  assert.throws(
    () => many.withStages(100).nonDecreasing("width"),
    /expected at most 20000000 values times stages/,
  );
  assert.equal(uniform(8, 8_000_000, 8).values.length, 1_000_000);
});

test("a dimension made by hand needs rising values and a probability for each, which sum to 1", () => {
  const make = (dimension: unknown) => () => AnyNetXA.withDimension("width", dimension as Dimension);
  const probabilities =
    /AnyNetXA: width must have a probability for each of its 2 values, which sum to 1, got /;
  for (const odd of [undefined, null, [1], [0.5, 0.6], [1, 2, 3], [2, -1], [NaN, 1], ["0.5", "0.5"], "ab"]) {
    assert.throws(make({ values: [8, 16], probabilities: odd }), {
      name: "RangeError",
      message: probabilities,
    });
    assert.throws(
      () => RegNetX.withDimension("w0", { values: [8, 16], probabilities: odd } as never),
      /RegNetX: w0 must have a probability/,
    );
  }
  assert.throws(
    make({ values: [16, 8], probabilities: [0.5, 0.5] }),
    /width must have rising values, got \[16,8\]/,
  );
  assert.throws(make({ values: [], probabilities: [] }), /width must have rising values, got \[\]/);
  assert.doesNotThrow(make({ values: [8, 16, 24], probabilities: [0.1, 0.2, 0.7] }));
  for (const odd of [[2, 1], [], [NaN], [1, Infinity], "abc", null, undefined, 5, ["1"]]) {
    assert.throws(() => oneOf(odd as never), { name: "RangeError", message: /^oneOf: expected / });
  }
  for (const odd of [[1], [0, 1], [1, NaN], [1, Infinity], "ab", null]) {
    assert.throws(() => oneOf([1, 2], odd as never), { name: "RangeError", message: /^oneOf: expected / });
  }
  for (const odd of [0, -1, 3, NaN, Infinity, "2", null]) {
    assert.throws(() => powersOfTwo(odd as never, 8), /^RangeError: powersOfTwo: expected two powers of two/);
    assert.throws(
      () => uniform(odd === 3 ? 9 : (odd as never), 8),
      /^RangeError: uniform: expected multiples/,
    );
  }
});

test("a condition that says neither true nor false is an error: a promise would accept everything", () => {
  const wait = (async () => await Promise.resolve(false)) as never;
  const silent = (() => {}) as never;
  const options = { n: 2, seed: 1, limit: 100 };
  assert.throws(() => sample(AnyNetXA, { ...options, where: { accept: wait } }), {
    name: "RangeError",
    message: /^sample: accept\(\) must say true or false, got a promise; make it no async function$/,
  });
  assert.throws(() => sample(AnyNetXA, { ...options, where: { accept: silent } }), /got nothing; return it$/);
  assert.throws(
    () => sample(AnyNetXA.accepting(wait), options),
    /condition must say true or false, got a promise/,
  );
  const two = AnyNetXA.accepting(wait).accepting(() => true);
  assert.throws(() => sample(two, options), /condition must say true or false, got a promise/);
  for (const odd of [null, true, "x", {}]) {
    assert.throws(
      () => AnyNetXA.accepting(odd as never),
      /AnyNetXA\.accepting: expected a condition such as /,
    );
    assert.throws(() => RegNetX.accepting(odd as never), /RegNetX\.accepting: expected a condition such as /);
    assert.throws(
      () => sample(AnyNetXA, { ...options, where: { accept: odd as never } }),
      /expected a condition|must/,
    );
  }
});

test("sample() says what it was given instead of a space, a seed, options or a generator's numbers", () => {
  const misuse = (space: unknown, options: unknown) => () => sample(space as never, options as never);
  assert.throws(
    misuse("RegNetX", { n: 1, seed: 1 }),
    /expected a space, got "RegNetX"; spaceByName\("RegNetX"\) is/,
  );
  assert.throws(
    misuse(AnyNetXA, undefined),
    /expected options, got undefined; for example \{ n: 10, seed: 1 \}$/,
  );
  assert.throws(
    misuse(AnyNetXA, { n: 1, seed: null }),
    /seed must be an integer or a generator, got null; for example/,
  );
  assert.deepEqual(sample(AnyNetXA, { n: 2 }), sample(AnyNetXA, { n: 2, seed: 1 }));
  assert.throws(misuse(AnyNetXA, { seed: 1 }), /n must be a positive integer, got undefined/);
  assert.throws(
    misuse(AnyNetXA, { n: 1, seed: 1, where: null }),
    /where must be windows such as .*, got null/,
  );
  assert.throws(
    misuse(AnyNetXA, { n: 1, seed: 1, flops: [1, 2] }),
    /unknown option "flops"; known are n, seed, where/,
  );
  for (const u of [1, -0.1, NaN, undefined, "0.5"]) {
    assert.throws(misuse(AnyNetXA, { n: 1, seed: () => u }), /must give numbers in \[0, 1\), got /);
  }
  assert.throws(() => AnyNetXA.draw(null as never), /AnyNetXA\.draw: expected a source of randomness/);
});

test("with() refuses what is no fixed part of an architecture, and says how stages are changed", () => {
  assert.throws(
    () => AnyNetXA.with({ blok: 1 } as never),
    /AnyNetXA\.with: unknown option "blok"; did you mean "block"\? known are name, block/,
  );
  assert.throws(
    () => AnyNetXA.with({ stages: [] }),
    /AnyNetXA\.with: a space draws its stages, and must be given none; withStages/,
  );
  for (const odd of ["Y", null, undefined, 5, []]) {
    assert.throws(
      () => AnyNetXA.with(odd as never),
      /AnyNetXA\.with: expected fixed parts such as \{ block: Y \}, got/,
    );
    assert.throws(() => RegNetX.with(odd as never), /RegNetX\.with: expected fixed parts/);
  }
});

test("quantisedWidths() gives integers or an error: no NaN for an infinite slope, no width of 0", () => {
  const rule = { depth: 4, w0: 24, wa: 8, wm: 2 };
  for (const odd of [
    { wa: Infinity },
    { w0: Infinity },
    { wm: Infinity },
    { wa: NaN },
    { depth: 1e9 },
    { wm: "2" as never },
  ]) {
    assert.throws(
      () => quantisedWidths({ ...rule, ...odd }),
      /^RangeError: quantisedWidths: expected depth from 1/,
    );
  }
  assert.throws(
    () => quantisedWidths({ ...rule, wa: 1e300 }),
    /give widths from 24 to .*, expected integers/,
  );
  assert.throws(() => quantisedWidths({ ...rule, w0: 1, wa: 0 }), /give widths from 0 to 0/);
});
