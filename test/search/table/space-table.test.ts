/** A table of a space's trainings, looked up and searched on. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { canonical, decisions, type NasBench201Architecture, nasBench201, SmallCells } from "netspace";
import { evolution, random, simulate, SpaceTable, tableFacts } from "../../../src/search/index.js";
import { EPOCHS, smallTable } from "../../support/small-table.js";

type Cell = NasBench201Architecture;

let table: SpaceTable<Cell>;
before(async () => {
  table = new SpaceTable<Cell>("test", await smallTable());
});

test("every architecture of the space finds the row of its function, whichever was trained", () => {
  assert.equal(table.rows.length, 1163);
  const found = new Set<unknown>();
  let architectures = 0;
  for (const { architecture } of decisions(SmallCells).ways()) {
    const row = table.row(architecture);
    assert.equal(row.function, canonical(architecture));
    assert.equal(row.trainings.length, 2);
    found.add(row);
    architectures++;
  }
  assert.equal(architectures, 3375);
  assert.equal(found.size, 1163);
  assert.equal(
    table.rows.reduce((sum, row) => sum + row.architectures, 0),
    3375,
  );
});

test("an architecture of other sizes, or with an operation that the space lacks, is named", () => {
  const text = "|none~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|";
  const other = nasBench201(text, { channels: 16, cells: 1, classes: 10, resolution: 12 });
  assert.throws(
    () => table.row(other),
    /expected an architecture of SmallCells, .* computes no function of it/,
  );
});

test("a search is told what its view says, at the cost of that training, and judged by the training that it is not told", () => {
  const [way] = decisions(table.space).ways();
  const { trainings } = table.row(way.architecture);
  const [a, b] = trainings;
  const judged = (a.error + b.error) / 2;
  const view = (given: Parameters<typeof table.search>[0]) => table.search(given).look(way);
  const of = ({ error, judged: its, cost }: ReturnType<typeof view>) => [
    error,
    its,
    cost?.images,
    cost?.seconds,
  ];
  const images = EPOCHS * 2000;
  assert.deepEqual(of(view({ training: 0 })), [a.validationError, b.error, images, a.seconds]);
  assert.deepEqual(of(view({ training: 1, told: "test" })), [b.error, a.error, images, b.seconds]);
  assert.deepEqual(of(view({ training: "mean" })), [
    (a.validationError! + b.validationError!) / 2,
    judged,
    2 * images,
    a.seconds + b.seconds,
  ]);
  const third = a.epochs[2];
  assert.deepEqual(of(view({ training: 0, epochs: 3 })), [
    third.validationError,
    b.error,
    6000,
    third.seconds,
  ]);
  const told = table.search({ training: 0 }).look(way, 3);
  assert.deepEqual(of(told), [third.validationError, b.error, 6000, third.seconds]);
  assert.equal(
    table.search({ judged: "all" }).best,
    Math.min(...table.rows.map(row => (row.trainings[0].error + row.trainings[1].error) / 2)),
  );
});

test("drawn trainings are a run's own: both tell, the same run is told the same, architectures of one function the same", () => {
  const view = table.search();
  const told = (seed: number) =>
    [...decisions(table.space).ways()].map(way => view.forRun!(seed).look(way).error);
  const [one, again, other] = [told(1), told(1), told(2)];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
  const ways = [...decisions(table.space).ways()];
  const byFunction = new Map<string, number>();
  let [first, second] = [0, 0];
  for (const [i, { architecture }] of ways.entries()) {
    const { function: form, trainings } = table.row(architecture);
    if (byFunction.has(form)) assert.equal(one[i], byFunction.get(form));
    byFunction.set(form, one[i]);
    if (one[i] === trainings[0].validationError) first++;
    else if (one[i] === trainings[1].validationError) second++;
    else assert.fail("told by neither");
  }
  assert.ok(first > 1000 && second > 1000, `${first} and ${second}`);
});

test("a search on the table finds better functions than random ones, and pays for each", () => {
  const view = table.search();
  const ended = (strategy: Parameters<typeof simulate>[0]) =>
    simulate(strategy, view, { evaluations: 100, repeats: 20 }).map(({ judged, images }) => {
      assert.equal(images.at(-1), 100 * EPOCHS * 2000);
      return judged.at(-1)!;
    });
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(mean(ended(evolution({ population: 20, sample: 5 }))) < mean(ended(random())) - 1);
});

test("a view that the table does not have is named before anything is searched", () => {
  for (const [view, problem] of [
    [{ told: "training" }, /told must be "validation" or "test", got "training"/],
    [{ training: 2 }, /training must be "drawn", "mean" or a number from 0 to 1, got 2/],
    [{ training: "first" }, /training must be "drawn", "mean" or a number/],
    [{ epochs: 13 }, /epochs must be an integer from 1 to 12, got 13/],
    [{ epoch: 3 }, /unknown option "epoch"; did you mean "epochs"/],
  ] as const) {
    assert.throws(() => table.search(view as never), problem);
  }
  const [way] = decisions(table.space).ways();
  assert.throws(() => table.search().look(way, 13), /number of epochs from 1 to 12 .* got 13/);
});

test("a partial table is rejected unless it is asked for, and then searched where it is known", async () => {
  const population = await smallTable((place, repeat) => place % 2 === 0 && (repeat === 0 || place < 100));
  assert.throws(
    () => new SpaceTable("table", population),
    /table: expected all 1163 functions of SmallCells trained 2 times, got 50 of them, and 581 not at all/,
  );
  const partial = new SpaceTable<Cell>("table", population, { partial: true });
  assert.equal(partial.complete, false);
  const lacking = partial.rows.find(({ trainings }) => trainings.length === 0)!;
  assert.throws(() => partial.row(lacking.architecture), /is partial and lacks the function/);
  const view = partial.search();
  assert.throws(
    () => view.look(decisions(partial.space).encode(lacking.architecture)),
    /is partial and lacks/,
  );
  for (const strategy of [random(), evolution({ population: 10, sample: 3 })]) {
    simulate(strategy, view, { evaluations: 60, repeats: 2 });
  }
  // Of trainings that few have, those few alone.
  const few = partial.search({ training: 1 });
  const [{ judged }] = simulate(random(), few, { evaluations: 60 });
  assert.ok(judged.at(-1)! >= few.best);
});

test("facts are what a count by hand gives: noise, ceiling, ranks, ties", () => {
  const facts = tableFacts(table);
  assert.deepEqual(
    [facts.functions, facts.architectures, facts.trainings, facts.trained, facts.repeated],
    [1163, 3375, 2326, 1163, 1163],
  );
  // Two trainings differ by d: their variance is d² / 2.
  const variance =
    table.rows.reduce((sum, { trainings: [a, b] }) => sum + (a.error - b.error) ** 2 / 2, 0) / 1163;
  const noise = facts.noise.find(({ split }) => split === "test")!;
  assert.ok(Math.abs(noise.all - Math.sqrt(variance)) < 1e-12);
  // Uniform on an interval of two points: σ = 2 / √12, but for rounding.
  assert.ok(Math.abs(noise.all - 2 / Math.sqrt(12)) < 0.03, String(noise.all));
  const { least, told, again } = facts.ceiling!;
  assert.equal(least, table.search({ training: "mean" }).best);
  assert.ok(told >= least && again > least - 2 && again < least + 2);
  for (const { what, n, spearman, kendall } of facts.rankings) {
    assert.equal(n, 1163, what);
    assert.ok(spearman > 0.9 && kendall > 0.8 && kendall < spearman, what);
  }
  assert.match(
    facts.toMarkdown(),
    /\| validation after 1 of 12 epochs, one training, and test of the others \| 0\.\d\d \(0\.\d\d, 0\.\d\d\)/,
  );
  const [params] = facts.measures;
  assert.equal(params.what, "params");
  const errors = new Map<number, number>();
  for (const { trainings } of table.rows) {
    const error = trainings[0].validationError!;
    errors.set(error, (errors.get(error) ?? 0) + 1);
  }
  const tied = [...errors.values()].filter(count => count > 1).reduce((a, b) => a + b, 0);
  assert.equal(facts.ties.share, tied / 1163);
  // Every operation takes off what it is worth, so that but for noise all ways lead down to one.
  assert.ok(facts.optima.judged >= 1 && facts.optima.judged < 40, String(facts.optima.judged));
});
