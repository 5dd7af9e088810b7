/** A worker that dies at the places that `FAILING_PLACES` names, late ones first; the others end as a quick worker's. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../src/trials/runner/worker.js";
import { finished } from "./finished.js";

const failing = (process.env.FAILING_PLACES ?? "").split(",").filter(Boolean).map(Number);

serve(process.argv[2], async order => {
  const { index } = order.head;
  // The earlier of four that run at once ends last.
  await sleep(20 * (4 - (index % 4)));
  if (failing.includes(index)) process.exit(3);
  return finished(order, { error: 10 + index, seconds: 0.1 });
});
