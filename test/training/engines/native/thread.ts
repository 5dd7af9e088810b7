/**
 * A thread of JavaScript that uses the binding, for threads.test.ts: trains as it is told, says how it went, and ends
 * as it is told.
 */
import { parentPort, workerData } from "node:worker_threads";
import { torch } from "../../../../src/training/engines/torch.js";
import { addonPath, loadAddon } from "../../../../src/training/engines/torch/addon.js";
import { tiny } from "../../../../src/training/recipes.js";
import { quadrants, small } from "../../../support/networks.js";

export interface Task {
  readonly epochs: number;
  readonly memoryLimit?: number;
  /** Nothing but loads the binding; `"forever"` loads it again and again. */
  readonly load?: "once" | "forever";
  /** Leaves by `process.exit` at its first step. */
  readonly exit?: boolean;
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const say = (message: unknown) => parentPort!.postMessage(message);

const { epochs, memoryLimit, load, exit } = workerData as Task;
if (load) {
  loadAddon();
  say("begun");
  // oxlint-disable-next-line no-unmodified-loop-condition -- ended by whoever started it
  while (load === "forever") process.dlopen({ exports: {} }, addonPath());
} else {
  const recipe = { ...tiny, epochs, batch: 32, learningRate: 0.05, warmupEpochs: 0 };
  let begun = false;
  const result = await torch.train(small, quadrants(640, 40), recipe, {
    threads: 1,
    keepWeights: "last",
    ...(memoryLimit !== undefined && { memoryLimit }),
    onStep: () => {
      if (!begun) say("begun");
      begun = true;
      if (exit) process.exit();
    },
  });
  const { status, error, peakMemory, weights } = result;
  say({ status, error, peakMemory, bias: weights?.get("head.fc.bias")?.values });
}
