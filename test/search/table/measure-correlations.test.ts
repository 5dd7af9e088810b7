/** Measures without training against a table's errors: beside the counts that cost nothing, with intervals, corrected together. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type NasBench201Architecture, SmallCells } from "netspace";
import { measuresPanel } from "netspace/figures";
import { holm, kendall, spearman } from "netspace/statistics";
import { seededAt } from "../../../src/base/random.js";
import {
  measureCorrelations,
  SpaceTable,
  table,
  type TableRow,
  zeroCost,
  type ZeroCostName,
} from "../../../src/search/index.js";
import { withoutAddon } from "../../support/needs.js";
import { smallTable } from "../../support/small-table.js";

const errorOf = ({ trainings }: TableRow): number =>
  trainings.reduce((sum, { error }) => sum + error, 0) / trainings.length;

let made: SpaceTable;
let cells: SpaceTable<NasBench201Architecture>;
before(async () => {
  const population = await smallTable();
  const plain = new SpaceTable("test", population);
  // A measure that is the accuracy with some noise, one that is noise, and one that a third of the functions lack.
  const measures = new Map(
    population.trials.map(({ id }, i) => {
      const row = plain.rowsOfTrials()[i];
      const random = seededAt(plain.rows.indexOf(row), 3);
      const good = -errorOf(row) + 4 * random();
      return [id, { good, noise: random(), ...(plain.rows.indexOf(row) % 3 > 0 && { some: good }), flat: 1 }];
    }),
  );
  made = new SpaceTable("test", population, {}, measures);
  cells = await table(SmallCells);
});

test("a measure that knows the error beats params, noise does not, and one without variance is told apart from both", () => {
  const { measures, baseline, name } = measureCorrelations(made);
  assert.deepEqual([name, baseline], ["SmallCells", "params"]);
  const of = (measure: string) => measures.find(one => one.measure === measure)!;
  assert.deepEqual(
    measures.map(({ measure }) => measure),
    ["params", "flops", "acts", "good", "noise", "flat", "some"],
  );
  const [good, noise, some, flat] = ["good", "noise", "some", "flat"].map(of);
  const x = made.rows.map(({ measures: known }) => known.good);
  const y = made.rows.map(row => -errorOf(row));
  assert.equal(good.all.kendall.value, kendall(x, y).value);
  assert.equal(good.all.spearman.value, spearman(x, y).value);
  const params = made.rows.map(row => row.params);
  assert.equal(good.all.versus!.value, good.all.kendall.value - kendall(params, y).value);
  assert.ok(good.all.versus!.low > 0 && good.all.versus!.adjusted < 0.001);
  assert.ok(noise.all.versus!.high < 0 && noise.all.kendall.low < 0 && noise.all.kendall.high > 0);
  assert.equal(of("params").all.versus, undefined);
  // Of what it has, against the baseline over the same functions.
  const having = made.rows.filter(({ measures: known }) => known.some !== undefined);
  assert.equal(some.all.n, having.length);
  const [a, b, c] = [
    having.map(row => row.measures.some),
    having.map(row => row.params),
    having.map(row => -errorOf(row)),
  ];
  assert.equal(some.all.versus!.value, kendall(a, c).value - kendall(b, c).value);
  assert.ok(Number.isNaN(flat.all.kendall.value) && flat.all.versus === undefined);
  assert.equal(flat.all.n, made.rows.length);
  assert.ok(good.best.n >= 117 && good.best.n < 300);
});

test("p values are corrected by Holm for all differences together, whole space and best tenth", () => {
  const { measures } = measureCorrelations(made, { measures: ["params", "acts", "good", "noise"] });
  const versus = measures
    .flatMap(({ all, best }) => [all.versus, best.versus])
    .filter(one => one !== undefined);
  assert.equal(versus.length, 6);
  assert.deepEqual(
    versus.map(({ adjusted }) => adjusted),
    holm(versus.map(({ p }) => p)),
  );
  const flops = measureCorrelations(made, { baseline: "flops", measures: ["params"] });
  assert.equal(flops.measures[0].all.versus!.value, measures[0].all.kendall.value - rankBy("flops"));
});

const rankBy = (count: "flops"): number =>
  kendall(
    made.rows.map(row => row[count]),
    made.rows.map(row => -errorOf(row)),
  ).value;

test("what there is not is named", () => {
  assert.throws(() => measureCorrelations({} as never), /measureCorrelations: expected a table, such as/);
  assert.throws(
    () => measureCorrelations(made, { measures: ["synflow"] }),
    /expected measures that the table of SmallCells has, params, flops, acts, good, .*, got "synflow"; netspace table pack --measures/,
  );
  assert.throws(() => measureCorrelations(made, { baseline: "toString" }), /got "toString"/);
  assert.throws(() => measureCorrelations(made, { measure: [] } as never), /did you mean "measures"/);
  assert.throws(
    () => measureCorrelations(made, { level: 95 }),
    /measureCorrelations: expected a level in \(0, 1\)/,
  );
});

test("no measure of the table that comes with netspace ranks its functions better than params do", () => {
  const { measures } = measureCorrelations(cells);
  const names = measures.map(({ measure }) => measure);
  assert.deepEqual(names.slice(3), ["gradNorm", "snip", "synflow", "jacobCov", "naswot"]);
  for (const { measure, all, best } of measures.slice(3)) {
    assert.ok(all.versus!.high < 0 && all.versus!.adjusted < 0.05, `${measure} ranks worse, in all`);
    assert.ok(
      best.versus!.value <= 0 && best.versus!.low < 0,
      `${measure} does not rank better, among the best`,
    );
  }
  // Light jumps and three operations with weights: what has more of one has more of the other.
  assert.deepEqual(measures[1].all.kendall, measures[0].all.kendall);
});

describe("the table's columns", { skip: withoutAddon }, () => {
  test("are what each measure is, computed anew through a session, for some cells", async () => {
    const { dataset } = cells.population.spec;
    const places = [0, 100, 300, 555, 900, 1162];
    for (const place of places) {
      const { architecture, measures } = cells.rows[place];
      const names = ["gradNorm", "snip", "synflow", "jacobCov", "naswot"] as const;
      const { values } = await zeroCost(architecture, { dataset, measures: names, seed: 0 });
      for (const name of names) near(values[name]!, measures[name], `${name} of ${place}`, name);
      assert.equal(
        (await zeroCost(architecture, { dataset, measures: "params" })).values.params,
        cells.rows[place].params,
      );
    }
  });
});

/** Of single precision; NASWOT counts codes, of which another processor's rounding flips some. A file has no infinities. */
function near(now: number, stored: number, what: string, name: ZeroCostName): void {
  if (!Number.isFinite(now)) return assert.ok(!Number.isFinite(stored), what);
  const within = name === "jacobCov" || name === "naswot" ? 0.01 : 1e-3;
  assert.ok(Math.abs(now - stored) <= within * Math.abs(stored), `${what}: ${now} now, ${stored} stored`);
}

test("the panel draws each measure with its interval, beside the baseline's, and what is not there not", () => {
  const found = measureCorrelations(made);
  const panel = measuresPanel(found);
  assert.equal(panel.traces.length, 4);
  const [intervals, all, , best] = panel.traces as unknown as {
    readonly name: string;
    readonly x: readonly (number | null)[];
  }[];
  assert.match(all.name, /^all functions/);
  assert.match(best.name, /^best tenth/);
  // The one without variance has no place on the axis.
  assert.equal(all.x.length, found.measures.length - 1);
  for (const [i, { kendall: tau }] of found.measures
    .slice(0, 5)
    .map(({ all: one }) => one)
    .entries()) {
    assert.equal(all.x[i], tau.value);
    assert.deepEqual(intervals.x.slice(3 * i, 3 * i + 3), [tau.low, tau.high, null]);
  }
  assert.equal(panel.shapes!.length, 2, "zero, and the baseline");
  assert.throws(() => measuresPanel({} as never), /measuresPanel: .*measureCorrelations\(\)/);
  assert.throws(() => measuresPanel(found, { of: "pearson" as never }), /"kendall" or "spearman"/);
});
