/** A sweep's worker whose trials wait for one second each, as long as trainings of tiny networks last. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../src/populations/worker.js";

serve(
  process.argv[2],
  async ({ trial: _trial, threads, device: _device, sharing: _sharing, ...job }, report) => {
    const began = performance.now();
    report({ type: "epoch", index: job.index, epoch: 0, epochs: 1 });
    await sleep(1000);
    return {
      version: 1,
      ...job,
      threads,
      status: "finished",
      error: 50,
      seconds: (performance.now() - began) / 1000,
      imagesPerSecond: 1,
      endedAt: new Date().toISOString(),
    };
  },
);
