import assert from "node:assert/strict";
import { test } from "node:test";
import { holm, rankSumTest, seeded, welchTest } from "netspace";
import { detectableDifference, repeatsFor, searchPower } from "../../../src/search/index.js";
import { deviationInterval, powerAt } from "../../../src/statistics/power.js";

const close = (a: number, b: number, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is ${b}`);
const source = seeded(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - source())) * Math.cos(2 * Math.PI * source());
const sample = (n: number, by = 0) => Array.from({ length: n }, () => normal() + by);

/** The share of simulated comparisons that find the difference. */
function told(difference: number, repeats: number, isTold: (a: number[], b: number[]) => boolean, of = 2000) {
  let count = 0;
  for (let i = 0; i < of; i++) if (isTold(sample(repeats), sample(repeats, difference))) count++;
  return count / of;
}
const byT = (a: number[], b: number[]) => welchTest(a, b).p < 0.05;
const byRanks = (a: number[], b: number[]) => rankSumTest(a, b).p < 0.05;

test("power is statsmodels'", () => {
  // statsmodels.stats.power.TTestIndPower().power(effect, repeats, level)
  for (const [repeats, effect, level, power] of [
    [9, 1.3, 0.05, 0.7354624149937122],
    [2, 3, 0.05, 0.38740012852597094],
    [30, 0.7, 0.05, 0.7599049180681132],
    [200, 0.2, 0.01, 0.2795592179288438],
    [5, 2, 0.05 / 18, 0.2562522887761664],
  ]) {
    close(powerAt(effect, repeats, level, "t"), power, 1e-8);
  }
  // TTestIndPower().solve_power(nobs1=9, alpha=.05, power=.8) * .26, of 30 times 1, and of alpha=.05/18; statsmodels
  // solves to a few millionths.
  close(detectableDifference(9, 0.26), 0.3658004096097444);
  close(detectableDifference(30, 1), 0.7356198334313554, 3e-6);
  close(detectableDifference(9, 0.26, { comparisons: 18 }), 0.5471704746756868);
  // solve_power(effect_size=.34/.26, …) is 10.24, of .15/.25 it is 44.59, and at a power of .9 59.35.
  assert.deepEqual(
    [repeatsFor(0.34, 0.26), repeatsFor(-0.15, 0.25), repeatsFor(0.15, 0.25, 0.9)],
    [11, 45, 60],
  );
  // .26 * numpy.sqrt(19 / scipy.stats.chi2.ppf([.975, .025], 19))
  const [low, high] = deviationInterval(0.26, 19, 0.95);
  close(low, 0.1977275);
  close(high, 0.37974863);
});

test("the difference that so many repeats tell is told in 80 of 100 experiments, and by chance in 5", () => {
  for (const repeats of [9, 30]) {
    close(told(detectableDifference(repeats, 1), repeats, byT), 0.8, 0.03);
  }
  // Welch's test, which does not know that the samples spread alike, is a little weaker with very few.
  close(told(detectableDifference(4, 1), 4, byT), 0.77, 0.03);
  close(told(0, 9, byT), 0.05, 0.015);
  for (const repeats of [9, 30]) {
    close(told(detectableDifference(repeats, 1, { test: "rank-sum" }), repeats, byRanks), 0.8, 0.035);
  }
  close(told(detectableDifference(12, 1, { power: 0.95 }), 12, byT), 0.95, 0.02);
});

test("so many repeats as are asked for tell the difference, and one less does not reach the power", () => {
  for (const [difference, test_] of [
    [1.4, "t"],
    [0.8, "t"],
    [1.1, "rank-sum"],
  ] as const) {
    const repeats = repeatsFor(difference, 1, { test: test_ });
    assert.ok(powerAt(difference, repeats, 0.05, test_) >= 0.8);
    assert.ok(powerAt(difference, repeats - 1, 0.05, test_) < 0.8);
    assert.ok(told(difference, repeats, test_ === "t" ? byT : byRanks, 1000) > 0.76);
  }
  assert.equal(repeatsFor(0, 1), Infinity);
  assert.equal(repeatsFor(1, 0), 2);
});

test("what is told among several comparisons is told by Holm's method as often as is said, or more", () => {
  // Six strategies, of which one is better: it is found against the first of the others.
  const repeats = 10;
  const by = detectableDifference(repeats, 1, { comparisons: 15, test: "rank-sum" });
  let count = 0;
  for (let i = 0; i < 400; i++) {
    const samples = [sample(repeats, -by), ...Array.from({ length: 5 }, () => sample(repeats))];
    const p = samples.flatMap((a, j) => samples.slice(j + 1).map(b => rankSumTest(a, b).p));
    if (holm(p)[0] < 0.05) count++;
  }
  assert.ok(count / 400 > 0.76, `${count}`);
});

test("too few repeats tell nothing by ranks, and it is said", () => {
  // Three against three have 20 orders: the most extreme two are one in ten.
  assert.equal(detectableDifference(3, 1, { test: "rank-sum" }), Infinity);
  assert.ok(detectableDifference(4, 1, { test: "rank-sum" }) < Infinity);
  assert.equal(repeatsFor(100, 1, { test: "rank-sum" }), 4);
  const { statement } = searchPower(0.2, { repeats: 3, test: "rank-sum", comparisons: 3 });
  assert.match(
    statement,
    /^3 repeats of each strategy would tell no difference, however large, in 80 % of cases/,
  );
});

test("the statement before a comparison is made from a pilot's runs", () => {
  const ends = [0.31, 0.12, 0.45, 0.08, 0.27, 0.6, 0.19, 0.33, 0.22, 0.5];
  const pilot = {
    random: ends.map(end => ({ judged: [9, end] })),
    evolution: ends.map(end => ({ judged: [8, 2 * end] })),
  };
  const power = searchPower(pilot, { repeats: 9, comparisons: 6, test: "rank-sum" });
  // numpy.sqrt((e.var(ddof=1) + (2 * e).var(ddof=1)) / 2)
  close(power.standardDeviation, 0.2652096, 1e-6);
  assert.deepEqual([power.pilot, power.repeats], [20, 9]);
  const { statement: alone } = searchPower(0.26, { repeats: 9 });
  assert.equal(
    alone,
    "9 repeats of each strategy would tell a difference of 0.37 points, in 80 % of cases, at a two-sided 5 % by Student's t (standard deviation between runs 0.26 points).",
  );
  assert.match(
    power.statement,
    /^9 repeats of each strategy would tell a difference of 0\.38 points \(0\.29 to 0\.57\), in 80 % of cases, at a two-sided 5 % by the rank-sum test \(standard deviation between runs 0\.27 points, from 20 runs: 0\.20 to 0\.39\)\. The first of 6 comparisons, corrected by Holm's method, would tell a difference of 0\.50 points\.$/,
  );
  assert.equal(searchPower(pilot, { repeats: 9, at: 1 }).standardDeviation, 0);
});

test("what has no power is named", () => {
  assert.throws(() => detectableDifference(1, 1), /expected at least 2 repeats/);
  assert.throws(
    () => repeatsFor(Number.NaN, 1),
    /expected a difference and a standard deviation, got NaN and 1/,
  );
  assert.throws(() => repeatsFor(1, 1, 1), /expected a power above the level of 0.05 and below 1, got 1/);
  assert.throws(() => repeatsFor(1, 1, { test: "z" as "t" }), /expected test "t" or "rank-sum", got "z"/);
  assert.throws(
    () => searchPower({ one: [{ judged: [1] }] }, { repeats: 3 }),
    /one strategy with two runs each/,
  );
});
