import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "netspace";
import { regretPanel } from "netspace/figures";
import {
  evolution,
  random,
  regretCurves,
  type RegretCurvesOptions,
  RunLog,
  searchTable,
  simulate,
} from "../../../src/search/index.js";
import { bits } from "../../support/toy-spaces.js";

const close = (a: number, b: number, within = 1e-12) => assert.ok(Math.abs(a - b) <= within, `${a} is ${b}`);
const constant = (values: readonly number[]) => values.map(value => ({ judged: [value] }));

test("runs whose evaluations took different times are step functions on one axis, right-continuous", () => {
  const runs = [
    { judged: [9, 7, 4], seconds: [2, 5, 11] },
    { judged: [8, 6, 5, 5], seconds: [3, 5, 9, 10] },
  ];
  const { curves, along, best } = regretCurves({ one: runs }, { along: "seconds", best: 4 });
  // From the later first evaluation to the earlier last one; before that, and after, one of them says nothing.
  assert.deepEqual(curves[0].x, [3, 5, 9, 10]);
  assert.deepEqual(curves[0].centre, [4.5, 2.5, 2, 2]);
  assert.deepEqual([along, best, curves[0].repeats], ["seconds", 4, 2]);
});

test("of evaluations that took nothing the last counts, and a run begins with its first success", () => {
  const runs = [
    { judged: [Number.NaN, 8, 7, 3], images: [1, 2, 2, 3] },
    { judged: [9, 6, 6, 6], images: [1, 1, 1, 3] },
  ];
  const { curves } = regretCurves({ one: runs }, { along: "images" });
  assert.deepEqual(curves[0].x, [2, 3]);
  assert.deepEqual(curves[0].centre, [6.5, 4.5]);
});

test("the bands are SciPy's", () => {
  const values = [0.31, 0.12, 0.45, 0.08, 0.27, 0.6, 0.19, 0.33, 0.22];
  const ends = (options: RegretCurvesOptions, of = values) => {
    const { low, high, centre } = regretCurves({ one: constant(of) }, options).curves[0];
    return [centre[0], low[0], high[0]];
  };
  const are = (found: number[], expected: number[]) => found.forEach((end, i) => close(end, expected[i]));
  // scipy.stats.t.interval(.95, 8, numpy.mean(y), scipy.stats.sem(y)), and the same of .9.
  are(ends({}), [0.28555555555555556, 0.16047793997043439, 0.41063317114067677]);
  are(ends({ level: 0.9 }), [0.28555555555555556, 0.18469370927800602, 0.3864174018331051]);
  // scipy.stats.quantile_test(y, q=0, p=.5).confidence_interval(.95), of nine, and of forty at .95 and .99.
  const forty = Array.from({ length: 40 }, (_, i) => ((i * 37) % 41) / 10);
  are(ends({ centre: "median" }), [0.27, 0.12, 0.45]);
  are(ends({ centre: "median" }, forty).slice(1), [1.4, 2.7]);
  are(ends({ centre: "median", level: 0.99 }, forty).slice(1), [1.2, 2.9]);
  // numpy.quantile(y, [.025, .975])
  are(ends({ band: "quantiles" }), [0.28555555555555556, 0.088, 0.57]);
  // SciPy has NaN, too: five values cannot say where the median is with 95 %.
  assert.ok(ends({ centre: "median" }, values.slice(0, 5)).slice(1).every(Number.isNaN));
  // numpy's bootstrap of the mean would have a standard error of sqrt(var / n): the percentile interval is near it.
  const [middle, low, high] = ends({ band: "bootstrap", resamples: 20_000 });
  const standardError = Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0)) / values.length;
  close((high - low) / 2, 1.96 * standardError, 0.05 * standardError);
});

test("the pointwise bands hold the centre as often as they say, and a band of the median in skewed runs, too", () => {
  const source = seeded(17);
  // Exponential: mean 1, median ln 2.
  const drawn = (n: number) => constant(Array.from({ length: n }, () => -Math.log(1 - source())));
  const share = (n: number, options: RegretCurvesOptions, truth: number) => {
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const { low, high } = regretCurves({ one: drawn(n) }, options).curves[0];
      if (low[0] <= truth && truth <= high[0]) held++;
    }
    return held / 1000;
  };
  // Between order statistics the level is at least kept: of 15, 96.5 %.
  close(share(15, { centre: "median" }, Math.LN2), 0.965, 0.02);
  // Student's interval is a little short of skewed runs, and right for many.
  close(share(60, {}, 1), 0.94, 0.025);
  close(share(60, { band: "bootstrap", resamples: 400 }, 1), 0.93, 0.03);
});

test("a bootstrap band resamples whole runs, and the same seed gives the same band", () => {
  const log = [
    [5, 4, 1],
    [6, 3, 2],
    [7, 2, 2],
    [8, 1, 1],
  ].map(judged => ({ judged }));
  const options = { band: "bootstrap", centre: "median" } as const;
  const { curves } = regretCurves({ one: log }, options);
  assert.deepEqual(curves, regretCurves({ one: log }, options).curves);
  const [{ low, high }] = curves;
  // What holds at one evaluation need not at another, but no band leaves the runs.
  low.forEach((end, k) => assert.ok(end >= Math.min(...log.map(({ judged }) => judged[k]))));
  high.forEach((end, k) => assert.ok(end <= Math.max(...log.map(({ judged }) => judged[k]))));
});

