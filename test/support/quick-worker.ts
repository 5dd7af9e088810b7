/** A worker that trains nothing: each trial lasts some milliseconds and ends with an error made from its seed. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../src/trials/runner/worker.js";
import { finished } from "./finished.js";

serve(process.argv[2], async (order, report) => {
  const { seed } = order.trial;
  report({ type: "epoch", index: order.head.index, epoch: 0, epochs: 1 });
  const milliseconds = 30 + ((37 * seed) % 300);
  await sleep(milliseconds);
  return finished(order, { error: 10 + (seed % 80), seconds: milliseconds / 1000 });
});
