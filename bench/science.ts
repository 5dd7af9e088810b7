/**
 * Statistics over populations, beside plain Python and NumPy doing the same (science.py), in turn. One table of
 * medians; then the table of sampling and fitting (science-sampling.ts).
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bestValue, edf, kendall, linearRegression, randomSearch, seeded, tableOf } from "netspace";
import { median } from "simple-statistics";
import { findPython } from "../src/cli/python.js";
import { packageRoot } from "../src/base/node/paths.js";

const ROUNDS = 5;
const MILLION = 1_000_000;

const random = seeded(1);
const draw = (n: number, of: () => number = random) => Float64Array.from({ length: n }, of);
const [depths, errors] = [draw(500, () => 5 + Math.floor(48 * random())), draw(500)];
const million = draw(MILLION);
const weights = draw(MILLION, () => 0.5 + random());
const [many, others] = [draw(3000), draw(3000)];
const regressors = { flops: draw(100_000), acts: draw(100_000) };
const time = regressors.flops.map((f, i) => 3 * f + 2 * regressors.acts[i] + random());
const columns = { error: million, depth: draw(MILLION, () => 5 + Math.floor(48 * random())) };
const more = Object.fromEntries(Array.from({ length: 18 }, (_, k) => [`c${k}`, draw(MILLION)]));
const population = tableOf({ ...columns, ...more });

/** The same names as in science.py. */
const jobs: Record<string, () => unknown> = {
  "10,000-fold bootstrap of 500 models": () =>
    bestValue(depths, errors, { repeats: 10_000, random: seeded(2) }),
  "its exact limit": () => bestValue(depths, errors),
  "EDF of 1,000,000 errors": () => edf(million),
  "weighted EDF of 1,000,000 errors": () => edf(million, { weights }),
  "random search of 500 models": () => randomSearch(errors),
  "Kendall's tau of 3,000 models": () => kendall(many, others),
  "regression of 100,000 rows on 2": () => linearRegression(time, regressors),
  "filter of 1,000,000 rows": () =>
    population.filter(row => (row.error as number) < 0.5 && (row.depth as number) > 20).column("error"),
  "mean by group of 1,000,000 rows": () =>
    population.groupBy("depth").map(({ table }) => {
      const group = table.values("error") as Float64Array;
      return group.reduce((a, b) => a + b, 0) / group.length;
    }),
};

const ours = new Map(Object.keys(jobs).map(name => [name, [] as number[]]));
const numpy = new Map(Object.keys(jobs).map(name => [name, [] as number[]]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, run] of Object.entries(jobs)) {
    const start = performance.now();
    run();
    if (round > 0) ours.get(name)!.push(performance.now() - start); // The first round warms up.
  }
  if (round === 0) continue;
  const { stdout } = spawnSync(findPython(), [join(packageRoot, "bench", "science.py")], {
    encoding: "utf8",
  });
  const measured = JSON.parse(stdout || "{}") as Record<string, number>;
  for (const [name, milliseconds] of Object.entries(measured)) numpy.get(name)?.push(milliseconds);
}

console.log(`| statistics, ms (median of ${ROUNDS}) | netspace | most | NumPy | most |`);
console.log("| --- | ---: | ---: | ---: | ---: |");
const format = (values: number[], of: (values: number[]) => number) =>
  values.length > 0 ? of(values).toFixed(1) : "–";
const most = (values: number[]) => Math.max(...values);
for (const name of Object.keys(jobs)) {
  const [a, b] = [ours.get(name)!, numpy.get(name)!];
  console.log(
    `| ${name} | ${format(a, median)} | ${format(a, most)} | ${format(b, median)} | ${format(b, most)} |`,
  );
}
console.log();
await import("./science-sampling.js");