test("what cannot be drawn is named", () => {
  const runs = { one: [{ judged: [3, 2] }] };
  const refused = (given: unknown, options: unknown, message: RegExp) =>
    assert.throws(() => regretCurves(given as typeof runs, options as RegretCurvesOptions), message);
  refused(runs, { along: "seconds" }, /runs that say how many seconds each evaluation took/);
  refused(runs, { along: "epochs" }, /along must be one of "evaluations", "images", "seconds", got "epochs"/);
  refused(
    runs,
    { best: 2.5 },
    /best must be at most what every run found, got 2.5 where a run of "one" found 2/,
  );
  refused(runs, { band: "order" }, /expected a band of the mean, "t", "bootstrap", "quantiles", got "order"/);
  refused(runs, { cetre: "mean" }, /did you mean "centre"/);
  refused({}, {}, /at least one strategy with one run each/);
  refused(
    { one: [{ judged: [Number.NaN] }] },
    {},
    /regretCurves: expected a value in every run, got none in run 0/,
  );
  refused({ one: [{}] }, {}, /runs that say what they are judged by after each evaluation/);
  const apart = [
    { judged: [1], seconds: [1] },
    { judged: [1], seconds: [2] },
  ];
  refused(
    { one: apart },
    { along: "seconds" },
    /a stretch in common, got one that begins at 2, after another ended at 1/,
  );
});

test("a run that is logged says what the best so far is judged by, and what each proposal was", () => {
  const log = new RunLog({ strategy: "mine", seed: 3 }, 1);
  const cost = { images: 10, seconds: 1 };
  log.add({ code: [0], error: Number.NaN, judged: 1, cost });
  log.add({ code: [1], error: 30, judged: 31, cost, epochs: 2 });
  log.add({ code: [2], error: 20, judged: 25, cost, epochs: 2 });
  log.add({ code: [1], error: 28, judged: 31, cost: { images: 30 } });
  log.add({ code: [3], error: 21, judged: 22, cost, epochs: 2 });
  const run = log.run();
  // Four epochs say more than two: the third architecture's 20 % are not held against the second's 28 %.
  assert.deepEqual([...run.judged], [Number.NaN, 31, 25, 31, 31]);
  assert.deepEqual([...run.told], [Number.NaN, 30, 20, 28, 21]);
  assert.deepEqual([...run.own], [1, 31, 25, 31, 22]);
  assert.deepEqual([...run.images], [10, 20, 30, 60, 70]);
  assert.deepEqual([...run.seconds].slice(0, 3), [1, 2, 3]);
  assert.ok(Number.isNaN(run.seconds[4]));
  assert.deepEqual(run.codes, [[0], [1], [2], [1], [3]]);
});

test("a search on a table is not held by a first evaluation that failed", () => {
  const space = bits(3);
  const table = searchTable(space, ({ values }) => {
    const error = values.reduce((sum, bit) => sum + bit, 1);
    return { error: values[0] === 0 ? Number.NaN : error, judged: error, cost: { images: 5 } };
  });
  const runs = simulate(random(), table, { evaluations: 40, repeats: 8 });
  assert.ok(runs.some(({ judged }) => Number.isNaN(judged[0])));
  for (const { judged, strategy, images } of runs) {
    assert.deepEqual([judged[39], strategy, images[39]], [2, "random", 200]);
  }
});

test("regretPanel() draws a staircase and a band for each strategy, and says what the band is", () => {
  const table = searchTable(bits(8), ({ values }) => {
    const error = values.reduce((sum, bit, i) => sum + bit * (i + 1), 0);
    return { error, judged: error, cost: { images: 100 } };
  });
  const options = { evaluations: 60, repeats: 10 };
  const runs = {
    random: simulate(random(), table, options),
    "R&E <1>": simulate(evolution({ population: 10, sample: 3 }), table, options),
  };
  const regret = regretCurves(runs, { best: table.best, along: "images", level: 0.9 });
  const panel = regretPanel(regret, { log: true });
  assert.equal(panel.legendTitle, "mean, pointwise 90 % (t)");
  assert.deepEqual(
    panel.traces.map(({ name, fill }) => name ?? fill),
    ["toself", "random (n = 10)", "toself", "R&amp;E &lt;1&gt; (n = 10)"],
  );
  const [band, line] = panel.traces as { x: number[]; y: number[]; line: { shape?: string } }[];
  assert.equal(line.line.shape, "hv");
  assert.deepEqual(line.x, regret.curves[0].x);
  // There and back, two corners a step but one at the first point.
  assert.equal(band.x.length, 2 * (2 * line.x.length - 1));
  // On a logarithmic axis nothing is drawn at 0 and below.
  for (const { y } of panel.traces as { y: (number | null)[] }[]) {
    assert.ok(y.every(value => value === null || value > 0));
  }
  const linear = regretPanel(regretCurves(runs), { unit: "bits" });
  assert.deepEqual((linear.yaxis.title as { text: string }).text, "best so far, judged (bits)");
});
