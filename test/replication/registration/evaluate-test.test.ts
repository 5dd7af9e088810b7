import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type RegisteredTest, seeded } from "netspace";
import {
  evaluateTest,
  type TestResult,
  type TestSetting,
} from "../../../src/replication/registration/evaluate-test.js";

type Networks = Record<string, { errors: readonly number[]; [parameter: string]: readonly number[] }>;

const settingOf = (populations: Networks): TestSetting => ({
  margins: { mean: 2, tail: 1 },
  bestOf: 8,
  repeats: 1000,
  failedAt: 85,
  networks: name => ({
    errors: populations[name].errors,
    parameter: parameter => populations[name][parameter],
  }),
});

const result = (claim: RegisteredTest, populations: Networks, paper?: number): TestResult => {
  const found = evaluateTest({ test: claim, paper }, settingOf(populations));
  assert.ok(!("problem" in found), JSON.stringify(found));
  return found;
};

const problem = (claim: RegisteredTest, populations: Networks): string => {
  const found = evaluateTest({ test: claim }, settingOf(populations));
  return "problem" in found ? found.problem : assert.fail("there is a result");
};

/** n errors evenly spread around a centre. */
const even = (centre: number, spread = 3, n = 48): number[] =>
  Array.from({ length: n }, (_, i) => centre - spread + (2 * spread * i) / (n - 1));
const pair = (a: number[], b: number[]): Networks => ({ a: { errors: a }, b: { errors: b } });

/** Whether a result is for the claim, against it, or open, at 1 %. */
const side = ({ pFor, pAgainst }: TestResult): string =>
  pFor < 0.01 ? "for" : pAgainst < 0.01 ? "against" : "open";

describe("lower", () => {
  const lower = (statistic: "mean" | "median" | "p10" | "bestOf"): RegisteredTest => ({
    kind: "lower",
    a: "a",
    b: "b",
    statistic,
    margin: "mean",
  });

  for (const statistic of ["mean", "median", "p10", "bestOf"] as const) {
    test(`${statistic}: lower is for it, higher against it, alike open`, () => {
      assert.equal(side(result(lower(statistic), pair(even(40), even(48)))), "for");
      assert.equal(side(result(lower(statistic), pair(even(48), even(40)))), "against");
      assert.equal(side(result(lower(statistic), pair(even(40), even(40)))), "open");
    });
  }

  test("a tenth percentile of too few networks has no result", () => {
    assert.match(
      problem(lower("p10"), pair(even(40, 3, 31), even(48))),
      /^a has 31 networks, of which the test needs 32/,
    );
    assert.match(problem(lower("p10"), pair(even(40), even(48, 3, 250))), /^a has 48 networks, .* needs 63$/);
    const noWorse: RegisteredTest = { kind: "no-worse", a: "a", b: "b", statistics: ["p10"], margin: "tail" };
    assert.match(problem(noWorse, pair(even(40, 3, 16), even(48, 3, 16))), /needs 32$/);
  });

  test("a printed difference beyond the margin makes the lack of one speak against it, one within does not", () => {
    const alike = pair(even(40, 2, 200), even(40, 2, 200));
    assert.equal(side(result(lower("mean"), alike, -6.2)), "against");
    assert.equal(side(result(lower("mean"), alike, -0.5)), "open");
    // Lower by less than the margin is lower all the same.
    assert.equal(side(result(lower("mean"), pair(even(39, 2, 200), even(40, 2, 200)), -6.2)), "for");
  });

  test("a tail can be lower where the mean is not", () => {
    const wide = pair(even(40, 12), even(40, 3));
    assert.equal(side(result(lower("p10"), wide)), "for");
    assert.equal(side(result(lower("mean"), wide)), "open");
  });

  test("failures are counted, told apart, and part of the mean", () => {
    const { evidence } = result(lower("mean"), pair(even(40), [...even(40, 3, 36), ...even(90, 0, 12)]));
    assert.match(evidence, /failures 0\.0 and 25\.0 %$/);
    assert.match(evidence, /^mean error a minus b −12\.5 points/);
  });

  test("a best of more than half of the networks is no result", () => {
    assert.match(problem(lower("bestOf"), pair(even(40, 3, 12), even(40))), /a has 12 networks, .* needs 16/);
    assert.match(problem(lower("mean"), pair(even(40, 3, 7), even(40))), /a has 7 networks, .* needs 8/);
  });
});

describe("no worse", () => {
  const noWorse: RegisteredTest = {
    kind: "no-worse",
    a: "a",
    b: "b",
    statistics: ["p10", "bestOf"],
    margin: "tail",
  };

  test("better and alike are for it, worse is against it", () => {
    assert.equal(side(result(noWorse, pair(even(38), even(40)))), "for");
    assert.equal(side(result(noWorse, pair(even(40, 1, 200), even(40, 1, 200)))), "for");
    assert.equal(side(result(noWorse, pair(even(45), even(40)))), "against");
  });

  test("worse by less than the margin is for it, where that is shown", () => {
    const { pFor, pAgainst } = result(noWorse, pair(even(40.4, 1, 300), even(40, 1, 300)));
    assert.ok(pFor < 0.01 && pAgainst < 0.05, `${pFor}, ${pAgainst}`);
  });

  test("a lower mean does not hide a worse tail", () => {
    assert.equal(side(result(noWorse, pair(even(38, 1), even(40, 8)))), "against");
  });
});

test("same: within the margin is for it, beyond against it, too few networks open", () => {
  const same: RegisteredTest = { kind: "same", a: "a", b: "b", statistic: "mean", margin: "mean" };
  assert.equal(side(result(same, pair(even(40, 3, 200), even(40.3, 3, 200)))), "for");
  assert.equal(side(result(same, pair(even(46), even(40)))), "against");
  assert.equal(side(result(same, pair(even(34), even(40)))), "against");
  assert.equal(side(result(same, pair(even(40, 12, 16), even(40.3, 12, 16)))), "open");
});

