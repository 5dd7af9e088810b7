/**
 * Sampling and fitting on one core: candidates a second drawn and scored, 500 RegNetX models of 360–400 MF, e_fit of
 * 500 networks; beside the same work in plain Python and NumPy (science_sampling.py). One table of medians.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  type AnyNetSpace,
  AnyNetXA,
  AnyNetXC,
  AnyNetXE,
  countArchitecture,
  fitQuantisedLinear,
  RegNetX,
  sample,
  seeded,
} from "netspace";
import { median } from "simple-statistics";

const ROUNDS = 5;
const CANDIDATES = 200_000;
const flops = [360e6, 400e6] as const;

function candidates(space: AnyNetSpace, seed: number): void {
  const random = seeded(seed);
  let sum = 0;
  for (let i = 0; i < CANDIDATES; i++) sum += countArchitecture(space.sketch(random)).flops;
  if (!Number.isFinite(sum)) throw new Error(`bench: ${space.name} gave flops ${sum}`);
}

const population = sample(AnyNetXC, { n: 500, seed: 1, where: { flops } });

/** Each job with how often a second is counted: candidates, or 1 for "the whole job". */
const jobs: { name: string; unit: string; times: number; run: (round: number) => void }[] = [
  { name: "AnyNetXA", unit: "candidates / s", times: CANDIDATES, run: round => candidates(AnyNetXA, round) },
  { name: "AnyNetXE", unit: "candidates / s", times: CANDIDATES, run: round => candidates(AnyNetXE, round) },
  {
    name: "500 RegNetX in 360–400 MF",
    unit: "ms",
    times: 1,
    run: round => sample(RegNetX, { n: 500, seed: round, where: { flops } }),
  },
  {
    name: "e_fit of 500 AnyNetXC",
    unit: "ms",
    times: 1,
    run: () => population.forEach(({ architecture }) => fitQuantisedLinear(architecture)),
  },
];

const seconds = new Map(jobs.map(({ name }) => [name, [] as number[]]));
// Every job once in each round, so that a slow spell of the machine meets all of them.
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, run } of jobs) {
    const start = performance.now();
    run(round);
    if (round > 0) seconds.get(name)!.push((performance.now() - start) / 1000); // The first round warms up.
  }
}

/** The peer's medians by job, in the job's unit; empty where there is no NumPy. */
function python(): Record<string, number> {
  const venv = ".venv/bin/python";
  const { status, stdout } = spawnSync(existsSync(venv) ? venv : "python3", ["bench/science_sampling.py"], {
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as Record<string, number>) : {};
}

const peer = python();
const format = (value: number | undefined) =>
  value === undefined ? "no NumPy here" : Math.round(value).toLocaleString("en");
console.log("| job | unit | netspace (median of 5) | worst | Python and NumPy |");
console.log("| --- | --- | ---: | ---: | ---: |");
for (const { name, unit, times } of jobs) {
  const inUnit = (s: number) => (unit === "ms" ? 1000 * s : times / s);
  const measured = seconds.get(name)!;
  const [middle, worst] = [median(measured), Math.max(...measured)].map(inUnit);
  console.log(`| ${name} | ${unit} | ${format(middle)} | ${format(worst)} | ${format(peer[name])} |`);
}
