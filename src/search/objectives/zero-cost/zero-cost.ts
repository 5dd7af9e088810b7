/** Measures of a network without training it: several at once, of one batch at its initial weights. */
import { expectOptions } from "../../../base/expect-options.js";
import { checkSignal } from "../../../base/expect.js";
import { MOST_SEED } from "../../../base/random.js";
import { say } from "../../../base/say.js";
import { inferShapes } from "../../../networks/shapes.js";
import { ambientSignal } from "../../../notebook/ambient-signal.js";
import type { Dataset } from "../../../training/dataset.js";
import { askedDataset } from "../../../training/datasets/asked-dataset.js";
import type { DatasetSpec } from "../../../training/datasets/index.js";
import type { Engine, Weights } from "../../../training/engine.js";
import { checkDataset } from "../../../training/engines/check-dataset.js";
import { checkThreads, threadsFor } from "../../../training/engines/threads.js";
import { checkModel, networkFor, type TrainableModel } from "../../../training/network-for.js";
import { type EngineChoice, pickEngine } from "../../../training/pick-engine.js";
import type { Session, SessionOptions } from "../../../training/session.js";
import { drawBatch } from "./batch.js";
import { checkedMeasures, measureBy, passesOf, type ZeroCostName } from "./measures.js";
import { withoutChance } from "./variants.js";

