/** A table against trainings of its functions elsewhere: what is compared with what, and what is not said of too few. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Population } from "netspace";
import { kendall, spearman } from "netspace/statistics";
import { SpaceTable, tableAgreement, tableFacts } from "../../../src/search/index.js";
import { smallTable } from "../../support/small-table.js";

let table: SpaceTable;
before(async () => {
  table = new SpaceTable("test", await smallTable());
});

/** Every `step`-th function's training, elsewhere: its error there as `errorOf` makes it of the place. */
function elsewhere(step: number, errorOf: (error: number, place: number) => number): Population {
  const { spec, trials } = table.population;
  const dataset = { kind: "procedural", resolution: 16, train: 100, test: 100, classes: 20, seed: 3 };
  const { enumerate: _all, repeats: _two, ...rest } = spec;
  const some = trials
    .slice(0, table.rows.length)
    .filter((_, i) => i % step === 0)
    .map((trial, i) => ({
      ...trial,
      id: `other-${i}`,
      index: i,
      architecture: { ...trial.architecture, classes: 20, resolution: 16 },
      error: errorOf(trial.error!, i),
    }));
  return new Population({ ...rest, dataset } as never, some);
}

test("functions are the same on images of other classes and pixels, and each number is compared with its own", () => {
  const other = elsewhere(5, (error, i) => 90 - error / 2 + (i % 7));
  const found = tableAgreement(table, other);
  assert.match(found.images, /^procedural-v1-16/);
  const rows = table.rows.filter((_, i) => i % 5 === 0);
  assert.deepEqual([found.one.n, found.trainings, found.unmatched], [rows.length, rows.length, 0]);
  const [first, second] = [0, 1].map(k => rows.map(({ trainings }) => trainings[k].error));
  const there = Array.from(other.errors);
  const means = first.map((error, i) => (error + second[i]) / 2);
  for (const [{ spearman: rho, kendall: tau }, x, y] of [
    [found.one, first, there],
    [found.seeds!, first, second],
    [found.mean, means, there],
  ] as const) {
    assert.equal(rho.value, spearman(x, y).value);
    assert.equal(tau.value, kendall(x, y).value);
    assert.ok(rho.low < rho.value && rho.value < rho.high);
  }
  assert.equal(found.lost!.kendall.value, kendall(there, first).value - kendall(second, first).value);
  const best = [...table.rows].sort((a, b) => of(a) - of(b)).slice(0, Math.ceil(table.rows.length / 10));
  const limit = of(best.at(-1)!);
  const both = rows.flatMap((row, i) => (of(row) <= limit ? [[of(row), there[i]]] : []));
  assert.equal(found.best.n, both.length);
  assert.equal(
    found.best.spearman.value,
    spearman(
      both.map(([x]) => x),
      both.map(([, y]) => y),
    ).value,
  );
  const wider = tableAgreement(table, other, { level: 0.99 });
  assert.ok(wider.one.kendall.high > found.one.kendall.high);
});

const of = ({ trainings }: SpaceTable["rows"][number]) =>
  trainings.reduce((sum, { error }) => sum + error, 0) / trainings.length;

test("of few functions of the best tenth nothing is said but how many there are", () => {
  const { best } = tableAgreement(
    table,
    elsewhere(300, error => error),
  );
  assert.ok(best.n < 10 && Number.isNaN(best.spearman.value) && Number.isNaN(best.kendall.low));
});

test("what cannot be compared is named, and the table says what was", () => {
  assert.throws(
    () =>
      tableAgreement(
        {} as never,
        elsewhere(5, error => error),
      ),
    /tableAgreement: expected a table/,
  );
  assert.throws(() => tableAgreement(table, [] as never), /tableAgreement: expected a population/);
  assert.throws(
    () =>
      tableAgreement(
        table,
        elsewhere(1000, error => error),
      ),
    {
      name: "TableError",
      message:
        /expected at least 3 functions of SmallCells that both trained, got 2 of 2 trainings on procedural-v1-16/,
    },
  );
  assert.throws(
    () =>
      tableAgreement(
        table,
        elsewhere(5, () => 90),
      ),
    /errors that vary between functions, got 90 %/,
  );
  assert.throws(() => tableFacts(table, { besides: [] } as never), /tableFacts: unknown option "besides"/);
  const facts = tableFacts(table, { beside: [elsewhere(5, error => error)] });
  assert.equal(facts.agreements.length, 1);
  assert.match(facts.toMarkdown(), /\| test errors here and on procedural-v1-16/);
});
