/** A sweep's worker whose trials wait for one second each, as long as trainings of tiny networks last. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../src/trials/runner/worker.js";
import { finished } from "../test/support/finished.js";

serve(process.argv[2], async (order, report) => {
  const began = performance.now();
  report({ type: "epoch", index: order.head.index, epoch: 0, epochs: 1 });
  await sleep(1000);
  return finished(order, { error: 50, seconds: (performance.now() - began) / 1000 });
});