test("networks inside and outside a range of a parameter are the two parts of a population", () => {
  const depth = Array.from({ length: 60 }, (_, i) => i + 1);
  const errors = depth.map(d => (d >= 16 && d <= 24 ? 30 : 40) + ((d * 7) % 5) / 10);
  const found = result(
    {
      kind: "no-worse",
      a: { population: "x", parameter: "depth", inside: [16, 24] },
      b: { population: "x", parameter: "depth", outside: [16, 24] },
      statistics: ["mean"],
      margin: "tail",
    },
    { x: { errors, depth } },
  );
  assert.deepEqual(found.n, [9, 51]);
  assert.equal(side(found), "for");
  assert.match(
    found.evidence,
    /mean error x with depth of 16 to 24 minus x with depth not of 16 to 24 −10\.0/,
  );
});

test("several populations taken together are one side", () => {
  const found = result(
    { kind: "lower", a: "a", b: ["b", "c"], statistic: "mean", margin: "mean" },
    { ...pair(even(40), even(46)), c: { errors: even(48) } },
  );
  assert.deepEqual(found.n, [48, 96]);
  assert.match(found.evidence, /mean error a minus b and c −7\.0/);
});

test("trend: by rank and in the direction asked for, with the groups beside it", () => {
  const b = Array.from({ length: 90 }, (_, i) => [1, 2, 4][i % 3]);
  const errors = b.map((value, i) => 30 + 2 * value + (i % 7));
  const rises = (direction: "rises" | "falls"): RegisteredTest => ({
    kind: "trend",
    population: "x",
    parameter: "b",
    direction,
  });
  const found = result(rises("rises"), { x: { errors, b } });
  assert.equal(side(found), "for");
  assert.equal(side(result(rises("falls"), { x: { errors, b } })), "against");
  assert.match(
    found.evidence,
    /Kendall's τ of error and b \+0\.\d+; mean errors 1: 3\d\.\d, 2: 3\d\.\d, 4: \d+\.\d %, Kruskal and Wallis's p < 0\.001; best value 1, 95 % band 1 to /,
  );
  assert.match(problem(rises("rises"), { x: { errors, b: b.map(() => 1) } }), /b does not vary in x/);
});

test("trend: a parameter that differs from network to network has no groups", () => {
  const eFit = Array.from({ length: 60 }, (_, i) => i / 10);
  const found = result(
    { kind: "trend", population: "x", parameter: "eFit", direction: "rises" },
    { x: { errors: eFit.map(e => 30 + 2 * e), eFit } },
  );
  assert.equal(side(found), "for");
  assert.doesNotMatch(found.evidence, /Kruskal/);
});

describe("interior", () => {
  const depth = Array.from({ length: 100 }, (_, i) => i % 50);
  const interior = (inside: object): RegisteredTest =>
    ({ kind: "interior", population: "x", parameter: "depth", inside }) as RegisteredTest;
  const with_ = (error: (d: number) => number): Networks => ({
    x: { errors: depth.map((d, i) => error(d) + (i % 3) / 10), depth },
  });

  test("a valley is for it, a slope is not, a hill is against it", () => {
    const values = interior({ values: [16, 34] });
    assert.equal(
      side(
        result(
          values,
          with_(d => Math.abs(d - 25)),
        ),
      ),
      "for",
    );
    assert.equal(
      side(
        result(
          values,
          with_(d => d),
        ),
      ),
      "against",
    );
    assert.equal(
      side(
        result(
          values,
          with_(d => -Math.abs(d - 25)),
        ),
      ),
      "against",
    );
    assert.equal(
      side(
        result(
          values,
          with_(() => 30),
        ),
      ),
      "open",
    );
    assert.match(
      problem(
        interior({ values: [0, 34] }),
        with_(d => d),
      ),
      /below 0 has 0 networks/,
    );
  });

  test("quantiles are those of the sampled values, and errors without a relation seldom pass", () => {
    const random = seeded(3);
    const quantiles = interior({ quantiles: [0.2, 0.8] });
    const passed = Array.from({ length: 400 }, () => {
      const networks: Networks = { x: { errors: depth.map(() => random() * 20), depth } };
      return result(quantiles, networks).pFor < 0.05;
    }).filter(Boolean).length;
    assert.ok(passed <= 20, `${passed} of 400`);
  });
});

test("search: a small one in a better space against a large one in a worse", () => {
  const search: RegisteredTest = { kind: "search", a: "a", sizeA: 8, b: "b", sizeB: 16 };
  assert.equal(side(result(search, pair(even(30), even(40)))), "for");
  assert.equal(side(result(search, pair(even(44), even(40)))), "against");
  assert.match(
    problem(search, pair(even(30), even(40, 3, 20))),
    /b has 20 networks, of which the test needs 32/,
  );
});

test("spread: networks against trainings of one network", () => {
  const random = seeded(5);
  const network = Array.from({ length: 96 }, (_, i) => i % 32);
  const spread: RegisteredTest = { kind: "spread", population: "x", times: 1 };
  const errors = (between: number, within: number) =>
    network.map(k => 40 + between * k + within * (random() - 0.5));
  assert.equal(side(result(spread, { x: { errors: errors(1, 3), network } })), "for");
  assert.equal(side(result(spread, { x: { errors: errors(0.01, 8), network } })), "against");
  const { evidence } = result(spread, { x: { errors: errors(1, 3), network } });
  assert.match(
    evidence,
    /networks differ by σ = 9\.\d, trainings of one network by 0\.\d points; .* 32 networks with 3 trainings each/,
  );
});
