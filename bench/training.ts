/**
 * Training on a CPU: engine torch beside PyTorch, the same networks, batches, precisions and threads, in one run.
 *
 *   npm run bench -- training                          20 AnyNets and eight otherFamilies, 16 × 16 and 32 × 32, then populations
 *   node dist/bench/training.js [NETWORKS] [THREADS]   otherFamilies; of 0 AnyNets only those of other families
 *
 * Steps: each network is trained by both, a few rounds of a fraction of a second each, in turn; a round gives a ratio,
 * and the table the median of the ratios, so that a burst of other work on the machine falls on both.
 *
 * First step: what a new network costs this engine beyond the step itself, in a process that has trained otherFamilies: time
 * on the clock, and of the processor, which other work on the machine disturbs less.
 *
 * Populations: a list of networks, each trained for some steps by whichever process is free. Cores are split in all
 * even ways, for both sides; the best of each is compared.
 */
import { availableParallelism } from "node:os";
import { median } from "simple-statistics";
import { loadAddon } from "../src/training/engines/torch/addon.js";
import { measureParallelism } from "../src/training/parallelism.js";
import { anyNets, otherFamilies } from "./training-networks.js";
import { trainPopulation } from "./training-population.js";
import { type Job, Ours, Peer, uploadNoise } from "./training-sides.js";

const [count = 20, threads = availableParallelism()] = process.argv.slice(2).map(Number);
const batch = 128;
const rounds = 3;
const roundSeconds = 0.3;
const resolutions = [16, 32];
const precisions = ["float32", "bf16"] as const;

interface Row {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  /** Milliseconds from a Network to the end of the first step, beyond a usual step. */
  readonly first: number;
  /** The same in processor time, and how much of it the system spent, mostly on giving memory. */
  readonly firstCpu: number;
  readonly firstSystem: number;
}

/** Processor time of this process, milliseconds. */
function processorTime(): { all: number; system: number } {
  const { user, system } = process.cpuUsage();
  return { all: (user + system) / 1000, system: system / 1000 };
}

async function compare(peer: Peer, job: Job, data: Awaited<ReturnType<typeof uploadNoise>>): Promise<Row> {
  const began = performance.now();
  const before = processorTime();
  const ours = await Ours.prepare(job, data);
  await ours.train(1);
  const untilFirst = performance.now() - began;
  const first = processorTime();
  await peer.prepare(job);
  await peer.train(2);
  const warm = processorTime();
  const step = Math.min(await ours.train(1), (await ours.train(2)) / 2);
  const stepCpu = (processorTime().all - warm.all) / 3;
  const steps = Math.max(2, Math.min(60, Math.round(roundSeconds / step)));
  const us: number[] = [];
  const them: number[] = [];
  for (let round = 0; round < rounds; round++) {
    us.push((steps * batch) / (await ours.train(steps)));
    them.push((steps * batch) / (await peer.train(steps)));
  }
  ours.dispose();
  const ratio = median(us.map((value, i) => value / them[i]));
  return {
    ours: median(us),
    theirs: median(them),
    ratio,
    first: untilFirst - (1000 * batch) / median(us),
    firstCpu: first.all - before.all - stepCpu,
    firstSystem: first.system - before.system,
  };
}

const networks = anyNets(count);
console.log(
  `Training, batch ${batch}, ${threads} threads, torch ${loadAddon().info().torch}; images a second\n`,
);
const line = ([name, ...cells]: readonly string[]) =>
  console.log(`${name.padEnd(46)}${cells.map(cell => cell.padStart(9)).join("")}`);
line(["network", "MFLOPs", "pixels", "numbers", "netspace", "PyTorch", "ratio", "first ms", "CPU ms"]);
const ratios: Record<string, number[]> = {};
const firsts: Row[] = [];
const peer = new Peer();
for (const resolution of resolutions) {
  const data = await uploadNoise(resolution, 10, "cpu");
  for (const precision of precisions) {
    // The first network of a process pays for loading libraries.
    const warm = {
      network: otherFamilies[0].network,
      resolution,
      batch,
      precision,
      threads,
      device: "cpu",
    } as const;
    await (await Ours.prepare(warm, data)).train(1);
    for (const { network, flops } of [...networks, ...(resolution === 32 ? otherFamilies : [])]) {
      const row = await compare(peer, { ...warm, network }, data);
      const kind = networks.some(of => of.network === network) ? "" : "other families, ";
      (ratios[`${kind}${precision}, ${resolution} × ${resolution}`] ??= []).push(row.ratio);
      firsts.push(row);
      line([
        network.name,
        ((flops / 1e6) * (resolution / 32) ** 2).toFixed(1),
        `${resolution}`,
        precision,
        row.ours.toFixed(0),
        row.theirs.toFixed(0),
        row.ratio.toFixed(2),
        row.first.toFixed(0),
        row.firstCpu.toFixed(0),
      ]);
    }
  }
}
peer.end();
console.log("");
for (const [what, values] of Object.entries(ratios)) {
  const least = Math.min(...values).toFixed(2);
  console.log(`${what}: median ratio ${median(values).toFixed(2)} of ${values.length}, least ${least}`);
}
const told = (of: (row: Row) => number) =>
  `median ${median(firsts.map(of)).toFixed(0)} ms, most ${Math.max(...firsts.map(of)).toFixed(0)} ms`;
console.log(`first step beyond a usual one: ${told(row => row.first)}`);
console.log(
  `  of the processor: ${told(row => row.firstCpu)}; of that the system: ${told(row => row.firstSystem)}`,
);

if (networks.length === 0) process.exit(0);
const job = { resolution: 32, batch: 64, precision: "bf16" } as const;
const population = { ...job, steps: 40 } as const;
const few = networks.slice(0, 10).map(({ network }) => network);
const middle = [...networks].sort((a, b) => a.flops - b.flops)[Math.floor(networks.length / 2)];
console.log(
  `\nPopulations: ${few.length} networks, ${population.steps} steps of batch ${population.batch} each`,
);
console.log("workers × threads      netspace       PyTorch   (models a minute)");
let [best, theirBest] = [0, 0];
for (const { workers, threads: each } of await measureParallelism({ ...job, network: middle.network })) {
  const ours = await trainPopulation("netspace", few, { ...population, workers, threads: each });
  const theirs = await trainPopulation("pytorch", few, { ...population, workers, threads: each });
  [best, theirBest] = [Math.max(best, ours), Math.max(theirBest, theirs)];
  console.log(
    `${`${workers} × ${each}`.padEnd(17)}${ours.toFixed(1).padStart(14)}${theirs.toFixed(1).padStart(14)}`,
  );
}
console.log(`populations: ratio ${(best / theirBest).toFixed(2)}, each side at its best split`);
process.exit(0);
