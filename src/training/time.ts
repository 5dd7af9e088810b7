/**
 * How long a network takes: inference on a batch, or one training step, as in Figure 12 of the paper.
 *
 * The images are noise that already lies on the device. Runs that warm caches and memory up do not count; the device has
 * nothing else to do before and after each run; the median and its quartiles represent all, since a run that the system
 * interrupts says nothing about the network. The paper times batches of 64 at 224 × 224 on one V100.
 */
import { refuseUnknown } from "../base/expect-options.js";
import { quantileSorted } from "simple-statistics";
import { ambientSignal } from "../notebook/ambient-signal.js";
import { withoutAuxiliary } from "../networks/network.js";
import { inferShapes } from "../networks/shapes.js";
import { checkSignal } from "../base/expect.js";
import { isObject, say } from "../base/say.js";
import { zoo } from "../architectures/zoo.js";
import type { Engine, Precision, TimerOptions } from "./engine.js";
import { checkPrecision } from "./engines/check-precision.js";
import { checkThreads } from "./engines/threads.js";
import { checkModel, isNetwork, networkFor, type TrainableModel } from "./network-for.js";
import { type EngineChoice, pickEngine } from "./pick-engine.js";

export interface TimeOptions extends EngineChoice {
  /** Images a run. Default 64, as the paper. */
  readonly batch?: number;
  /** Height and width, pixels. Default: the architecture's own, else 224. */
  readonly resolution?: number;
  /** A forward pass that evaluates, or a whole training step: forward, backward, update. Default `"inference"`. */
  readonly mode?: TimerOptions["mode"];
  readonly precision?: Precision;
  /** Threads of the operators. Default: all cores. */
  readonly threads?: number;
  /** Time to spend on runs that count, seconds; at least three are made, and at most 200. Default 0.3. */
  readonly seconds?: number;
  /** Runs that count, however long they take, instead of `seconds`: so many for every network. */
  readonly runs?: number;
  /** Aborting rejects with its reason. Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
}

/** Times of one network's runs. */
export interface Timing {
  readonly network: string;
  readonly engine: string;
  readonly mode: TimerOptions["mode"];
  readonly batch: number;
  readonly resolution: number;
  readonly precision: Precision;
  /** Median of the runs, seconds. */
  readonly median: number;
  /** First and third quartile, seconds: half of the runs lie between. */
  readonly quartiles: readonly [number, number];
  /** At the median. */
  readonly imagesPerSecond: number;
  /** Runs that counted. */
  readonly runs: number;
}

/** Runs before the first that counts: the first allocates memory and lets libraries choose their kernels. */
const WARM_UP = 2;
const LEAST_RUNS = 3;
const MOST_RUNS = 200;
/** A stop is heeded between portions of runs of this length, seconds. */
const PORTION = 0.1;
const USUAL_RESOLUTION = 224;

/**
 * Times a network with weights as drawn: they do not matter.
 *
 * @param model a Network, an Architecture, or the name of a published network
 * @throws NetworkError or RangeError for what cannot be timed
 * @throws EngineUnavailableError when no engine, or not the device asked for, can be used here
 * @example
 * ```ts
 * const { median, quartiles } = await time("RegNetX-200MF", { batch: 64, mode: "training" });
 * ```
 */
export async function time(model: TrainableModel, options: TimeOptions = {}): Promise<Timing> {
  if (!isObject(options) || Array.isArray(options)) {
    throw new RangeError(`time: expected options such as { batch: 64 }, got ${say(options)}`);
  }
  refuseUnknown("time", options, {
    batch: true,
    resolution: true,
    mode: true,
    precision: true,
    threads: true,
    seconds: true,
    runs: true,
    signal: true,
    engine: true,
    device: true,
  });
  const { batch = 64, mode = "inference", precision = "float32", threads, seconds = 0.3, runs } = options;
  checkModel("time", model);
  const resolution = options.resolution ?? resolutionOf(model);
  checkSignal("time", "signal", options.signal);
  const signal = options.signal ?? ambientSignal();
  checkTiming("time", options);
  const [least, most] = runs === undefined ? [LEAST_RUNS, MOST_RUNS] : [runs, runs];
  const network = networkFor(model, 1000, resolution, "time");
  inferShapes(withoutAuxiliary(network), resolution);
  // The other engine cannot time: where torch is not there, its own error says how to get it.
  const engine = pickEngine({ engine: "torch", ...options });
  const timer = await timerOf(engine)(network, { batch, resolution, mode, precision, threads });
  const times: number[] = [];
  try {
    signal?.throwIfAborted();
    await timer.run(WARM_UP - 1);
    const [estimate] = Array.from(await timer.run(1));
    for (let spent = 0; times.length < most && (times.length < least || spent < seconds); ) {
      signal?.throwIfAborted();
      const left = runs === undefined ? seconds - spent : PORTION;
      const portion = Math.floor(Math.min(PORTION, left) / estimate);
      const some = await timer.run(Math.max(1, Math.min(portion, most - times.length)));
      for (const each of Array.from(some)) {
        times.push(each);
        spent += each;
      }
    }
  } finally {
    timer.dispose();
  }
  times.sort((a, b) => a - b);
  const median = quantileSorted(times, 0.5);
  return {
    network: network.name,
    engine: engine.name,
    mode,
    batch,
    resolution,
    precision,
    median,
    quartiles: [quantileSorted(times, 0.25), quantileSorted(times, 0.75)],
    imagesPerSecond: batch / median,
    runs: times.length,
  };
}

function resolutionOf(model: TrainableModel): number {
  if (typeof model === "string") return zoo(model).resolution;
  return isNetwork(model) ? USUAL_RESOLUTION : (model.resolution ?? USUAL_RESOLUTION);
}

function timerOf(engine: Engine): NonNullable<Engine["timer"]> {
  if (engine.timer) return engine.timer;
  throw new RangeError(`time: engine "${engine.name}" cannot time networks; use engine "torch"`);
}

/** @throws RangeError naming the caller, for an option of `time` that is not what it must be */
export function checkTiming(
  caller: string,
  options: Pick<TimeOptions, "batch" | "mode" | "precision" | "seconds" | "threads" | "runs">,
): void {
  const { batch = 64, mode = "inference", seconds = 0, threads = 1, runs = LEAST_RUNS } = options;
  const fail = (expected: string, got: unknown) => {
    throw new RangeError(`${caller}: ${expected}, got ${say(got)}`);
  };
  checkPrecision(caller, options.precision ?? "float32");
  if (!Number.isSafeInteger(batch) || batch < 1) fail("batch must be a positive integer", batch);
  if (mode !== "inference" && mode !== "training") fail('mode must be "inference" or "training"', mode);
  checkThreads(caller, threads);
  if (!(typeof seconds === "number" && seconds >= 0 && seconds < Infinity))
    fail("seconds must be a number of at least 0", seconds);
  if (!Number.isSafeInteger(runs) || runs < 1) fail("runs must be a positive integer", runs);
}