export interface ZeroCostOptions extends EngineChoice {
  /** Images, a description of them, or a text for `datasetByName`; measures look at its training split. */
  readonly dataset: Dataset | DatasetSpec | string;
  /** Which measures, or one. Default: all. */
  readonly measures?: readonly ZeroCostName[] | ZeroCostName;
  /** Images of the batch. Default 64. */
  readonly batch?: number;
  /** Decides which images: the same for every network. Default 0. */
  readonly batchSeed?: number;
  /** Decides the initial weights. Default 0. */
  readonly seed?: number;
  /** Weights to measure instead of initial ones; all of the network's, as `Engine.train` takes them. */
  readonly weights?: Weights;
  /** Arithmetic of the passes; SynFlow's is double in any case. Default `"float32"`. */
  readonly precision?: "float32" | "float64";
  /** Threads of the operators. Default: as many as `train` takes, 1 for small networks. */
  readonly threads?: number;
  /** Aborting rejects with its reason, between two measures. Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
}

/** Measures of one network. Plain data. */
export interface ZeroCost {
  readonly network: string;
  /** By name; for all of them the greater is the better one. */
  readonly values: Readonly<Partial<Record<ZeroCostName, number>>>;
  /** What is to be known of a value, by its measure's name: which convention gave it, or why it is not finite. */
  readonly notes: Readonly<Partial<Record<ZeroCostName, string>>>;
  /** Name of the data set. */
  readonly dataset: string;
  readonly split: "training";
  readonly batch: number;
  readonly batchSeed: number;
  readonly seed: number;
  readonly engine: string;
  readonly precision: "float32" | "float64";
  /** Wall time by name, in the order measured: the first to need a pass pays for it, and the first for the weights. */
  readonly seconds: Readonly<Partial<Record<ZeroCostName, number>>>;
}

/**
 * Measures without training (gradient norm, SNIP, SynFlow, Jacobian covariance, NASWOT), and the counts that they have to
 * beat. Passes are shared: all of them together take a few training steps.
 *
 * They are those of the published code: sums over the weights of convolutions and fully connected layers, biases left out;
 * in training mode, without dropout and drop path; the loss is cross-entropy. Weights are as the engine draws them.
 * What a measure cannot say of a network is NaN or −∞, with a note why.
 *
 * @param model a Network, an Architecture, or the name of a published network, such as `zooNames()` lists
 * @throws RangeError, NetworkError, DatasetError or WeightsError for what cannot be measured, naming it
 * @throws RangeError for an engine that gives no gradients to its caller
 * @throws EngineUnavailableError when no engine, or not the device asked for, can be used here
 * @example `await zeroCost(nasBench201("|nor_conv_3x3~0|"), { dataset: "procedural:12", measures: ["synflow", "naswot"] })`
 */
export async function zeroCost(model: TrainableModel, options: ZeroCostOptions): Promise<ZeroCost> {
  checkZeroCost("zeroCost", options);
  checkModel("zeroCost", model);
  const { batch = 64, batchSeed = 0, seed = 0, precision = "float32", weights } = options;
  const measures = checkedMeasures("zeroCost", options.measures);
  const signal = options.signal ?? ambientSignal();
  const engine = measuring(pickEngine({ engine: "torch", ...options }));
  const dataset = await askedDataset("zeroCost", options.dataset);
  checkDataset(dataset);
  const network = withoutChance(networkFor(model, dataset.classes, dataset.resolution, "zeroCost"));
  inferShapes(network, dataset.resolution);
  if (network.classes < dataset.classes) {
    throw new RangeError(
      `zeroCost: expected a network of ${dataset.classes} classes, as ${dataset.name} has, got ${network.name} of ${network.classes}`,
    );
  }
  if (batch > dataset.train.count) {
    throw new RangeError(
      `zeroCost: batch must be at most the ${dataset.train.count} training images of ${dataset.name}, got ${batch}`,
    );
  }
  signal?.throwIfAborted();
  const drawn = drawBatch(dataset, batch, batchSeed);
  const step = { network, batch, resolution: dataset.resolution };
  const threads = await threadsFor(engine, step, options.threads);
  let began = performance.now();
  const session = await engine.open(network, { seed, precision, threads });
  const values: Partial<Record<ZeroCostName, number>> = {};
  const notes: Partial<Record<ZeroCostName, string>> = {};
  const seconds: Partial<Record<ZeroCostName, number>> = {};
  try {
    if (weights) await session.restore(weights);
    const passes = passesOf(session, drawn, bare => engine.open(bare, { precision: "float64", threads }));
    for (const name of measures) {
      signal?.throwIfAborted();
      const { value, note } = await measureBy[name](passes);
      values[name] = value;
      if (note !== undefined) notes[name] = note;
      const now = performance.now();
      seconds[name] = (now - began) / 1000;
      began = now;
    }
  } finally {
    session.dispose();
  }
  return {
    network: network.name,
    values,
    notes,
    dataset: dataset.name,
    split: "training",
    batch,
    batchSeed,
    seed,
    engine: engine.name,
    precision,
    seconds,
  };
}

/** @throws RangeError naming the caller, for options that are not what they must be */
export function checkZeroCost(caller: string, options: Omit<ZeroCostOptions, "measures">): void {
  expectOptions<ZeroCostOptions>(caller, options, {
    dataset: "any",
    measures: "any?",
    batch: "number?",
    batchSeed: "number?",
    seed: "number?",
    weights: "object?",
    precision: "text?",
    threads: "number?",
    engine: "any?",
    device: "text?",
    signal: "any?",
  });
  const { batch = 64, batchSeed = 0, seed = 0, precision = "float32", threads = 1, signal } = options;
  const fail = (expected: string, got: unknown) => {
    throw new RangeError(`${caller}: ${expected}, got ${say(got)}`);
  };
  // One image has nothing to be told from, nor a variance to be normalised by.
  if (!(Number.isSafeInteger(batch) && batch >= 2)) fail("batch must be an integer of at least 2", batch);
  if (!(Number.isInteger(batchSeed) && batchSeed >= 0 && batchSeed <= MOST_SEED))
    fail("batchSeed must be a whole number of 32 bits", batchSeed);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) fail("seed must be a whole number", seed);
  if (precision !== "float32" && precision !== "float64")
    fail('precision must be "float32" or "float64"', precision);
  checkThreads(caller, threads);
  checkSignal(caller, "signal", signal);
}

/** An engine that gives what measures are made of. */
function measuring({ name, session }: Engine) {
  const open = async (network: Parameters<NonNullable<Engine["session"]>>[0], options: SessionOptions) => {
    const opened: Session | undefined = await session?.(network, options);
    if (opened?.probe) return opened;
    opened?.dispose();
    throw new RangeError(
      `zeroCost: engine ${say(name)} gives no gradients to its caller; use engine "torch"`,
    );
  };
  return { name, open };
}
