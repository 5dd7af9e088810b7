/**
 * Statistics and tables, beside NumPy, SciPy and pandas doing the same (science.py), in turn. One table of medians; then the table of
 * sampling and fitting (science-sampling.ts). In a process that keeps freed memory as that for cells does.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import {
  bestValue,
  bootstrap,
  edf,
  kendall,
  ksTest,
  linearRegression,
  randomSearch,
  readPopulation,
  readTable,
  seeded,
  tableOf,
  writeTable,
} from "netspace";
import { median } from "simple-statistics";
import { findPython } from "../src/cli/python.js";
import { packageRoot } from "../src/base/node/paths.js";
import { withSorted } from "../src/base/numbers/sort.js";
import { withKeptMemory } from "../kernel/processes/allocation.js";
import { installPythonPeers } from "./peers.js";

if (!process.env["MALLOC_TRIM_THRESHOLD_"]) {
  const { status } = spawnSync(process.execPath, process.argv.slice(1), {
    env: withKeptMemory(process.env),
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}

const ROUNDS = 5;
/** Runs of a job in a round, one after the other; of one that takes long, one. */
const RUNS = 3;
const LONG = 400;
const MILLION = 1_000_000;

const random = seeded(1);
const draw = (n: number, of: () => number = random) => Float64Array.from({ length: n }, of);
const [depths, errors] = [draw(500, () => 5 + Math.floor(48 * random())), draw(500)];
const million = draw(MILLION);
const weights = draw(MILLION, () => 0.5 + random());
const [many, others] = [draw(100_000), draw(100_000)];
const columns = { error: million, depth: draw(MILLION, () => 5 + Math.floor(48 * random())) };
const more = Object.fromEntries(Array.from({ length: 18 }, (_, k) => [`c${k}`, draw(MILLION)]));
const population = tableOf<{ error: number; depth: number }>({ ...columns, ...more });
const alone = tableOf({ error: million });

function regressionOn(count: number): () => unknown {
  const x = Object.fromEntries(Array.from({ length: count }, (_, k) => [`x${k}`, draw(100_000)]));
  const y = draw(100_000);
  for (const [k, column] of Object.values(x).entries())
    column.forEach((value, i) => (y[i] += (k + 1) * value));
  return () => linearRegression(y, x);
}

const folder = mkdtempSync(join(tmpdir(), "netspace-bench-"));
const [parquet, csv] = [join(folder, "population.parquet"), join(folder, "rows.csv")];
await writeTable(population.head(100_000), parquet);
await writeTable(
  population.select("error", "depth").with("name", row => `net${row.depth}`),
  csv,
);

/** The same names as in science.py. */
const jobs: Record<string, () => unknown> = {
  "filter of 1,000,000 rows, where()": () =>
    population.where({ error: { below: 0.5 }, depth: { above: 20 } }).values("error"),
  "filter of 1,000,000 rows, filter()": () =>
    population.filter(row => row.error < 0.5 && row.depth > 20).values("error"),
  "mean by group of 1,000,000 rows, aggregate()": () =>
    population.aggregate("depth", { mean: ["mean", "error"] }),
  "mean by group of 1,000,000 rows, groupBy()": () =>
    population.groupBy("depth").map(({ table }) => {
      const group = table.values("error") as Float64Array;
      return group.reduce((a, b) => a + b, 0) / group.length;
    }),
  "quartiles, mean and spread of 1,000,000, describe()": () => alone.describe(),
  "order of 1,000,000 rows of 20 columns, one of them read": () => population.sortBy("error").values("error"),
  "sort of 1,000,000, within the library": () => withSorted(million, sorted => sorted[0]),
  "EDF of 1,000,000 errors": () => edf(million).at(0.5),
  "the same, with its steps as lists": () => {
    const { errors: steps, shares } = edf(million);
    return [steps, shares];
  },
  "weighted EDF of 1,000,000 errors": () => edf(million, { weights }),
  "regression of 100,000 rows on 2": regressionOn(2),
  "regression of 100,000 rows on 20": regressionOn(20),
  "bootstrap of the mean, 10,000 × 500": () =>
    bootstrap(errors, "mean", { repeats: 10_000, random: seeded(2) }),
  "KS test of 100,000 and 100,000": () => ksTest(many, others),
  "Kendall's tau of 100,000": () => kendall(many, others),
  "10,000-fold bootstrap of 500 models": () =>
    bestValue(depths, errors, { repeats: 10_000, random: seeded(2) }),
  "its exact limit": () => bestValue(depths, errors),
  "random search of 500 models": () => randomSearch(errors),
  "Parquet of 100,000 rows of 20 columns": () => readTable(parquet),
  "the same as a population, readPopulation()": () => readPopulation(parquet),
  "CSV of 1,000,000 rows of 3 columns": () => readTable(csv),
  "the same, with the texts as a list": async () => (await readTable(csv)).values("name"),
};

type Measured = Readonly<Record<string, Readonly<Record<string, number>>>>;

const python = findPython();
installPythonPeers(python);
const names = Object.keys(jobs);
const ours = new Map(names.map(name => [name, [] as number[]]));
const peers = new Map(names.map(name => [name, new Map<string, number[]>()]));
const loads = [loadavg()[0]];
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, run] of Object.entries(jobs)) {
    const taken: number[] = [];
    while (taken.length < RUNS && taken.every(one => one < LONG)) {
      const start = performance.now();
      await run();
      taken.push(performance.now() - start);
    }
    if (round > 0) ours.get(name)!.push(...taken); // The first round warms up.
  }
  if (round === 0) continue;
  const { stdout, stderr } = spawnSync(python, [join(packageRoot, "bench", "science.py"), parquet, csv], {
    encoding: "utf8",
  });
  if (stdout === "") console.error(stderr);
  for (const [name, byPeer] of Object.entries(JSON.parse(stdout || "{}") as Measured)) {
    for (const [peer, milliseconds] of Object.entries(byPeer)) {
      const known = peers.get(name)!;
      known.set(peer, [...(known.get(peer) ?? []), milliseconds]);
    }
  }
}
rmSync(folder, { recursive: true });
loads.push(loadavg()[0]);

const [from, to] = loads.map(load => load.toFixed(1));
console.log(`${new Date().toISOString()}, Node ${process.versions.node}, load ${from} to ${to}\n`);
console.log(`| ms, medians of ${ROUNDS} rounds | netspace | most | peers | fastest peer / netspace |`);
console.log("| --- | ---: | ---: | ---: | ---: |");
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
for (const name of names) {
  const own = ours.get(name)!;
  const theirs = [...peers.get(name)!].map(([peer, values]) => ({ peer, value: median(values) }));
  const said = theirs.map(({ peer, value }) => `${peer} ${value.toFixed(1)}`).join(", ") || "–";
  const fastest = theirs.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const ratio = Number.isFinite(fastest) ? (fastest / median(own)).toFixed(2) : "–";
  console.log(`| ${name} | ${median(own).toFixed(1)} | ${most(own).toFixed(1)} | ${said} | ${ratio} |`);
}
console.log();
await import("./science-sampling.js");
