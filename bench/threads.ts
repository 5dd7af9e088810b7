/**
 * When a second thread is worth a core: the time of a training step with one thread beside all cores, in turn in one run, for
 * networks of growing size. `train` chooses by it (`src/training/engines/threads.ts`).
 *
 *   npm run bench -- threads
 *   node dist/bench/threads.js [ROUNDS] [BATCH…]
 *
 * Other work on the machine makes threads wait for each other: say what ran beside it.
 */
import { availableParallelism, loadavg } from "node:os";
import { complexity, RegNetX, sample, time } from "netspace";
import { median } from "simple-statistics";
import { networkFor } from "../src/training/network-for.js";

const [rounds = 5, ...batches] = process.argv.slice(2).map(Number);
const cores = availableParallelism();
const resolution = 32;
const windows = [
  [5e5, 2e6],
  [2e6, 4e6],
  [4e6, 8e6],
  [1e7, 2e7],
  [2e7, 4e7],
  [5e7, 1e8],
] as const;

console.log(`1 thread beside ${cores}, ${rounds} rounds, load ${loadavg()[0].toFixed(1)}, 32 × 32`);
console.log("     MF  batch  MF a step   1 thread ms   all ms   times as fast (least, most)");
for (const flops of windows) {
  const [{ architecture }] = sample(RegNetX, { n: 1, seed: 1, where: { flops }, resolution, limit: 1e7 });
  const network = networkFor(architecture, 10, resolution);
  const size = complexity(network, resolution).flops;
  for (const batch of batches.length > 0 ? batches : [32, 128]) {
    const one: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [threads, times] of [
        [1, one],
        [cores, all],
      ] as const) {
        times.push(
          (await time(network, { mode: "training", batch, resolution, threads, seconds: 0.4 })).median,
        );
      }
    }
    const ratios = one.map((seconds, i) => seconds / all[i]);
    console.log(
      [
        (size / 1e6).toFixed(1).padStart(7),
        String(batch).padStart(6),
        ((size * batch) / 1e6).toFixed(0).padStart(10),
        (1e3 * median(one)).toFixed(1).padStart(13),
        (1e3 * median(all)).toFixed(1).padStart(8),
        `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}, ${Math.max(...ratios).toFixed(2)})`.padStart(
          20,
        ),
      ].join(" "),
    );
  }
}
