/** A worker that trains nothing: each trial lasts some milliseconds and ends with an error made from its seed. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../src/trials/runner/worker.js";
import { finished } from "./finished.js";

serve(process.argv[2], async (job, report) => {
  const { seed } = job.trial;
  report({ type: "epoch", index: job.index, epoch: 0, epochs: 1 });
  const milliseconds = 30 + ((37 * seed) % 300);
  await sleep(milliseconds);
  return finished(job, { error: 10 + (seed % 80), seconds: milliseconds / 1000 });
});
