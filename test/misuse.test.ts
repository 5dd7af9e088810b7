/** Every public function of these rooms, called with what is none of its arguments. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Markdown, markdown, PrintedTable, seeded, sample } from "netspace";
import * as figures from "../src/figures/index.js";
import * as networks from "../src/networks/index.js";
import * as populations from "../src/populations/index.js";
import * as replication from "../src/replication/index.js";
import * as spaces from "../src/spaces/index.js";
import * as statistics from "../src/statistics/index.js";
import * as training from "../src/training/index.js";

const odd: readonly unknown[] = [
  undefined,
  null,
  "x",
  "RegNetX-200MF",
  NaN,
  -1,
  5,
  {},
  [],
  [null],
  [undefined],
  new Date(0),
];
/** What engines say where something that has no message of ours is used. */
const raw =
  /Cannot (read|destructure|convert|use)|is not (a function|iterable|a constructor|defined)|undefined is not|null is not|must be called|Invalid array length|Maximum call stack|out of memory/;

/** Whether an error is one of ours: typed, and in words. */
function check(call: string, error: unknown): void {
  assert.ok(error instanceof Error, call);
  assert.doesNotMatch(error.message, raw, `${call} gives ${error.name}: ${error.message}`);
  assert.match(
    error.message,
    /expected|must|unknown|cannot|no |needs|not /,
    `${call} gives ${error.message}`,
  );
}

/** Functions that belong to a block, whose arguments building has made. */
const within = ["convNorm", "squeezeExcite"];

/** Of populations those that read no sweep's folder. */
const { comparePopulations, describePair, fitThroughput, makespan, measuredIn, planSweep } = populations;
const { readTable, readTimm, readPycls, retrain, seedNoise, tableOf, writeTable } = populations;
const { rankAgreement, seedAgreement, verifyPopulation } = populations;

const rooms = {
  networks,
  spaces,
  statistics,
  training,
  figures,
  replication,
  tables: {
    comparePopulations,
    describePair,
    measuredIn,
    tableOf,
    readTable,
    readTimm,
    readPycls,
    writeTable,
  },
  plans: { fitThroughput, makespan, planSweep, retrain, seedNoise, verifyPopulation },
  agreement: { rankAgreement, seedAgreement },
  others: { seeded, markdown },
};
for (const [room, names] of Object.entries(rooms)) {
  for (const [name, value] of Object.entries(names)) {
    if (
      typeof value !== "function" ||
      /^class\b/.test(Function.prototype.toString.call(value)) ||
      within.includes(name)
    )
      continue;
    const work = value as (...values: unknown[]) => unknown;
    test(`${name}() of ${room} says in words what it was given`, async () => {
      const calls = odd.flatMap(one => [[one], ...odd.map(two => [one, two])]);
      for (const values of calls) {
        // A network that can be timed or trained is; that is no misuse.
        if (["time", "train"].includes(name) && values[0] === "RegNetX-200MF") continue;
        const call = `${name}(${values.map(v => (v instanceof Date ? "a date" : (JSON.stringify(v) ?? String(v)))).join(", ")})`;
        try {
          await work(...values);
        } catch (error) {
          check(call, error);
        }
      }
    });
  }
}

const refinements = [
  "share",
  "nonDecreasing",
  "nonIncreasing",
  "with",
  "withDimension",
  "fix",
  "withStages",
  "accepting",
  "draw",
];
for (const space of [spaces.AnyNetXA, spaces.RegNetX]) {
  test(`the methods of ${space.name} say in words what they were given`, () => {
    const methods = space as unknown as Record<string, ((...values: unknown[]) => unknown) | undefined>;
    for (const name of refinements.filter(one => methods[one])) {
      for (const first of [...odd, "width", "depth"]) {
        for (const second of odd) {
          try {
            methods[name]!.call(space, first, second);
          } catch (error) {
            check(`${space.name}.${name}(${String(first)}, ${String(second)})`, error);
          }
        }
      }
    }
  });
}

test("an even stranger object in each place of an architecture is named", () => {
  const whole = networks.zoo("RegNetX-200MF").architecture;
  const parts = { ...whole, stem: { ...whole.stem } } as Record<string, unknown>;
  for (const key of ["stem", "block", "stages"]) {
    for (const value of odd) {
      const architecture = { ...parts, [key]: value } as unknown as networks.Architecture;
      for (const use of [
        networks.build,
        networks.countArchitecture,
        networks.storeArchitecture,
        networks.describe,
      ]) {
        try {
          use(architecture);
        } catch (error) {
          check(`${use.name}({ ${key}: ${String(value)} })`, error);
        }
      }
    }
  }
});

test("the methods of a table say in words what they were given", async () => {
  const table = tableOf({ name: ["a", "b"], error: [1, 2] });
  const methods = table as unknown as Record<string, (...values: unknown[]) => unknown>;
  const names = "column texts values filter complete sortBy take head with select concat groupBy sql".split(
    " ",
  );
  for (const name of names) {
    for (const first of [...odd, "error", Object.create(null), new Map()]) {
      for (const second of odd) {
        // DuckDB says what is wrong with a query.
        if (name === "sql" && typeof first === "string") continue;
        try {
          await methods[name](first, second);
        } catch (error) {
          check(`table.${name}(${typeof first}, ${String(second)})`, error);
        }
      }
    }
  }
});

test("sql() wants tables by name", async () => {
  const asked = tableOf({ a: [1] }).sql("select 1", null as never);
  await assert.rejects(asked, /sql: expected tables by name, got null/);
});

test("what is no table of columns or rows makes no empty one", () => {
  assert.throws(() => tableOf(new Map([["a", [1]]]) as never), /tableOf: expected columns .* a Map; Object/);
  assert.throws(() => tableOf([[1, 2]] as never), /tableOf: expected an object as row 1, got \[1, 2\]/);
  assert.throws(() => new PrintedTable(null as never), /PrintedTable: expected a list of rows, got null/);
  assert.throws(() => new replication.Verdict(null as never), /Verdict: expected a list of claims, got null/);
  assert.equal(String(markdown`a ${new Markdown("*b*")}`), "a *b*");
});

test("more networks than candidates are refused before the first is drawn", () => {
  const all = { n: 1e12, seed: 1 };
  assert.throws(() => sample(spaces.AnyNetXA, all), /sample: n must be at most limit.* got 1000000000000/);
});
