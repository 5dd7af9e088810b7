import assert from "node:assert/strict";
import { test } from "node:test";
import { holm, rankSumTest, seeded, welchTest } from "netspace";
import { compareSearches, detectableDifference } from "../../../src/search/index.js";

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

test("the difference that so many repeats tell is told in 80 of 100 experiments, and by chance in 5", () => {
  const random = seeded(5);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const repeats = 30;
  const difference = detectableDifference(repeats, 1);
  // Two-sided 5 % and 80 %, for normal errors, of scipy.stats.norm: (1.959964 + 0.841621) √(2 / 30).
  assert.ok(Math.abs(difference - 0.723366) < 1e-5);
  const share = (by: number) => {
    let told = 0;
    for (let i = 0; i < 1000; i++) {
      const a = Array.from({ length: repeats }, normal);
      const b = Array.from({ length: repeats }, () => normal() + by);
      const { low, high } = welchTest(a, b);
      if (low > 0 || high < 0) told++;
    }
    return told / 1000;
  };
  assert.ok(Math.abs(share(difference) - 0.8) < 0.05);
  assert.ok(Math.abs(share(0) - 0.05) < 0.025);
  assert.throws(() => detectableDifference(1, 1), /expected at least 2 repeats/);
});
