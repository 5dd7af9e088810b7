/** What a trained network says of each image of a split. */
import { refuseUnknown } from "../../base/expect-options.js";
import { checkSignal } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { type Network, withoutAuxiliary } from "../../networks/network.js";
import { inferShapes, requireNetwork } from "../../networks/shapes.js";
import { ambientSignal } from "../../notebook/ambient-signal.js";
import type { Dataset, Split } from "../dataset.js";
import type { Precision, Weights } from "../engine.js";
import { checkDataset } from "../engines/check-dataset.js";
import { checkPrecision } from "../engines/check-precision.js";
import { checkThreads, threadsFor } from "../engines/threads.js";
import { EngineUnavailableError } from "../engines/torch.js";
import { type EngineChoice, pickEngine } from "../pick-engine.js";
import type { TrainingRun } from "../training-run.js";
import { checkWeights, WeightsError, weightShapes } from "../weights/weights.js";
import { Evaluation } from "./evaluation.js";

export interface EvaluateOptions extends EngineChoice {
  /** Default `"test"`. */
  readonly split?: "train" | "validation" | "test";
  readonly precision?: Precision;
  /** Threads of the network's operators. Default: as many as `train` takes, 1 for small networks. */
  readonly threads?: number;
  /** Aborting ends it between two batches. Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
}

const known = {
  split: true,
  precision: true,
  threads: true,
  signal: true,
  engine: true,
  device: true,
};

/** Images per batch, as the engine tests. */
const BATCH = 250;

/**
 * Runs a trained network over a split, without augmentation, and keeps what it says of each image.
 *
 * @param weights such as `run.weights` or `loadWeights(file).weights`
 * @throws WeightsError if they are not the network's
 * @throws RangeError for a network of fewer classes than the dataset has, or a split that it has not
 * @throws EngineUnavailableError without engine torch, which keeps weights between calls
 * @example
 * ```ts
 * const dataset = proceduralDataset({ resolution: 16, train: 128, test: 50, seed: 1 });
 * const run = await train(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }), { dataset, recipe: "tiny" });
 * (await evaluate(run.network, run.weights!, dataset)).n; // => 50
 * ```
 */
export async function evaluate(
  network: Network,
  weights: Weights,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const fn = "evaluate";
  requireNetwork(fn, network);
  checkDataset(dataset);
  if (!isObject(options)) throw new RangeError(`${fn}: expected options, got ${say(options)}`);
  refuseUnknown(fn, options, known);
  checkSignal(fn, "signal", options.signal);
  const { split = "test", precision = "float32" } = options;
  checkPrecision(fn, precision);
  if (options.threads !== undefined) checkThreads(fn, options.threads);
  const shown = splitOf(fn, dataset, split);
  if (!(Number.isInteger(network.classes) && network.classes >= dataset.classes)) {
    throw new RangeError(
      `${fn}: expected a network of at least the dataset's ${dataset.classes} classes, got ${say(network.classes)}`,
    );
  }
  const plain = withoutAuxiliary(network);
  inferShapes(plain, dataset.resolution);
  checkWeights(fn, network, weights);
  const engine = pickEngine(options);
  if (!engine.session) {
    throw new EngineUnavailableError(
      `${fn}: needs engine torch, got ${engine.name}, which keeps no weights between calls; "netspace doctor" says why torch is not there`,
    );
  }
  const signal = options.signal ?? ambientSignal();
  const step = { network: plain, batch: Math.min(BATCH, shown.count), resolution: dataset.resolution };
  const threads = await threadsFor(engine, step, options.threads);
  const session = await engine.session(plain, { precision, ...(threads !== undefined && { threads }) });
  try {
    const own = [...weightShapes(plain).keys()].map(name => [name, weights.get(name)!] as const);
    await session.restore(new Map(own));
    const logits = new Float32Array(shown.count * network.classes);
    for (let from = 0; from < shown.count; from += BATCH) {
      const batch = batchOf(dataset, shown, from, Math.min(BATCH, shown.count - from));
      logits.set(await session.evaluate(plain, batch, signal ? { signal } : {}), from * network.classes);
    }
    return new Evaluation(network.name, dataset, split, logits, network.classes);
  } finally {
    session.dispose();
  }
}

/** See `TrainingRun.evaluate`. */
export async function evaluateRun(
  run: TrainingRun,
  images: Dataset | undefined,
  { dataset = images, ...options }: EvaluateOptions & { readonly dataset?: Dataset },
): Promise<Evaluation> {
  if (!run.weights) throw new WeightsError(`evaluate: the training has no weights: ${run.summary()}`);
  if (!dataset) {
    throw new RangeError(
      `evaluate: expected options.dataset, since the images of ${run.dataset} are not in memory; give what loadDataset() gives`,
    );
  }
  return evaluate(run.network, run.weights, dataset, {
    precision: run.precision,
    ...options,
  });
}

function splitOf(fn: string, dataset: Dataset, split: unknown): Split {
  const there = (["train", "validation", "test"] as const).filter(name => dataset[name] !== undefined);
  const found = there.find(name => name === split);
  if (found) return dataset[found]!;
  throw new RangeError(`${fn}: split must be one of ${there.join(", ")}, got ${say(split)}`);
}

/** Images `from` to `from + count`, normalised as in training. */
function batchOf(
  { resolution, channels, mean, std }: Dataset,
  { images }: Split,
  from: number,
  count: number,
) {
  const area = resolution * resolution;
  const size = channels * area;
  const values = new Float32Array(count * size);
  for (let i = 0; i < values.length; i++) {
    const channel = Math.floor((i % size) / area);
    values[i] = (images[from * size + i] / 255 - mean[channel]) / std[channel];
  }
  return { images: values, shape: [count, channels, resolution, resolution] as const };
}
