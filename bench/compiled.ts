/**
 * Training on a CPU beside `torch.compile`: how fast its code is once it is there, and what a population costs that has to
 * wait for the code of each network.
 *
 *   npm run bench -- compiled                        two AnyNets and two others, then a population of them
 *   node dist/bench/compiled.js [NETWORKS] [THREADS]
 *
 * The same networks, batches and images as in `training`, in turn, a few rounds of a fraction of a second each. The
 * compiler's time is that of the first step, less a usual one; it finds no code of earlier runs.
 */
import { availableParallelism, loadavg } from "node:os";
import { median } from "simple-statistics";
import { loadAddon } from "../src/training/engines/torch/addon.js";
import { anyNets, otherFamilies } from "./training-networks.js";
import { trainPopulation } from "./training-population.js";
import { type Job, Ours, Peer, uploadNoise, withoutStoredCode } from "./training-sides.js";

const [count = 2, threads = availableParallelism()] = process.argv.slice(2).map(Number);
const batch = 128;
const resolution = 32;
const rounds = 3;
const roundSeconds = 0.4;
const networks = [...anyNets(count), otherFamilies[0], otherFamilies.at(-1)!];

const load = loadavg()[0];
console.log(
  `Training, batch ${batch}, ${threads} threads, torch ${loadAddon().info().torch}; images a second\n`,
);
const line = ([name, ...cells]: readonly string[]) =>
  console.log(`${name.padEnd(46)}${cells.map(cell => cell.padStart(10)).join("")}`);
line(["network", "netspace", "eager", "compiled", "ratio", "compiling"]);
const data = await uploadNoise(resolution, 10, "cpu");
const eager = new Peer();
const compiled = new Peer(withoutStoredCode());
const ratios: number[] = [];
const compiling: number[] = [];
const precision = "float32";
for (const { network } of networks) {
  const job: Job = { network, resolution, batch, precision, threads, device: "cpu" };
  const ours = await Ours.prepare(job, data);
  await ours.train(2);
  await eager.prepare(job);
  await eager.train(2);
  await compiled.prepare({ ...job, compile: true });
  const first = await compiled.train(1);
  const usual = (await compiled.train(2)) / 2;
  compiling.push(first - usual);
  const steps = Math.max(2, Math.min(60, Math.round(roundSeconds / usual)));
  const sides = { ours, eager, compiled };
  const rates: Record<keyof typeof sides, number[]> = { ours: [], eager: [], compiled: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      rates[name as keyof typeof sides].push((steps * batch) / (await side.train(steps)));
    }
  }
  ours.dispose();
  const ratio = median(rates.ours.map((rate, i) => rate / rates.compiled[i]));
  ratios.push(ratio);
  line([
    network.name,
    ...Object.values(rates).map(each => median(each).toFixed(0)),
    ratio.toFixed(2),
    `${(first - usual).toFixed(1)} s`,
  ]);
}
eager.end();
compiled.end();
console.log("");
console.log(
  `beside compiled code: median ratio ${median(ratios).toFixed(2)} of ${ratios.length}, least ${Math.min(...ratios).toFixed(2)}`,
);
console.log(
  `compiling: median ${median(compiling).toFixed(1)} s, most ${Math.max(...compiling).toFixed(1)} s`,
);

const steps = 200;
const [warm, ...few] = networks.map(({ network }) => network);
const population = { resolution, batch: 64, precision: "float32", steps, threads: 1, warm } as const;
const workers = availableParallelism();
const rate = {
  netspace: await trainPopulation("netspace", few, { ...population, workers }),
  eager: await trainPopulation("pytorch", few, { ...population, workers }),
  compiled: await trainPopulation("pytorch", few, { ...population, workers, compile: true }),
};
console.log(
  `\nPopulation: ${few.length} networks, ${steps} steps of batch 64 each, ${workers} processes; models a minute`,
);
for (const [name, value] of Object.entries(rate))
  console.log(`${name.padEnd(10)}${value.toFixed(2).padStart(10)}`);
console.log(
  `ratio to compiled, compiling included: ${(rate.netspace / rate.compiled).toFixed(2)}; to eager ${(rate.netspace / rate.eager).toFixed(2)}`,
);
console.log(`load ${load.toFixed(1)} to ${loadavg()[0].toFixed(1)}`);
process.exit(0);
