import assert from "node:assert/strict";
import { test } from "node:test";
import { holm, rankSumTest, seeded, welchTest } from "netspace";
import { compareSearches, detectableDifference, repeatsFor } from "../../../src/search/index.js";
import { superiorityInterval } from "../../../src/statistics/superiority-interval.js";

const runsOf = (ends: readonly number[]) => ends.map(end => ({ judged: [end + 5, end + 1, end] }));
const runs = {
  random: runsOf([10.1, 10.4, 10.2, 10.9, 10.6]),
  evolution: runsOf([9.1, 9.6, 9.3, 9.8, 9.2]),
  luck: runsOf([10.3, 10.0, 10.5, 10.7, 10.15]),
};

test("strategies are ordered by what they found, and every pair is tested and corrected for their number", () => {
  const { at, strategies, pairs } = compareSearches(runs, { best: 9 });
  assert.equal(at, 3);
  assert.deepEqual(
    strategies.map(({ name }) => name),
    ["evolution", "luck", "random"],
  );
  assert.ok(Math.abs(strategies[0].mean - 9.4) < 1e-12 && Math.abs(strategies[0].regret - 0.4) < 1e-12);
  assert.equal(pairs.length, 3);
  const ends = (name: keyof typeof runs) => runs[name].map(({ judged }) => judged[2]);
  const p = [
    rankSumTest(ends("random"), ends("evolution")).p,
    rankSumTest(ends("random"), ends("luck")).p,
    rankSumTest(ends("evolution"), ends("luck")).p,
  ];
  assert.deepEqual(
    pairs.map(pair => pair.p),
    p,
  );
  assert.deepEqual(
    pairs.map(({ pHolm }) => pHolm),
    holm(p),
  );
  const { value, low, high } = welchTest(ends("random"), ends("evolution"));
  const { difference, low: least, high: most, superiority } = pairs[0];
  assert.deepEqual([difference, least, most, superiority], [value, low, high, 1]);
  assert.ok(pairs[0].pHolm < 0.05 && pairs[1].pHolm > 0.5);
});

test("earlier evaluations are compared as they stood then", () => {
  const { strategies } = compareSearches(runs, { at: 1 });
  assert.ok(Math.abs(strategies[0].mean - 14.4) < 1e-12);
  assert.throws(() => compareSearches(runs, { at: 4 }), /at must be from 1 to 3, which every run has, got 4/);
  assert.throws(
    () => compareSearches({ random: runs.random }),
    /expected at least two strategies with two runs each/,
  );
  assert.throws(() => compareSearches({ ...runs, one: runsOf([1]) }), /got an array of 1 for "one"/);
});

test("several budgets are corrected for together, and pairs say what they come to", () => {
  const found = compareSearches(runs, { at: [3, 1], best: 9 });
  assert.deepEqual([found.budgets, found.at, found.pairs.length], [[1, 3], 3, 6]);
  assert.deepEqual(
    found.strategies.map(({ at }) => at),
    [1, 1, 1, 3, 3, 3],
  );
  assert.deepEqual(
    found.pairs.map(({ pHolm }) => pHolm),
    holm(found.pairs.map(({ p }) => p)),
  );
  // By both budgets the strategies differ alike, and are tested twice: five against five, p 1 / 126.
  const [, , , pair] = found.pairs;
  assert.equal(pair.pHolm, (6 * 2) / 252);
  assert.equal(pair.better, "evolution");
  assert.equal(
    pair.verdict,
    "evolution found better than random by 3 evaluations, by 1.04 on average (0.59 to 1.49, 95 %) and in 100 of 100 pairs of runs (p = 0.048)",
  );
  assert.match(
    found.pairs[4].verdict,
    /^random and luck by 3 evaluations: no difference is told \(p = 1\.000, by itself 0\.\d{3}; means differ by .*\); so many runs would tell 0\.\d\d$/,
  );
  // All six intervals together: each at one less a sixth of 5 %.
  const joint = compareSearches(runs, { at: [1, 3], joint: true }).pairs[3];
  const ends = (name: keyof typeof runs) => runs[name].map(({ judged }) => judged[2]);
  const { low, high } = welchTest(ends("random"), ends("evolution"), { level: 1 - 0.05 / 6 });
  assert.ok(Math.abs(joint.low - low) < 1e-12 && Math.abs(joint.high - high) < 1e-12);
});

