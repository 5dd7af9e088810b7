/** The names of netspace/search, called with what is none of their arguments, and with an option that they do not have. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { NasBenchMacro, SmallCells } from "netspace";
import * as searching from "../../src/search/index.js";
import { isClass, type Work } from "../support/functions.js";

const { complexityOf, linearEnsemble, random, simulate, spaceErrors, table, tablesBeside } = searching;

// A file that a call may come to write is then among those that go with the folder.
const folder = mkdtempSync(join(tmpdir(), "netspace-search-misuse-"));
process.chdir(folder);
after(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
});

const odd: readonly unknown[] = [
  undefined,
  null,
  "x",
  "",
  NaN,
  -1,
  5,
  5n,
  Symbol("s"),
  {},
  Object.create(null),
  [],
  [null],
  [{}],
  Object.assign([], { length: 3 }),
  new DataView(new ArrayBuffer(8)),
  new Date(0),
  new Map(),
  () => {},
];
/** What engines say where something that has no message of ours is used. */
const raw =
  /Cannot (read|destructure|convert|use|mix|set|create|define|add)|is not (a function|iterable|a constructor|defined|an object)|undefined is not|null is not|Invalid (array length|time value)|Maximum call stack|Reduce of empty|private member|argument must be of|Received /;

const works = Object.entries(searching).filter(
  ([name, value]) => typeof value === "function" && !isClass(value) && !name.endsWith("Error"),
) as unknown as [string, Work][];

for (const [name, work] of works) {
  // Whatever folder there is, it is Slurm that would be asked.
  if (name === "submitSearch") continue;
  test(`${name} says in words what it was given in place of its first two arguments`, async () => {
    for (const one of odd) {
      for (const given of [[one], ...odd.map(two => [one, two])]) {
        try {
          await work(...given);
        } catch (error) {
          assert.ok(error instanceof Error);
          assert.doesNotMatch(error.message, raw, `${name}: ${error.stack}`);
          assert.match(error.message, /expected|must|unknown|cannot|no |needs|not |; (give|choose) /);
        }
      }
    }
  });
}

const cells = await table("SmallCells");
const told = cells.search();
const runs = {
  one: simulate(random(), told, { evaluations: 20, repeats: 3 }),
  two: simulate(random(), told, { evaluations: 20, repeats: 3, seed: 9 }),
};
const images = { dataset: "procedural:8" };
const rungs = { epochs: 3 };

/** Calls whose last argument is options; some have those that there must be. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  asha: [rungs],
  bananas: [{}],
  compareSearches: [runs, {}],
  customObjective: ["one", () => 1, {}],
  distinct: [random(), {}],
  encoder: [NasBenchMacro, {}],
  evolution: [{}],
  frontRuns: [
    { one: simulate(random(), told, { evaluations: 3, also: complexityOf("flops") }) },
    { reference: [100, 1e9] },
  ],
  gaussianProcess: [{}],
  gaussianProcessSearch: [{}],
  hyperband: [rungs],
  hyperbandBrackets: [rungs],
  latency: [{ resolution: 8 }],
  linearEnsemble: [{}],
  localSearch: [{}],
  lstm: [{}],
  measureCorrelations: [cells, {}],
  medianStop: [random(), {}],
  networkEnsemble: [{}],
  nsga2: [{}],
  packTable: ["SmallCells", "x.parquet", {}],
  pnas: [{}],
  ppo: [{}],
  proposalDistribution: [runs, spaceErrors(told), {}],
  proposalDiversity: [runs, {}],
  proposalOverlap: [runs, {}],
  random: [{}],
  regretCurves: [runs, {}],
  reinforce: [{}],
  rewarded: [random(), { target: 1 }],
  search: [NasBenchMacro, { strategy: random(), objective: complexityOf("flops"), budget: 2 }],
  searchPower: [runs, {}],
  searchRuns: [runs, {}],
  simulate: [random(), told, { evaluations: 3 }],
  successiveHalving: [rungs],
  surrogateQuality: [linearEnsemble(), [[1], [2], [3]], [1, 2, 3], {}],
  surrogateSearch: [{}],
  table: [SmallCells, {}],
  tableAgreement: [cells, (await tablesBeside("SmallCells"))[0], {}],
  tableFacts: [cells, {}],
  trainingError: [{ ...images, recipe: "tiny" }],
  zeroCost: ["RegNetX-200MF", images],
  zeroCostMeasure: ["snip", images],
  zeroCostMeasures: [images],
};

for (const [name, given] of Object.entries(calls)) {
  test(`${name} refuses an option that it does not have`, async () => {
    const work = (searching as unknown as Readonly<Record<string, Work>>)[name];
    const wrong = given.with(given.length - 1, { ...(given.at(-1) as object), quux: 1 });
    await assert.rejects(
      async () => work(...wrong),
      (error: Error) => {
        assert.match(error.message, new RegExp(`^${name}\\b.*unknown .*"quux"; known are `));
        return true;
      },
    );
  });
}
