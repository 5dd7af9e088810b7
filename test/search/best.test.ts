/** Which outcome is a search's best, wherever that is shown: by what the strategy makes small, after the most epochs, without failures. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  customObjective,
  distinct,
  evolution,
  hyperband,
  nsga2,
  openSearch,
  rewarded,
  rewardedError,
  search,
  type SearchProgress,
} from "../../src/search/index.js";
import { searchLine } from "../../src/search/runs/shown/progress.js";
import { bestTable, searchPanel } from "../../src/search/runs/search-result.js";
import { digits, type Toy } from "../support/toy-spaces.js";

const root = mkdtempSync(join(tmpdir(), "netspace-best-"));
after(() => rmSync(root, { recursive: true, force: true }));

const sumOf = ({ values }: Toy) => values.reduce((a, b) => a + b, 0);

test("a rewarded search's best is the reward's, in the record, the curve, the table and from its folder", async () => {
  const out = join(root, "rewarded");
  const reward = { target: 20, exponents: "hard" } as const;
  let last: SearchProgress | undefined;
  // The least error costs the most.
  const error = customObjective<Toy>("error", a => 90 - 10 * sumOf(a), { unit: "%" });
  const cost = customObjective<Toy>("cost", a => 10 + 20 * sumOf(a));
  const strategy = distinct(rewarded(evolution({ population: 6, sample: 3 }), reward));
  const found = await search(digits(), {
    strategy,
    objective: [error, cost],
    budget: 16,
    seed: 2,
    out,
    onProgress: progress => void (last = progress),
  });
  const told = (record: (typeof found.records)[number]) =>
    rewardedError(record.objectives[0].value!, record.objectives[1].value!, reward);
  const least = Math.min(...found.records.map(told));
  const first = Math.min(...found.records.map(({ objectives }) => objectives[0].value!));
  for (const result of [found, openSearch(out)]) {
    assert.equal(told(result.best!.record), least);
    assert.ok(result.best!.values.error > first, "the first objective alone would choose another");
    assert.equal(result.bestSoFar.at(-1), result.best!.values.error);
    assert.match(String(result), new RegExp(`best error ${result.best!.values.error.toFixed(2)} % and cost`));
  }
  assert.deepEqual(
    found.records.map(({ scalar }) => scalar),
    found.records.map(told),
  );
  assert.equal(last!.best, found.best!.values.error);
  assert.match(searchLine(last!), /16\/16 evaluated, best error .* % and cost \d+$/);
  const { traces, yaxis } = searchPanel(found.search, found.records);
  assert.equal((traces[1] as { y: number[] }).y.at(-1), least);
  assert.match((yaxis as { title: { text: string } }).title.text, /^error and cost in one/);
  const table = bestTable(found.search, found.records);
  assert.match(table.text[1], new RegExp(`^${found.best!.place} `));
  const front = await search(digits(), {
    strategy: nsga2({ population: 4 }),
    objective: [error, cost],
    budget: 8,
  });
  assert.ok(front.records.every(({ scalar }) => scalar === undefined));
});

test("of trainings in part the curve, the table and the line while it runs go by the longest", async () => {
  let last: SearchProgress | undefined;
  const objective = customObjective<Toy>("error", (a, { epochs = 0 }) => sumOf(a) + epochs, { unit: "%" });
  const found = await search(digits(), {
    strategy: hyperband({ epochs: 9 }),
    objective,
    budget: 22,
    onProgress: progress => void (last = progress),
  });
  const whole = found.records.filter(({ epochs }) => epochs === 9);
  const least = Math.min(...whole.map(({ objectives }) => objectives[0].value!));
  assert.ok(
    found.records.some(({ objectives }) => objectives[0].value! < least),
    "shorter ones have less",
  );
  assert.equal(found.best!.values.error, least);
  assert.equal(last!.best, least);
  const { traces } = searchPanel(found.search, found.records);
  assert.equal((traces[1] as { y: number[] }).y.at(-1), least);
  const rows = bestTable(found.search, found.records).text.slice(1);
  assert.equal(rows.length, Math.min(5, whole.length));
  assert.match(rows[0], new RegExp(`^\\d+ {2}${least.toFixed(2)}`));
});

test("short trainings after long ones change nothing of the best", async () => {
  let last: SearchProgress | undefined;
  const objective = customObjective<Toy>("error", (a, { epochs = 0 }) => sumOf(a) + 10 * epochs, {
    unit: "%",
  });
  // The first bracket, to its end, and two trainings of the next.
  const found = await search(digits(), {
    strategy: hyperband({ epochs: 9 }),
    objective,
    budget: 15,
    onProgress: progress => void (last = progress),
  });
  assert.deepEqual(
    found.records.slice(12).map(({ epochs }) => epochs),
    [9, 3, 3],
  );
  const { place, values } = found.best!;
  assert.equal(place, 12);
  assert.equal(last!.best, values.error);
  assert.deepEqual(found.bestSoFar.slice(12), [values.error, values.error, values.error]);
});

test("what failed by its second objective is not the best, though its first is the least", async () => {
  const error = customObjective<Toy>("error", a => 20 - sumOf(a), { unit: "%" });
  const cost = customObjective<Toy>("cost", a =>
    sumOf(a) > 3 ? { value: Number.NaN, details: { reason: "too large" } } : 1 + sumOf(a),
  );
  let last: SearchProgress | undefined;
  const found = await search(digits(), {
    strategy: nsga2({ population: 6 }),
    objective: [error, cost],
    budget: 30,
    onProgress: progress => void (last = progress),
  });
  assert.ok(found.records.some(({ status }) => status === "failed"));
  assert.equal(found.best!.values.error, 17);
  assert.equal(last!.best, 17);
  assert.equal(found.bestSoFar.at(-1), 17);
  const { traces } = searchPanel(found.search, found.records);
  assert.equal((traces[1] as { y: number[] }).y.at(-1), 17);
  assert.match(bestTable(found.search, found.records).text[1], new RegExp(`^${found.best!.place} `));
  assert.ok(found.front.every(({ record }) => record.status !== "failed"));
});
