import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionSpace, expectedBest, seeded } from "netspace";
import { overlapPanel, proposalsPanel } from "netspace/figures";
import {
  evolution,
  expectedRandom,
  proposalDistribution,
  proposalDiversity,
  proposalOverlap,
  random,
  randomDrawsFor,
  RunLog,
  type SearchRun,
  searchRuns,
  searchTable,
  simulate,
  spaceErrors,
  spaceQuantile,
} from "../../../src/search/index.js";
import { bits, digits, toyFamily } from "../../support/toy-spaces.js";

const close = (a: number, b: number, within = 1e-12) => assert.ok(Math.abs(a - b) <= within, `${a} is ${b}`);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const table = searchTable(bits(6), ({ values }) => {
  const error = sum(values.map((bit, i) => bit * (i + 1)));
  return { error, judged: error + 1, cost: { images: 10, seconds: 2 } };
});
/** A run that made these proposals. */
function made(
  seed: number,
  proposals: readonly (readonly [code: readonly number[], told: number])[],
): SearchRun {
  const log = new RunLog({ strategy: "made", seed });
  for (const [code, error] of proposals) log.add({ code, error, judged: error });
  return log.run();
}

test("a space's errors are weighted as random search draws them", () => {
  const space = new DecisionSpace<ReturnType<typeof toy>>(
    "uneven",
    choose =>
      toy([choose("first", { values: [0, 1], probabilities: [0.75, 0.25] }), choose("second", [0, 1, 2])]),
    { family: toyFamily },
  );
  const uneven = spaceErrors(
    searchTable(space, ({ values }) => ({ error: sum(values), judged: 10 * sum(values) })),
  );
  assert.deepEqual([...uneven.errors], [0, 10, 20, 10, 20, 30]);
  [0.25, 0.25, 0.25, 1 / 12, 1 / 12, 1 / 12].forEach((weight, i) => close(uneven.weights[i], weight));
  // At most 10: 0.25 + 0.25 + 1 / 12.
  const { share, draws } = spaceQuantile(10, uneven);
  close(share, 7 / 12);
  close(draws, 12 / 7);
  assert.deepEqual(spaceQuantile(-1, uneven), { share: 0, draws: Infinity });
  // One draw: the mean. Two: each value times the probability that it is the least of both.
  const [one, two] = expectedRandom([1, 2], uneven);
  close(one, 10 * (1 / 3) + 20 * (1 / 3) + 30 / 12);
  const f = [0.25, 7 / 12, 11 / 12, 1];
  close(two, sum([0, 10, 20, 30].map((v, i) => v * ((1 - (f[i - 1] ?? 0)) ** 2 - (1 - f[i]) ** 2))));
});

const toy = (values: readonly number[]) => ({ family: toyFamily, values });

test("the draws that a finding is worth are those whose expectation reaches it, by what the search is told", () => {
  const space = spaceErrors(table);
  assert.equal(space.errors.length, 64);
  for (const draws of [1, 7, 40]) {
    const [expected, before] = expectedRandom([draws, Math.max(1, draws - 1)], space);
    assert.equal(randomDrawsFor(expected, space), draws);
    if (draws > 1) assert.ok(before > expected);
  }
  assert.equal(randomDrawsFor(0.5, space), Infinity);
  // With as many draws as there are architectures, twenty times over, the best: as without replacement, of all of them.
  close(expectedRandom([3000], space)[0], expectedBest([...space.errors], 64), 1e-9);
  // Simulated random searches are what is expected of them.
  const runs = simulate(random(), table, { evaluations: 7, repeats: 400 });
  const found = sum(runs.map(({ judged }) => judged[6])) / 400;
  close(found, expectedRandom([7], space)[0], 0.4);
});

