/** A table's view as an objective: what it says of itself is what records and identities have. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { decisions, type NasBench201Architecture } from "netspace";
import {
  evolution,
  hyperband,
  random,
  search,
  searchTable,
  SpaceTable,
  tableError,
  type TableView,
} from "../../../src/search/index.js";
import { smallTable } from "../../support/small-table.js";
import { bits } from "../../support/toy-spaces.js";

type Cell = NasBench201Architecture;

let table: SpaceTable<Cell>;
let partial: SpaceTable<Cell>;
before(async () => {
  table = new SpaceTable<Cell>("test", await smallTable());
  partial = new SpaceTable<Cell>("test", await smallTable(place => place % 3 !== 0), { partial: true });
});

test("records say which split and how many epochs a view tells, and another view is another search", async () => {
  const views: TableView[] = [
    {},
    { told: "test" },
    { epochs: 3 },
    { training: 0 },
    { training: 1 },
    { judged: "all" },
    { training: "mean" },
  ];
  const ids = new Set<string>();
  for (const view of views) {
    const { records, search: facts } = await search(table.space, {
      strategy: random(),
      objective: tableError(table.search(view)),
      budget: 5,
    });
    ids.add(facts.id);
    const { split, epochs } = records[0].objectives[0].details as Record<string, unknown>;
    assert.deepEqual([split, epochs], [view.told ?? "validation", view.epochs ?? null]);
    assert.equal(facts.objectives[0].split, view.told ?? "validation");
  }
  assert.equal(ids.size, views.length);
  assert.throws(
    () => tableError(table.search({ told: "test" }), { split: "validation" }),
    /expected the split that the table tells, "test", got "validation"/,
  );
  assert.throws(() => tableError(table as never), /tableError: expected a table, .*; give its search\(\)/);
});

test("two tables of one space are two searches, and one table is one, whoever opens it", () => {
  const space = bits(6);
  const of = (more: number) =>
    tableError(searchTable(space, ({ values }) => ({ error: values[0] + more, judged: values[1] })));
  assert.deepEqual(of(0).settings, of(0).settings);
  assert.notDeepEqual(of(0).settings, of(1).settings);
  // Judges by something else, tells the same.
  const judged = searchTable(space, ({ values }) => ({ error: values[0], judged: values[2] }));
  assert.notDeepEqual(tableError(judged).settings, of(0).settings);
  assert.equal(tableError(judged, { settings: { table: "mine" } }).settings.table, "mine");
});

test("a search on a partial table proposes what it has, and fails at nothing", async () => {
  const objective = tableError(partial.search());
  const { records } = await search(partial.space, {
    strategy: evolution({ population: 10, sample: 3 }),
    objective,
    budget: 60,
  });
  assert.ok(records.every(({ status }) => status === "finished"));
  await assert.rejects(
    search(partial.space, { strategy: hyperband({ epochs: 81 }), objective, budget: 60 }),
    /hyperband trains for 81 epochs, and validation error knows 12; give the strategy \{ epochs: 12 \}/,
  );
});

test("what is no entry is named when the table is made", () => {
  const made = (entry: unknown) => () => searchTable(bits(3), () => entry as never);
  for (const [entry, words] of [
    [5, /expected an entry such as \{ error: 9, judged: 8.5 \} for .*, got 5/],
    [null, /expected an entry .*, got null/],
    [{ error: 3 }, /expected judged as a number for .*, got undefined/],
    [{ error: 3, judged: Number.NaN }, /expected judged as a number for .*, got NaN/],
    [{ error: "3", judged: 3 }, /expected error as a number, .* got "3"/],
    [{ error: 3, judged: 3, errors: [5, 4] }, /expected errors whose last one is its error/],
    [{ error: 3, judged: 3, errors: [] }, /expected errors as a list of numbers/],
    [{ error: 3, judged: 3, cost: "no" }, /expected cost as \{ images, seconds \} .* got "no"/],
    [{ error: 3, judged: 3, cost: { images: -1 } }, /expected cost as/],
    [[{ error: 3, judged: 3 }, 4], /expected an entry .*, got 4/],
    [Promise.resolve({ error: 3, judged: 3 }), /expected error as a number/],
  ] as const) {
    assert.throws(made(entry), words);
    assert.throws(made(entry), /^RangeError: searchTable: /);
  }
  // A training that failed has no error, and nothing that it is judged by.
  const failed = searchTable(bits(3), ({ values }) =>
    values[0] === 0 ? { error: Number.NaN, judged: Number.NaN } : { error: 1, judged: 1 },
  );
  assert.equal(failed.best, 1);
});

test("a run is judged by the trainings that it is not told, of three by the mean of two; best is the least there is", () => {
  const [way] = decisions(table.space).ways();
  const { trainings } = table.row(way.architecture);
  for (const k of [0, 1]) {
    const told = table.search({ training: k });
    assert.equal(told.look(way).judged, trainings[1 - k].error);
    assert.equal(told.best, Math.min(...table.rows.map(row => row.trainings[1 - k].error)));
  }
  const drawn = table.search();
  const both = drawn.drawnFrom!(way).entries.map(({ error, judged }) => [error, judged]);
  assert.deepEqual(both, [
    [trainings[0].validationError, trainings[1].error],
    [trainings[1].validationError, trainings[0].error],
  ]);
  assert.equal(drawn.best, Math.min(...table.rows.flatMap(row => row.trainings.map(({ error }) => error))));
  const all = (trainings[0].error + trainings[1].error) / 2;
  assert.equal(table.search({ judged: "all" }).look(way).judged, all);
  assert.equal(table.search({ training: "mean" }).look(way).judged, all);
  assert.throws(
    () => table.search({ training: "mean", judged: "others" }),
    /judged must be "all" where the mean of all trainings tells, got "others"/,
  );
  // A third training is told to nobody here.
  const third = { ...trainings[1], repeat: 2, error: 50 };
  const rows = table.rows.map(row => ({ ...row, trainings: [...row.trainings, third] }));
  const three = Object.defineProperties(Object.create(table) as SpaceTable<Cell>, {
    rows: { value: rows },
    repeats: { value: 3 },
    find: { value: (a: Cell) => rows[table.rows.indexOf(table.find(a)!)] },
  });
  assert.equal(three.search({ training: 0 }).look(way).judged, (trainings[1].error + 50) / 2);
});

test("a function that was trained once has nothing to be judged by, unless by what it is told", async () => {
  const once = new SpaceTable<Cell>("test", await smallTable((_, repeat) => repeat === 0), { partial: true });
  assert.throws(() => once.search(), /no function has a training that is told and another to judge it by/);
  const [way] = decisions(once.space).ways();
  assert.equal(
    once.search({ judged: "all" }).look(way).judged,
    once.row(way.architecture).trainings[0].error,
  );
});
