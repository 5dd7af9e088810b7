/** Random search on a table of which each run draws the trainings that tell: what it finds on average, without simulating it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decisions, SmallCells, seeded } from "netspace";
import {
  expectedRandom,
  random,
  randomDrawsFor,
  type SearchTable,
  searchTable,
  simulate,
  spaceErrors,
  table,
  type TableEntry,
} from "../../../src/search/index.js";
import { bits } from "../../support/toy-spaces.js";

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Every way to draw one training of each architecture, as a table that draws nothing. */
function* realisations(entries: readonly (readonly TableEntry[])[]): Generator<readonly TableEntry[]> {
  const [first, ...rest] = entries;
  if (!first) return yield [];
  for (const others of realisations(rest)) for (const one of first) yield [one, ...others];
}

test("it is the mean over all ways to draw the trainings, ties included", () => {
  const space = bits(3);
  const next = seeded(4);
  const entries = Array.from({ length: 8 }, (_, i) =>
    Array.from({ length: 1 + (i % 3) }, () => ({ error: Math.floor(5 * next()), judged: 10 * next() })),
  );
  const of = (rows: readonly (TableEntry | readonly TableEntry[])[]) => {
    let place = 0;
    return searchTable(space, () => rows[place++]);
  };
  const found = spaceErrors(of(entries));
  const all = [...realisations(entries)].map(rows => spaceErrors(of(rows)));
  assert.equal(all.length, 2 * 3 * 2 * 3 * 2);
  for (const draws of [1, 2, 3, 8, 30, 400, 100_000]) {
    const [expected] = expectedRandom([draws], found);
    const truth = mean(all.map(one => expectedRandom([draws], one)[0]));
    assert.ok(Math.abs(expected - truth) < 1e-11, `${draws}: ${expected} against ${truth}`);
  }
});

/** Random search by hand: quick enough for tens of thousands of runs. */
function simulated(drawing: SearchTable<never>, draws: number, runs: number) {
  const ways = [...decisions(drawing.space).ways()].map(way => drawing.drawnFrom!(way as never));
  const next = seeded(draws);
  const ends = Array.from({ length: runs }, () => {
    const told = new Map<number, TableEntry>();
    let best: TableEntry | undefined;
    for (let i = 0; i < draws; i++) {
      const { place, entries } = ways[Math.floor(next() * ways.length)];
      const entry = told.get(place) ?? entries[Math.floor(next() * entries.length)];
      told.set(place, entry);
      if (!best || entry.error < best.error) best = entry;
    }
    return best!.judged;
  });
  const middle = mean(ends);
  const spread = Math.sqrt(mean(ends.map(end => (end - middle) ** 2)));
  return { middle, error: spread / Math.sqrt(runs) };
}

test("20,000 simulated runs on the table of small cells find as much, within three standard errors", async () => {
  const cells = (await table(SmallCells)).search();
  const space = spaceErrors(cells);
  for (const draws of [10, 100]) {
    const [expected] = expectedRandom([draws], space);
    const { middle, error } = simulated(cells as never, draws, 20_000);
    assert.ok(error < 0.03);
    assert.ok(Math.abs(middle - expected) < 3 * error, `${draws}: ${middle} ± ${error} for ${expected}`);
  }
  // What one run's trainings say, which is what it was taken for, is off by several of these errors.
  const [of] = expectedRandom(
    [100],
    spaceErrors({ ...cells.forRun!(0), forRun: undefined, drawnFrom: undefined } as never),
  );
  assert.ok(Math.abs(of - expectedRandom([100], space)[0]) > 1e-3);
  const runs = simulate(random(), cells, { evaluations: 100, repeats: 300, seed: 5 });
  const ends = runs.map(({ judged }) => judged[99]);
  const error = Math.sqrt(mean(ends.map(end => (end - mean(ends)) ** 2)) / 300);
  assert.ok(Math.abs(mean(ends) - expectedRandom([100], space)[0]) < 3 * error);
});

test("draws for what was found are the fewest, where more draws find worse, too", () => {
  // Told the least error of all, the one cell that is judged badly is what many draws end with.
  const trap = searchTable(bits(6), ({ values }) => {
    const sum = values.reduce((a, b) => a + b, 0);
    return { error: sum, judged: sum === 0 ? 9 : sum };
  });
  const space = spaceErrors(trap);
  const expected = expectedRandom(
    Array.from({ length: 200 }, (_, i) => i + 1),
    space,
  );
  const least = Math.min(...expected);
  const fewest = expected.indexOf(least) + 1;
  assert.ok(fewest > 2 && fewest < 32 && expected[199] > least + 1);
  assert.equal(randomDrawsFor(least, space), fewest);
  assert.equal(randomDrawsFor(0.5, space), Infinity);
});

test("a table whose runs draw from nobody knows what is named", () => {
  const plain = searchTable(bits(3), () => ({ error: 1, judged: 1 }));
  assert.throws(
    () => spaceErrors({ ...plain, forRun: () => plain }),
    /spaceErrors: expected a table that says what its runs draw from, drawnFrom\(way\)/,
  );
});
