/** Two objectives on a table: strategies are told both, and fronts are one number. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "netspace";
import { hypervolume } from "netspace/statistics";
import {
  compareSearches,
  customObjective,
  evolution,
  frontRuns,
  nsga2,
  random,
  regretCurves,
  rewarded,
  RunLog,
  searchTable,
  simulate,
} from "../../../src/search/index.js";
import { bits, type Toy } from "../../support/toy-spaces.js";

test("hypervolume is the area that some point dominates, counted by squares", () => {
  const next = seeded(1);
  for (let n = 0; n < 12; n++) {
    const points = Array.from({ length: n }, () => [Math.floor(12 * next()), Math.floor(12 * next())]);
    let squares = 0;
    for (let x = 0; x < 9; x++) {
      for (let y = 0; y < 10; y++) if (points.some(([a, b]) => a <= x && b <= y)) squares++;
    }
    const [xs, ys] = [0, 1].map(k => points.map(point => point[k]));
    assert.equal(hypervolume(xs, ys, [9, 10]), squares);
  }
  assert.throws(() => hypervolume([1], [1], [3] as never), /expected a reference point such as/);
  assert.throws(() => hypervolume([1], [Number.NaN], [3, 3]), /hypervolume/);
});

/** Errors that ones take off, each of which costs its place. */
const table = searchTable(bits(8), ({ values }) => {
  const error = 40 - values.reduce((sum, bit, i) => sum + bit * (1 + (i % 3)), 0);
  return { error, judged: error + 1 };
});
const cost = customObjective<Toy>("cost", ({ values }) =>
  values.reduce((sum, bit, i) => sum + bit * (1 + i), 1),
);

test("every strategy for two objectives is simulated, and one for one is told the error alone", async () => {
  const also = {
    ...cost,
    measure: ({ values }: Toy) => ({
      value: values.reduce((sum, bit, i) => sum + bit * (1 + i), 1),
      cost: {},
    }),
  };
  const options = { evaluations: 120, repeats: 12, also };
  const runs = {
    "NSGA-II": simulate(nsga2({ population: 12 }), table, options),
    rewarded: simulate(rewarded(evolution({ population: 12, sample: 4 }), { target: 12 }), table, options),
    random: simulate(random(), table, options),
  };
  const alone = simulate(random(), table, { evaluations: 120, repeats: 12 });
  assert.deepEqual(
    runs.random.map(({ codes }) => codes),
    alone.map(({ codes }) => codes),
  );
  for (const some of Object.values(runs)) {
    for (const { codes, also: costs } of some) {
      assert.deepEqual(
        [...costs!],
        codes.map(code => code.reduce((sum, bit, i) => sum + bit * (1 + i), 1)),
      );
    }
  }
  const fronts = frontRuns(runs, { reference: [42, 40], ideal: [20, 0] });
  const [best] = compareSearches(fronts).strategies;
  assert.equal(best.name, "NSGA-II");
  const { curves } = regretCurves(fronts);
  assert.ok(curves.every(({ centre }) => centre.every(share => share > 0 && share < 1)));
  assert.throws(() => frontRuns({ random: alone }, { reference: [42, 40] }), /got one for run 0 of "random"/);
  assert.throws(() => frontRuns(runs, { reference: [42, 0] }), /worse than the ideal in both/);
});

test("a front is what the search takes for it, and counts by what it is judged by", () => {
  const log = new RunLog({ strategy: "made", seed: 1 });
  const add = (error: number, judged: number, also: number) => log.add({ code: [0], error, judged, also });
  add(5, 6, 5);
  // Told better in both, judged worse.
  add(4, 8, 4);
  // Dominated by what was told.
  add(9, 1, 9);
  add(Number.NaN, 1, 1);
  const [{ judged }] = frontRuns({ made: [log.run()] }, { reference: [10, 10] }).made;
  assert.deepEqual(
    Array.from(judged, share => Math.round(100 * share)),
    [100 - 4 * 5, 100 - 2 * 6, 100 - 2 * 6, 100 - 2 * 6],
  );
});

test("what does not fit is named before anything is run", () => {
  const one = { evaluations: 50 };
  assert.throws(
    () => simulate(nsga2({ population: 10 }), table, one),
    /searches by two objectives, and the table tells one; give it another, \{ also: complexityOf/,
  );
  assert.throws(
    () => simulate(random(), table, { ...one, also: {} as never }),
    /simulate: expected .* second objective/,
  );
  const later = customObjective<Toy>("later", async () => 1);
  assert.throws(
    () => simulate(random(), table, { ...one, also: later }),
    /expected later to be known at once/,
  );
  assert.throws(
    () => simulate({ ...random(), epochs: 3 }, table, one),
    /asks for trainings after some epochs, and the table knows whole trainings alone/,
  );
});
