/**
 * Searches on a table: 500 repeats of six strategies with 300 evaluations each on one core, what asking and telling a strategy takes,
 * controllers with an LSTM among them, and plain Python doing random search and regularised evolution on the same table (search.py), in turn. CPU times; medians of rounds.
 *
 * The table is NAS-Bench-201's space with made-up errors, so that it needs no trainings.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyArchitecture, decisions, NasBench201, NASNetSpace, type Space } from "netspace";
import {
  evolution,
  gaussianProcessSearch,
  localSearch,
  lstm,
  ppo,
  random,
  reinforce,
  searchTable,
  simulate,
  type Strategy,
  surrogateSearch,
} from "netspace/search";
import { median } from "simple-statistics";
import { packageRoot } from "../src/base/node/paths.js";
import { bitsAt } from "../src/base/random.js";
import { findPython } from "../src/cli/python.js";

const [ROUNDS, REPEATS, EVALUATIONS] = [3, 500, 300];
/** Of the peers, which take longer: their time is per evaluation. */
const PEER_REPEATS = 100;

const worth: Readonly<Record<string, number>> = {
  none: 0,
  skip_connect: 4,
  avg_pool_3x3: 2,
  nor_conv_1x1: 6,
  nor_conv_3x3: 8,
};
let row = 0;
const table = searchTable(NasBench201, ({ nodes }) => {
  const taken = nodes.flat().reduce((sum, { operation }) => sum + worth[operation], 0);
  const noise = (place: number) => bitsAt(place, row) / 2 ** 32;
  const judged = 60 - taken + 4 * noise(1);
  const error = judged + noise(2);
  row++;
  return { error, judged, cost: { images: 1, seconds: 1 } };
});

const strategies: readonly Strategy[] = [
  random(),
  evolution({ population: 30, sample: 10 }),
  evolution({ population: 30, sample: 10, aging: false }),
  localSearch(),
  reinforce(),
  ppo(),
];

const folder = mkdtempSync(join(tmpdir(), "netspace-bench-"));
const file = join(folder, "table.json");
const rows = [...decisions(NasBench201).ways()].map(way => {
  const { error, judged } = table.look(way);
  return [way.code, error, judged];
});
writeFileSync(file, JSON.stringify(rows));

type Said = Readonly<Record<string, { readonly seconds: number; readonly mean: number }>>;
function peers(): Said {
  const args = [join(packageRoot, "bench", "search.py"), file, `${PEER_REPEATS}`, `${EVALUATIONS}`];
  return JSON.parse(spawnSync(findPython(), args, { encoding: "utf8" }).stdout || "{}") as Said;
}

const cpu = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Seconds that a strategy is asked and told for, without what evaluates. */
function overhead(
  strategy: Strategy,
  space: Space<AnyArchitecture>,
  error: (way: object, place: number) => number,
): number {
  const searcher = strategy.start({ space, seed: 1, budget: EVALUATIONS });
  let seconds = 0;
  for (let place = 0; place < EVALUATIONS; place++) {
    const start = performance.now();
    const [proposal] = searcher.ask(1);
    const asked = performance.now();
    const told = error(proposal.way, place);
    const looked = performance.now();
    searcher.tell({ ...proposal, place, error: told });
    seconds += performance.now() - looked + asked - start;
  }
  return seconds / 1000;
}

const looked = (way: object) => table.look(way as never).error;
const drawn = (_: object, place: number) => 10 + (80 * bitsAt(place, 7)) / 2 ** 32;

const [seconds, asks] = [new Map<string, number[]>(), new Map<string, number[]>()];
const [python, means] = [new Map<string, number[]>(), new Map<string, string>()];
const note = (into: Map<string, number[]>, name: string, value: number) =>
  into.set(name, [...(into.get(name) ?? []), value]);
for (let round = 0; round <= ROUNDS; round++) {
  for (const strategy of strategies) {
    // The first round warms up.
    const repeats = round === 0 ? 20 : REPEATS;
    let ends: number[] = [];
    const took = cpu(() => {
      ends = simulate(strategy, table, { evaluations: EVALUATIONS, repeats }).map(
        ({ judged }) => judged.at(-1)!,
      );
    });
    if (round === 0) continue;
    note(seconds, strategy.name, took);
    note(asks, strategy.name, overhead(strategy, NasBench201, looked) / EVALUATIONS);
    means.set(strategy.name, (ends.reduce((a, b) => a + b, 0) / ends.length).toFixed(2));
  }
  if (round === 0) continue;
  for (const [name, { seconds: took, mean }] of Object.entries(peers())) {
    note(python, name, took / PEER_REPEATS / EVALUATIONS);
    means.set(`Python ${name}`, mean.toFixed(2));
  }
}
rmSync(folder, { recursive: true });

const micro = (value: number): string => (1e6 * value).toFixed(2);
console.log(
  `| searches on a table, ${REPEATS} × ${EVALUATIONS} (median of ${ROUNDS}) | CPU s | µs per evaluation | ask + tell, µs | plain Python, µs per evaluation | times | ends at, % (Python) |`,
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
let sum = 0;
for (const { name } of strategies) {
  const took = median(seconds.get(name)!);
  sum += took;
  const each = took / REPEATS / EVALUATIONS;
  const peer = python.get(name);
  const beside = peer ? [micro(median(peer)), (median(peer) / each).toFixed(1)] : ["–", "–"];
  const ends = means.get(name)! + (peer ? ` (${means.get(`Python ${name}`)})` : "");
  console.log(
    `| ${name} | ${took.toFixed(2)} | ${micro(each)} | ${micro(median(asks.get(name)!))} | ${beside.join(" | ")} | ${ends} |`,
  );
}
console.log(`| all six | ${sum.toFixed(2)} | | | | | |`);

// In seconds on the clock: tfjs and the garbage that it leaves have threads of their own.
const learners: Readonly<Record<string, Strategy>> = {
  random: random(),
  "regularised evolution": evolution({ population: 30, sample: 10 }),
  "local search": localSearch(),
  "surrogate, linear ensemble": surrogateSearch(),
  "surrogate, Gaussian process": gaussianProcessSearch(),
  "REINFORCE, softmaxes": reinforce(),
  "REINFORCE, LSTM": reinforce({ controller: lstm() }),
  "PPO, LSTM": ppo({ controller: lstm() }),
};
console.log(
  `\n| ask + tell over ${EVALUATIONS}, ms (least and most of ${ROUNDS}) | NAS-Bench-201, 6 choices | NASNet, 41 choices |`,
);
console.log("| --- | ---: | ---: |");
for (const [said, strategy] of Object.entries(learners)) {
  const spread = (space: Space<AnyArchitecture>) => {
    const took = Array.from(
      { length: ROUNDS },
      () => (1000 * overhead(strategy, space, drawn)) / EVALUATIONS,
    );
    return `${Math.min(...took).toFixed(3)}–${Math.max(...took).toFixed(3)}`;
  };
  console.log(`| ${said} | ${spread(NasBench201)} | ${spread(NASNetSpace)} |`);
}
