/**
 * How many trainings at once, with how many threads each, get the most out of this machine's cores: measured, since it
 * depends on the networks. Small ones scale by workers, large ones by threads.
 */
import { refuseUnknown } from "../base/expect-options.js";
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Network, withoutAuxiliary } from "../networks/network.js";
import { inferShapes, requireNetwork } from "../networks/shapes.js";
import { isObject, say } from "../base/say.js";
import type { Precision } from "./engine.js";
import { checkPrecision } from "./engines/check-precision.js";

const WORKER = fileURLToPath(new URL("./parallelism-worker.js", import.meta.url));

/** What the workers train while they are measured. */
export interface ParallelismJob {
  readonly network: Network;
  readonly batch: number;
  /** Pixels. */
  readonly resolution: number;
  readonly precision: Precision;
}

export interface ParallelismOptions extends ParallelismJob {
  /** Default: all. */
  readonly cores?: number;
  /** Seconds that each split of the cores trains. Default 2. */
  readonly seconds?: number;
}

/** One way to split the cores. */
export interface Split {
  readonly workers: number;
  readonly threads: number;
  /** Of all workers together. */
  readonly imagesPerSecond: number;
}

/** To a worker: what to train, then for how long. */
export type WorkerCommand = (ParallelismJob & { readonly threads: number }) | { readonly seconds: number };

/**
 * Trains the network in each way to split the cores evenly, all workers of a split at once, and returns the splits, the
 * fastest first.
 *
 * @param options.network one of the size that is going to be trained
 * @throws RangeError for a number of cores that is not a positive integer
 * @throws EngineUnavailableError, as an Error with its message, when engine torch is not there
 * @example
 * ```ts
 * // not run: trains on all cores for some seconds
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }));
 * const splits = await measureParallelism({
 *   network, batch: 128, resolution: 32, precision: "float32", seconds: 1,
 * });
 * const [{ workers, threads, imagesPerSecond }] = splits; // the fastest first
 * console.log(`${workers} trainings at once with ${threads} threads each: ${imagesPerSecond} images/s`);
 * ```
 */
export async function measureParallelism(options: ParallelismOptions): Promise<Split[]> {
  if (!isObject(options)) {
    throw new RangeError(
      `measureParallelism: expected { network, batch, resolution, precision }, got ${say(options)}`,
    );
  }
  refuseUnknown("measureParallelism", options, {
    network: true,
    batch: true,
    resolution: true,
    precision: true,
    cores: true,
    seconds: true,
  });
  requireNetwork("measureParallelism", options.network);
  inferShapes(withoutAuxiliary(options.network), options.resolution);
  const { cores = availableParallelism(), seconds = 2, ...job } = options;
  if (!(Number.isSafeInteger(cores) && cores > 0)) {
    throw new RangeError(`measureParallelism: cores must be a positive integer, got ${say(cores)}`);
  }
  if (!(Number.isSafeInteger(options.batch) && options.batch > 0)) {
    throw new RangeError(`measureParallelism: batch must be a positive integer, got ${say(options.batch)}`);
  }
  if (!(Number.isFinite(seconds) && seconds >= 0)) {
    throw new RangeError(`measureParallelism: seconds must be a number of at least 0, got ${say(seconds)}`);
  }
  checkPrecision("measureParallelism", options.precision);
  const splits: Split[] = [];
  for (let threads = 1; threads <= cores; threads++) {
    if (cores % threads === 0) splits.push(await measure(job, cores / threads, threads, seconds));
  }
  return splits.sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
}

async function measure(
  job: ParallelismJob,
  workers: number,
  threads: number,
  seconds: number,
): Promise<Split> {
  const children = Array.from({ length: workers }, () =>
    fork(WORKER, { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] }),
  );
  /** One command to all workers, and all their answers. */
  const all = (command: WorkerCommand) =>
    Promise.all(
      children.map(
        child =>
          new Promise<number>((resolve, reject) => {
            let said = "";
            child.stderr?.on("data", text => (said += text));
            child.once("message", (rate: number) => resolve(rate));
            child.once("close", code => {
              reject(new Error(`measureParallelism: a worker ended with code ${code}: ${said.trim()}`));
            });
            child.send(command);
          }),
      ),
    );
  try {
    await all({ ...job, threads });
    const rates = await all({ seconds });
    return { workers, threads, imagesPerSecond: rates.reduce((sum, rate) => sum + rate, 0) };
  } finally {
    for (const child of children) child.kill();
  }
}