test("along images a run is worth what it had found when they were spent", () => {
  const costly = (ends: readonly number[], images: number) =>
    ends.map(end => ({ judged: [end + 5, end + 1, end], images: [images, 2 * images, 3 * images] }));
  const spent = { dear: costly([1, 2], 10), cheap: costly([4, 5], 4) };
  const { strategies, at } = compareSearches(spent, { along: "images", at: [12] });
  assert.deepEqual(
    strategies.map(({ name, mean }) => [name, mean]),
    [
      ["cheap", 4.5],
      ["dear", 6.5],
    ],
  );
  assert.equal(at, 12);
  assert.throws(
    () => compareSearches(spent, { along: "images", at: 13 }),
    /at must be from 10 to 12 images, which every run has, got 13/,
  );
  assert.throws(() => compareSearches(spent, { along: "seconds" }), /how many seconds each evaluation took/);
});

test("what so many runs would have told is by the test that decides, with all its comparisons", () => {
  const few = { a: runsOf([1, 2, 3]), b: runsOf([1.5, 2.5, 3.5]) };
  const [pair] = compareSearches(few).pairs;
  // Three against three have a p of 0.1 at least, whatever they find, and ties are no way around that.
  assert.equal(pair.detectable, Infinity);
  assert.match(pair.verdict, /; so many runs tell no difference, however large$/);
  const [tied] = compareSearches({ a: runsOf([1, 1, 1]), b: runsOf([2, 2, 2]) }).pairs;
  assert.ok(Math.abs(tied.p - 0.1) < 1e-12);
  assert.deepEqual([tied.better, tied.detectable], [undefined, Infinity]);
  // Of two runs and forty the least p is 2 / 861.
  const uneven = { a: runsOf([1, 2]), b: runsOf(Array.from({ length: 40 }, (_, i) => 1.4 + i / 50)) };
  assert.ok(compareSearches(uneven).pairs[0].detectable < 10);
  const ends = (seed: number) => {
    const draw = seeded(seed);
    return runsOf(Array.from({ length: 20 }, () => 10 + draw()));
  };
  const some = { a: ends(1), b: ends(2), c: ends(3) };
  for (const { a, b, detectable, repeatsNeeded, difference } of compareSearches(some, { at: [2, 3] }).pairs) {
    const values = [a, b].map(name => some[name as "a"].map(({ judged }) => judged[2]));
    const deviation = Math.sqrt(
      values
        .map(list => {
          const mean = list.reduce((x, y) => x + y) / 20;
          return list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19;
        })
        .reduce((x, y) => x + y) / 2,
    );
    const how = { test: "rank-sum", comparisons: 6 } as const;
    assert.ok(Math.abs(detectable - detectableDifference(20, deviation, how)) < 1e-6);
    assert.equal(repeatsNeeded, repeatsFor(difference, deviation, how));
  }
});

test("runs that found the same are ties, which decide nothing", () => {
  const same = { a: runsOf([3, 3, 3, 3]), b: runsOf([3, 3, 3, 3]), c: runsOf([3, 3, 4, 4]) };
  const [pair, other] = compareSearches(same).pairs;
  assert.deepEqual(
    [pair.p, pair.superiority, pair.ties, pair.better, pair.difference, pair.repeatsNeeded],
    [1, 0.5, 1, undefined, 0, Infinity],
  );
  assert.deepEqual([other.superiority, other.ties], [0.25, 0.5]);
  assert.throws(() => compareSearches(same, { best: 3.5 }), /best must be at most what was found, got 3.5/);
});

test("the interval of superiority holds what it says, in samples that hardly overlap, too", () => {
  // Newcombe's method 5 of .205 in ten against ten lies inside the interval of Brunner and Munzel
  // below, where statsmodels' rank_compare_2indep(a, b).conf_int() has (-0.010, 0.420).
  const [low, high] = superiorityInterval(0.205, [10, 10]);
  assert.ok(low > 0.05 && high < 0.47 && high > 0.4);
  // Of fifty against fifty they are the same to .03: (0.118, 0.292).
  const [least, most] = superiorityInterval(0.205, [50, 50]);
  assert.ok(Math.abs(least - 0.118) < 0.03 && Math.abs(most - 0.292) < 0.03);
  const [none, some] = superiorityInterval(0, [9, 9]);
  assert.ok(none === 0 && some > 0.2 && some < 0.4);
  const [few, all] = superiorityInterval(0.795, [10, 10]);
  assert.ok(Math.abs(few - (1 - high)) < 1e-9 && Math.abs(all - (1 - low)) < 1e-9);
  // True shares of normal samples that far apart: 0.5, 0.76 and 0.9831.
  for (const [apart, truth] of [
    [0, 0.5],
    [1, 0.7602499],
    [3, 0.9830526],
  ]) {
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const a = Array.from({ length: 12 }, () => normal() + apart);
      const b = Array.from({ length: 12 }, normal);
      const [from, to] = superiorityInterval(rankSumTest(a, b).superiority, [12, 12]);
      if (from <= truth && truth <= to) held++;
    }
    assert.ok(held > 925 && held < 995, `${apart}: ${held}`);
  }
});

const source = seeded(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - source())) * Math.cos(2 * Math.PI * source());
