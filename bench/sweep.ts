/**
 * What a sweep and a search cost beside their trainings, and how long stored trials take to open. One table.
 *
 *   npm run bench -- sweep
 *
 * Overhead: a worker whose trials wait for a second takes the place of the one that trains, so that what is measured is
 * the runner's alone (jobs, records made durable, progress): the time from the first trial's begin to the last one's
 * end, beyond the trials' own. Starting the worker is told apart.
 *
 * Opening: trials in one log, each with ten epochs; CPU time, since that is what other work on the machine leaves.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { openPopulation, RegNetX, type SweepSpec } from "netspace";
import { evolution, random, type Strategy, trainingError } from "netspace/search";
import { median } from "simple-statistics";
import { keepSpec } from "../src/trials/spec-file.js";
import { type CheckedSpec, completeSpec } from "../src/trials/spec.js";
import { searchWith } from "../src/search/search.js";
import { sweepWith } from "../src/sweeps/sweep.js";
import { headOf, openTrials, trialsOf } from "../src/trials/trials-of.js";

const [trials = 30, stored = 100_000, resumed = 20_000] = process.argv.slice(2).map(Number);
const ROUNDS = 3;
const waiting = fileURLToPath(new URL("./sweep-worker.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-bench-sweep-"));
const spec = (n: number): SweepSpec => ({
  space: "RegNetX",
  n,
  where: { flops: [1e6, 4e6] },
  stem: { kind: "simple", width: 16 },
  dataset: { kind: "procedural", resolution: 32, train: 200, test: 100, seed: 1 },
  recipe: "tiny",
});

interface Overhead {
  /** Seconds from the call to the first trial's begin. */
  readonly start: number;
  /** Time between trials, as a share of their own. */
  readonly share: number;
}

/** What `run` takes beside its trials: it says when each begins, and when it ends how many seconds it took. */
async function overhead(
  run: (out: string, at: { begin: () => void; end: (seconds: number) => void }) => Promise<unknown>,
): Promise<Overhead> {
  const called = performance.now();
  let [began, ended, own] = [0, 0, 0];
  await run(mkdtempSync(join(folder, "run-")), {
    begin: () => (began ||= performance.now()),
    end: seconds => {
      ended = performance.now();
      own += seconds;
    },
  });
  return { start: (began - called) / 1000, share: (ended - began) / 1000 / own - 1 };
}

// The worker reports its first epoch when its trial begins.
const swept = () =>
  overhead((out, { begin, end }) =>
    sweepWith(waiting, spec(trials), {
      out,
      workers: 1,
      onProgress: ({ event, last }) => {
        if (event === "epoch") begin();
        if (event === "ended") end(last!.seconds!);
      },
    }),
  );

/** A search by trainings of the same kind: the next is not known before the strategy was told of the last. */
const searched = (strategy: Strategy) =>
  overhead((out, { begin, end }) => {
    const { dataset, recipe, stem } = spec(1);
    return searchWith({ program: waiting }, RegNetX, {
      strategy,
      objective: trainingError({ dataset, recipe, stem }),
      budget: trials,
      where: { flops: [1e6, 4e6] },
      out,
      workers: 1,
      onProgress: ({ event, outcomes }) => {
        if (event === "epoch") begin();
        if (event === "ended") end(outcomes.at(-1)!.cost.seconds!);
      },
    });
  });

/** Seconds on the clock, and of the processor, which counts the threads that collect garbage as well. */
function secondsOf(work: () => unknown): { clock: number; cpu: number } {
  const [began, before] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(before);
  return { clock: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

/** A folder with an outcome of each of the first networks, again and again under other ids. */
function store(checked: CheckedSpec, count: number): string {
  const out = mkdtempSync(join(folder, "store-"));
  keepSpec(out, checked);
  const curve = (epoch: number) => ({
    epoch,
    trainLoss: 2.3 / epoch,
    trainError: 80 / epoch,
    learningRate: 0.1,
  });
  const epochs = Array.from({ length: 10 }, (_, i) => ({ ...curve(i + 1), seconds: 1.25 * i }));
  const heads = trialsOf(checked).map(headOf);
  const lines = Array.from({ length: count }, (_, index) => {
    const head = heads[index % heads.length];
    const id = index < heads.length ? head.id : `${head.id.slice(0, 20)}${String(index).padStart(12, "0")}`;
    const outcome = {
      status: "finished",
      error: 40 + (index % 30),
      epochs,
      seconds: 12.5,
      imagesPerSecond: 4000,
    };
    const json = JSON.stringify({
      version: 1,
      ...head,
      threads: 1,
      id,
      index,
      ...outcome,
      endedAt: "2026-01-01T00:00:00.000Z",
    });
    return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
  });
  mkdirSync(join(out, "trials"));
  writeFileSync(join(out, "trials", "one.log"), lines.join(""));
  return out;
}

try {
  const kinds = {
    sweep: swept,
    "random search": () => searched(random()),
    "regularised evolution": () => searched(evolution({ population: 10, sample: 5 })),
  };
  const runs = Object.fromEntries(Object.keys(kinds).map(name => [name, [] as Overhead[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(kinds)) runs[name].push(await run());
  }
  const many = store(await completeSpec(spec(1000)), stored);
  const open = Array.from({ length: ROUNDS }, () => secondsOf(() => openPopulation(many)));
  const whole = await completeSpec(spec(resumed));
  const half = store(whole, resumed / 2);
  const resume = secondsOf(() => openTrials(half, trialsOf(whole)));
  const row = (what: string, value: string) => console.log(`| ${what} | ${value} |`);
  row("runner", "measured");
  row("---", "---:");
  for (const [name, each] of Object.entries(runs)) {
    const shares = each.map(({ share }) => 100 * share);
    row(
      `${name}: overhead of a 1-second trial, median and most`,
      `${median(shares).toFixed(1)} %, ${Math.max(...shares).toFixed(1)} %`,
    );
    row("  from the call to the first trial", `${median(each.map(({ start }) => start)).toFixed(2)} s`);
  }
  const [openClock, openCpu] = [median(open.map(each => each.clock)), median(open.map(each => each.cpu))];
  const both = (clock: number, cpu: number) => `${clock.toFixed(2)} s (CPU ${cpu.toFixed(2)} s)`;
  row(`opening ${stored.toLocaleString("en")} trials`, both(openClock, openCpu));
  row(`what is left of ${resumed.toLocaleString("en")} half-done trials`, both(resume.clock, resume.cpu));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
