/** Runs whose strategy ends by itself: what they have found is held, in curves and in comparisons. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Architecture, decisions, SmallAssignments } from "netspace";
import {
  compareSearches,
  frontRuns,
  greedyGrowth,
  random,
  regretCurves,
  type SearchCurve,
  searchTable,
  simulate,
  complexityOf,
} from "netspace/search";

/** Growth looks at 16 of the 56 assignments; the best of all is not the deepest. */
const errorOf = ([a, b, c]: readonly number[]) => 60 - 5 * b - a - 2 * c + (a + b + c === 8 ? 4 : 0);
const assignments = () =>
  searchTable(SmallAssignments, ({ stages }) => {
    const error = errorOf(stages.map(({ depth }) => depth));
    return { error, judged: error, cost: { images: 1000, seconds: 1 } };
  });

test("a run ends with its strategy, says for how many evaluations there was room, and keeps what it found", () => {
  const [run] = simulate(greedyGrowth(), assignments(), { evaluations: 40 });
  assert.deepEqual([run.judged.length, run.codes.length, run.told.length, run.budget], [16, 16, 16, 40]);
  const least = Math.min(
    ...[...decisions(SmallAssignments).ways()].map(({ architecture }) =>
      errorOf(architecture.stages.map(({ depth }) => depth)),
    ),
  );
  assert.equal(run.judged.at(-1), least);
  const whole = simulate(greedyGrowth(), assignments(), { evaluations: 16 })[0];
  assert.equal(whole.budget, undefined);
  assert.deepEqual(whole.judged, run.judged);
});

test("curves and comparisons hold it, along whatever is spent", () => {
  const table = assignments();
  const runs = {
    growth: simulate(greedyGrowth(), table, { evaluations: 40, repeats: 4 }),
    random: simulate(random(), table, { evaluations: 40, repeats: 4 }),
  };
  const compared = compareSearches(runs, { at: [10, 40] });
  const by = (name: string, at: number) =>
    compared.strategies.find(each => each.name === name && each.at === at)!;
  assert.equal(by("growth", 40).mean, runs.growth[0].judged[15]);
  assert.equal(by("growth", 10).mean, runs.growth[0].judged[9]);
  assert.deepEqual([by("growth", 40).ended, by("random", 40).ended], [4, 0]);
  assert.equal(compareSearches(runs).at, 40);
  assert.equal(compareSearches(runs, { along: "images" }).at, 40_000);
  for (const [along, end] of [
    ["evaluations", 40],
    ["images", 40_000],
    ["seconds", 40],
  ] as const) {
    for (const curve of regretCurves(runs, { along }).curves) assert.equal(curve.x.at(-1), end);
  }
  const [growth] = regretCurves(runs).curves;
  assert.equal(growth.centre.at(-1), runs.growth[0].judged[15]);
});

test("one that was stopped is not held: all go as far as it does", () => {
  const stopped: SearchCurve = { judged: [9, 8, 7] };
  const ended: SearchCurve = { judged: [6, 5], budget: 10 };
  const whole: SearchCurve = { judged: [9, 8, 7, 6, 5, 4] };
  const at = (...curves: SearchCurve[]) => compareSearches({ a: curves, b: [whole, whole] }).at;
  assert.equal(at(stopped, whole), 3);
  assert.equal(at(ended, whole), 6);
  assert.equal(at(ended, stopped), 3);
  assert.throws(
    () => compareSearches({ a: [ended, whole], b: [whole, whole] }, { at: 7 }),
    /at must be from 1 to 6/,
  );
  // Alone it goes as far as it might have gone.
  assert.equal(regretCurves({ a: [ended] }).curves[0].x.at(-1), 10);
});

test("so does a front of two objectives", () => {
  const runs = {
    growth: simulate<Architecture>(greedyGrowth(), assignments(), {
      evaluations: 40,
      also: complexityOf("flops"),
    }),
  };
  const fronts = frontRuns(runs, { reference: [100, 1e7] });
  assert.equal(regretCurves(fronts).curves[0].x.at(-1), 40);
});