test("what random search proposes is the space's but for chance, and what evolution does is ahead of it", () => {
  const space = spaceErrors(table);
  const options = { evaluations: 60, repeats: 12 };
  const runs = {
    random: simulate(random(), table, options),
    evolution: simulate(evolution({ population: 10, sample: 5 }), table, options),
  };
  const { strategies, errors, space: whole, spaceName } = proposalDistribution(runs, space);
  assert.equal(spaceName, "6 bits");
  const [drawn, evolved] = strategies;
  assert.ok(drawn.distanceLow < drawn.byChance && drawn.byChance < drawn.distanceHigh);
  assert.ok(drawn.distance < drawn.byChanceMost && evolved.distanceLow > evolved.byChanceMost);
  assert.ok(evolved.ahead > 0.3 && evolved.behind < 0.1);
  assert.deepEqual([whole.at(-1), drawn.share.at(-1), errors[0]], [1, 1, 1]);
  // The band holds the space at most of its points: it is random search's true curve.
  const held = whole.filter((share, i) => drawn.low[i] - 1e-9 <= share && share <= drawn.high[i] + 1e-9);
  assert.ok(held.length / whole.length > 0.8);
});

test("the distance is Kolmogorov and Smirnov's, of each run, and failed proposals are left out and counted", () => {
  const uniform = {
    name: "four",
    errors: Float64Array.of(1, 2, 3, 4),
    told: Float64Array.of(1, 2, 3, 4),
    weights: Float64Array.of(0.1, 0.2, 0.3, 0.4),
  };
  const run = made(1, [
    [[0], 1],
    [[1], 2],
    [[1], 2],
    [[3], 4],
    [[2], Number.NaN],
  ]);
  const { strategies, space } = proposalDistribution({ one: [run] }, uniform);
  space.forEach((share, i) => close(share, [0.1, 0.3, 0.6, 1][i]));
  const [one] = strategies;
  assert.deepEqual(one.share, [0.25, 0.75, 0.75, 1]);
  close(one.distance, 0.45);
  close(one.ahead, 0.45);
  assert.deepEqual([one.behind, one.proposals], [0, 4]);
  close(one.failed, 0.2);
  assert.ok(Number.isNaN(one.distanceLow) && one.low.every(Number.isNaN));
});

test("the distance by chance is that of independent draws", () => {
  // Of a distribution without ties Kolmogorov's mean is √(π / 2) ln 2 / √n, a little less for few: scipy.stats.kstwo.mean(100).
  const random_ = seeded(3);
  const errors = Float64Array.from({ length: 5000 }, random_);
  const even = { name: "even", errors, told: errors, weights: errors.map(() => 1 / 5000) };
  const run = made(
    1,
    Array.from({ length: 100 }, (_, i) => [[i], errors[i]] as const),
  );
  const [{ byChance, byChanceMost }] = proposalDistribution({ one: [run] }, even).strategies;
  close(byChance, 0.08524, 0.002);
  // scipy.stats.kstwo.ppf(.95, 100)
  close(byChanceMost, 0.134, 0.006);
});

test("overlap is Jaccard's, by function, over pairs of runs with different seeds", () => {
  // Bits that are added make one function of 01 and 10.
  const a = [
    made(1, [
      [[0, 0], 3],
      [[0, 1], 2],
    ]),
    made(2, [
      [[0, 1], 2],
      [[1, 1], 1],
    ]),
  ];
  const b = [
    made(1, [
      [[0, 0], 3],
      [[0, 0], 3],
      [[1, 0], 5],
    ]),
    made(3, [[[0, 1], 2]]),
  ];
  const { jaccard, names, repeated } = proposalOverlap({ a, b });
  assert.deepEqual(names, ["a", "b"]);
  assert.deepEqual(jaccard[0][0], 1 / 3);
  // Runs of seed 1 are no pair: a1 b3: 1 of 2; a2 b1: none of 4; a2 b3: 1 of 2.
  close(jaccard[0][1], 1 / 3);
  assert.equal(jaccard[1][0], jaccard[0][1]);
  assert.equal(jaccard[1][1], 0);
  close(repeated[1].duplicates, 1 / 6);
  assert.equal(repeated[1].distinct, 1.5);
  // The best of each: 01, 11, of b 00 and 01.
  assert.deepEqual(proposalOverlap({ a, b }, { best: 1 }).jaccard, [
    [0, 1 / 3],
    [1 / 3, 0],
  ]);
  assert.ok(Number.isNaN(proposalOverlap({ a: [a[0]] }).jaccard[0][0]));
});

