/** A worker with faults: in sweeps of seed 1, trial 2 never ends; in all others, trial 4 takes 400 MiB. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../src/trials/runner/worker.js";
import { finished } from "./finished.js";

const held: Buffer[] = [];

serve(process.argv[2], async order => {
  const sweepSeed = order.trial.seed - order.head.index;
  if (sweepSeed === 1 && order.head.index === 2) await sleep(600_000);
  if (sweepSeed !== 1 && order.head.index === 4) {
    held.push(Buffer.alloc(400 * 2 ** 20, 1));
    await sleep(600_000);
  }
  return finished(order, { error: 50, seconds: 0.1 });
});
