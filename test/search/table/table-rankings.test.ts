/** Rank correlations among the best functions of a table: who is among them must not be decided by what is correlated. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded, spearman } from "netspace";
import type { TableRow } from "../../../src/search/index.js";
import { choosers, errorOf, tableRanking } from "../../../src/search/table/facts/table-rankings.js";

const N = 3000;

/** Functions whose worth is known, with trainings whose noise is common to both splits, but for a little. */
function made(trainings: number, seed: number) {
  const next = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const worth = Array.from({ length: N }, () => 30 + 4 * normal());
  const rows = worth.map(error => ({
    trainings: Array.from({ length: trainings }, (_, repeat) => {
      const own = error + 2 * normal();
      return { repeat, error: own + 0.2 * normal(), validationError: own + 0.2 * normal() };
    }),
  })) as unknown as TableRow[];
  return { worth, rows };
}

const [first, second] = [errorOf([0], "test"), errorOf([1], "test")];

/** ρ of two trainings among the tenth with the least of something. */
function among(rows: readonly TableRow[], value: (i: number) => number): number {
  const best = [...rows.keys()].sort((i, j) => value(i) - value(j)).slice(0, N / 10);
  return spearman(
    best.map(i => first(rows[i])!),
    best.map(i => second(rows[i])!),
  ).value;
}

test("trainings that agree are not made to disagree by choosing the best by their mean", () => {
  for (const trainings of [2, 3]) {
    const { worth, rows } = made(trainings, trainings);
    const truth = among(rows, i => worth[i]);
    const byMean = among(rows, i => first(rows[i])! + second(rows[i])!);
    assert.ok(truth > 0.1 && byMean < truth - 0.2, `${truth} and ${byMean}`);
    const repeats = Array.from({ length: trainings }, (_, i) => i);
    const by = choosers(repeats, 0, 1, "test", ["test", "validation"]);
    assert.equal(by.length, trainings === 2 ? 2 : 1);
    const pair = { x: first, y: second };
    const { best, intervals, n } = tableRanking(
      "both",
      rows,
      [pair],
      by.map(one => ({ ...pair, by: one })),
    );
    assert.equal(n, N);
    // Chosen with noise, the best are less alike than by their worth, and agree a little more.
    assert.ok(best > truth - 0.1 && best < truth + 0.25, `${best} for ${truth}`);
    assert.ok(intervals.best.low < best && best < intervals.best.high);
    assert.ok(intervals.best.high - intervals.best.low < 0.4);
  }
});

test("an interval among the best holds what it says", () => {
  const pair = { x: first, y: second, by: errorOf([2], "validation") };
  const all = Array.from({ length: 40 }, (_, i) => tableRanking("both", made(3, 100 + i).rows, [], [pair]));
  const truth = all.reduce((sum, { best }) => sum + best, 0) / all.length;
  const held = all.filter(({ intervals: { best } }) => best.low <= truth && truth <= best.high).length;
  assert.ok(held >= 34, `${held} of 40`);
});

test("of two trainings with one split there is nothing to choose by", () => {
  const { rows } = made(2, 9);
  assert.deepEqual(choosers([0, 1], 0, 1, "test", ["test"]), []);
  const { best, spearman: all } = tableRanking("both", rows, [{ x: first, y: second }], []);
  assert.ok(Number.isNaN(best) && all > 0.5);
});