test("two ways to the same function are one proposal", async () => {
  const { NasBenchMacro } = await import("netspace");
  const codes = [
    [0, 0, 1, 0, 2, 0, 0, 0],
    [0, 0, 1, 2, 0, 0, 0, 0],
  ];
  const run = (seed: number, code: readonly number[], space?: SearchRun["space"]) => {
    const log = new RunLog({ strategy: "made", seed, ...(space && { space }) });
    log.add({ code, error: 1, judged: 1 });
    return log.run();
  };
  const space = NasBenchMacro as unknown as NonNullable<SearchRun["space"]>;
  const known = proposalOverlap({ a: [run(1, codes[0], space), run(2, codes[1], space)] });
  assert.equal(known.jaccard[0][0], 1);
  assert.equal(proposalOverlap({ a: [run(1, codes[0]), run(2, codes[1])] }).jaccard[0][0], 0);
});

test("diversity is the mean distance of the last proposals, by the names of their choices", () => {
  const run = made(1, [
    [[0, 0], 1],
    [[0, 1], 1],
    [[1, 1], 1],
    [[1, 1], 1],
  ]);
  const { curves, window } = proposalDiversity({ one: [run] }, { window: 3 });
  assert.equal(window, 3);
  assert.deepEqual(curves[0].x, [3, 4]);
  // Halves: 00–01 ½, 00–11 1, 01–11 ½; then 01–11 twice and 11–11.
  close(curves[0].centre[0], 2 / 3);
  close(curves[0].centre[1], 1 / 3);
  assert.throws(() => proposalDiversity({ one: [run] }, { window: 5 }), /window must be from 2 to 4/);
  // Choices that only one was asked for differ: of length, digit0 and digit1 the first alone is the other's, too.
  const log = new RunLog({ strategy: "made", seed: 1, space: digits() });
  log.add({ code: [0, 2], error: 1, judged: 1 });
  log.add({ code: [1, 2, 0], error: 1, judged: 1 });
  close(proposalDiversity({ one: [log.run()] }, { window: 2 }).curves[0].centre[0], 2 / 3);
});

test("runs are a table, a row an evaluation", async () => {
  const runs = { random: simulate(random(), table, { evaluations: 5, repeats: 3, seed: 7 }) };
  const all = searchRuns(runs);
  assert.equal(all.length, 15);
  const row = all.rows[6];
  assert.deepEqual(
    [row.strategy, row.run, row.seed, row.evaluation, row.images, row.seconds, row.judged - row.told],
    ["random", 1, 8, 2, 20, 4, 1],
  );
  assert.equal(row.best, runs.random[1].judged[1]);
  assert.equal(row.architecture, `toy-${row.code.replaceAll("-", "")}`);
  const found = await all.sql(
    "select run, min(judged) as least, last(best order by evaluation) as best from population group by run",
  );
  assert.deepEqual(found.column("least"), found.column("best"));
  assert.throws(() => searchRuns({ random: [] }), /expected runs of one strategy or more/);
});

test("the panels draw what was found, and say what it is", () => {
  const runs = { "a & b": simulate(random(), table, { evaluations: 20, repeats: 4 }) };
  const panel = proposalsPanel(proposalDistribution(runs, spaceErrors(table)));
  assert.match(String(panel.traces[1].name), /^a &amp; b \(D 0\.\d\d\)$/);
  assert.equal(panel.traces[2].name, "6 bits, as drawn");
  assert.equal(panel.legendTitle, "mean of runs, pointwise 95 %");
  const matrix = overlapPanel(proposalOverlap(runs, { best: 3 }));
  assert.equal(matrix.shapes?.length, 1);
  assert.equal(matrix.title, "functions that two runs share among the best 3 of each");
});
