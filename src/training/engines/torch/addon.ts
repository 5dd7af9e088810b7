/**
 * The libtorch binding, native/build/netspace_torch.node: its interface as native/addon.cc gives it, and its
 * loading, on first use.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { operators } from "../../../networks/operators/index.js";
import type { Precision } from "../../engine.js";
import type { WholeSettings } from "../../recipe/optimisers.js";
import { later } from "../../../base/node/later.js";
import type { Program } from "./program.js";

const memory = later<typeof import("./memory.js")>(import.meta.url, "./memory.js");

/** The engine cannot be used here: says what is missing and what to do. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";
}

declare const modelBrand: unique symbol;
declare const datasetBrand: unique symbol;
declare const snapshotBrand: unique symbol;
declare const gradientsBrand: unique symbol;
declare const tokenBrand: unique symbol;
/** A model held by the binding. */
export interface ModelHandle {
  readonly [modelBrand]: true;
}
/** A data set on a device, held by the binding. */
export interface DatasetHandle {
  readonly [datasetBrand]: true;
}

/** Weights, running statistics and what the optimiser remembers of one time, on the device. */
export interface SnapshotHandle {
  readonly [snapshotBrand]: true;
}
/** Gradients of one pass, on the device. */
export interface GradientsHandle {
  readonly [gradientsBrand]: true;
}
/** By which a call that runs, or waits for its turn, is broken off. */
export interface TokenHandle {
  readonly [tokenBrand]: true;
}

/** What one native epoch reports. Steps are 0-based; −1 for "never". */
export interface EpochOutcome {
  readonly losses: Float32Array;
  readonly wrong: number;
  readonly divergedAt: number;
  readonly cancelled: boolean;
  readonly seconds: number;
}

/** A program, and what it can be run on. */
export interface NativeProgram extends Program {
  /** Height and width of images that fit it, pixels: those that come are looked at when they do. */
  readonly size: number;
}

/** The optimiser's settings of a step, as native code takes them. */
export type NativeUpdate = Omit<WholeSettings, "learningRate">;

/** Augmentation as native code takes it; a 0 leaves each out. */
export interface NativeAugmentation {
  readonly flip: boolean;
  readonly cropArea: number;
  readonly colour: number;
  readonly mixup: number;
  /** Side of a blanked square, pixels. */
  readonly cutout: number;
}

/** What updates leave of a parameter: an optimiser's two moments, and the moving average. */
export type Remembered = "first" | "second" | "average";

/** What updates leave besides. */
export interface OptimiserState {
  /** Whether a step was ever taken. */
  readonly updated: boolean;
  readonly optimiser: string;
  /** That Adam has counted. */
  readonly steps: number;
  /** The same of every parameter, in the order of `tensors`, where paths were trained; else empty. */
  readonly each: Float32Array;
  /** Whether there is a second moment, and whether there are averages. */
  readonly second: boolean;
  readonly averages: boolean;
}

/**
 * Everything native. Promises are settled in the order of the calls: one thread does the work. What is wrong with an
 * argument is thrown, or rejects: a RangeError that names it, what it must be and what came.
 */
export interface Addon {
  info(): { torch: string; cuda: boolean; operators: readonly string[] };
  createModel(
    spec: NativeProgram & {
      classes: number;
      precision: Precision | "float64";
      device: string;
      seed: number;
      threads: number;
    },
  ): Promise<ModelHandle>;
  /**
   * A model whose weights, gradients, moments and running statistics are those of the same names in `store`.
   *
   * @param spec.seed of its chance of dropout; −1 for the store's
   */
  createPath(store: ModelHandle, spec: NativeProgram & { seed: number }): Promise<ModelHandle>;
  createToken(): TokenHandle;
  /** The call that has the token is rejected, at the next layer or before it begins. */
  breakOff(token: TokenHandle): void;
  /** Of a store; what its paths have done is in it. */
  snapshot(model: ModelHandle): Promise<SnapshotHandle>;
  rewind(model: ModelHandle, snapshot: SnapshotHandle): Promise<void>;
  disposeSnapshot(snapshot: SnapshotHandle): void;
  /** Of the last pass through the store's weights, which must have been this model's. */
  keepGradients(model: ModelHandle): Promise<{ gradients: GradientsHandle; norm: number }>;
  /** Every weight of the store += by · gradient. */
  move(model: ModelHandle, gradients: GradientsHandle, by: number): Promise<void>;
  disposeGradients(gradients: GradientsHandle): void;
  getDropoutState(model: ModelHandle): Promise<Uint8Array>;
  setDropoutState(model: ModelHandle, state: Uint8Array): Promise<void>;
  dispose(model: ModelHandle): void;
  cancel(model: ModelHandle): void;
  tensors(model: ModelHandle): { name: string; shape: number[] }[];
  getTensor(model: ModelHandle, name: string, gradient: boolean): Promise<Float32Array>;
  setTensor(model: ModelHandle, name: string, values: Float32Array): Promise<void>;
  getOptimiserState(model: ModelHandle): Promise<OptimiserState>;
  /** Makes room for what `setRemembered` gives, zero until then. */
  setOptimiserState(model: ModelHandle, state: OptimiserState): Promise<void>;
  getRemembered(model: ModelHandle, name: string, what: Remembered): Promise<Float32Array>;
  setRemembered(model: ModelHandle, name: string, what: Remembered, values: Float32Array): Promise<void>;
  /** @param mixture weights of weighted sums, as the program has them; empty for a program without any */
  forward(
    model: ModelHandle,
    images: Float32Array,
    shape: readonly number[] | Int32Array,
    training: boolean,
    mixture: Float64Array,
    token?: TokenHandle,
  ): Promise<Float32Array>;
  /** Of a model in float64 everything is double. */
  probe(
    model: ModelHandle,
    images: Float32Array,
    shape: readonly number[] | Int32Array,
    options: {
      /** Places in the program of instructions whose values are wanted. */
      values: Int32Array;
      /** Of Σ towards · logits gradients are taken; empty for none. */
      towards: Float32Array;
    },
  ): Promise<{
    logits: Float32Array | Float64Array;
    values: (Float32Array | Float64Array)[];
    /** Of every parameter, in the order of `tensors`; empty without `towards`. */
    gradients: (Float32Array | Float64Array)[];
    images: Float32Array | Float64Array | undefined;
  }>;
  step(
    model: ModelHandle,
    images: Float32Array,
    shape: readonly number[] | Int32Array,
    labels: Int32Array,
    options: NativeUpdate & {
      learningRate: number;
      labelSmoothing: number;
      /** 0 for a model without an auxiliary head. */
      auxiliaryWeight: number;
      /** A second label per image, of which `labels` has the share; empty for none. */
      others: Int32Array;
      share: number;
      /** −1 continues the stream of masks. */
      dropoutSeed: number;
      update: boolean;
      /** Weights of weighted sums, as the program has them; empty for a program without any. */
      mixture: Float64Array;
      /** Which gradients are computed; without those of the weights nothing can be updated. */
      weightGradients: boolean;
      mixtureGradients: boolean;
    },
    token?: TokenHandle,
    /** `unusable`: what is not finite, "loss" or a parameter's name, for which nothing was updated; else "". */
  ): Promise<{ loss: number; unusable: string }>;
  /** Running statistics over these batches alone. */
  recalibrateOn(
    model: ModelHandle,
    batches: readonly { images: Float32Array; shape: readonly number[] | Int32Array }[],
    mixture: Float64Array,
    token?: TokenHandle,
  ): Promise<void>;
  /** Of the last step, with respect to its mixture; 0 for inputs that were not run. */
  mixtureGradient(model: ModelHandle): Promise<Float64Array>;
  createDataset(spec: {
    trainImages: Uint8Array;
    trainLabels: Int32Array;
    testImages: Uint8Array;
    testLabels: Int32Array;
    channels: number;
    resolution: number;
    mean: Float32Array;
    std: Float32Array;
    padding: number;
    device: string;
    threads: number;
  }): Promise<DatasetHandle>;
  epoch(
    model: ModelHandle,
    dataset: DatasetHandle,
    options: NativeUpdate &
      NativeAugmentation & {
        learningRates: Float64Array;
        /** Of drop path's rates, as many as learning rates; empty for 1. */
        dropPathScales: Float64Array;
        batch: number;
        labelSmoothing: number;
        auxiliaryWeight: number;
        seed: number;
      },
    onSteps?: (first: number, losses: Float32Array) => void,
  ): Promise<EpochOutcome>;
  /** What an epoch of that seed trains on in that 0-based step; `others` is empty without mixup. */
  trainBatch(
    dataset: DatasetHandle,
    options: NativeAugmentation & { batch: number; step: number; steps: number; seed: number },
  ): Promise<{ images: Float32Array; labels: Int32Array; others: Int32Array; share: number }>;
  /** False if cancelled. */
  recalibrate(
    model: ModelHandle,
    dataset: DatasetHandle,
    options: NativeAugmentation & { batch: number; batches: number; seed: number },
  ): Promise<boolean>;
  /** Exchanges weights and running statistics with their moving averages, or back. */
  exchangeAverages(model: ModelHandle): Promise<void>;
  /** −1 if cancelled, −2 if outputs are not finite. */
  countErrors(model: ModelHandle, dataset: DatasetHandle, batch: number): Promise<number>;
  /** Seconds of each run. */
  time(
    model: ModelHandle,
    options: {
      batch: number;
      /** The model's. */
      channels: number;
      resolution: number;
      warmUp: number;
      runs: number;
      training: boolean;
    },
  ): Promise<Float64Array>;
  /** Bytes that this thread's tensors on the device may hold, 0 for all there is; restarts the count of the peak. */
  limitMemory(device: string, bytes: number): void;
  /** The most bytes held at once since `limitMemory`; 0 where torch cannot tell. */
  peakMemory(device: string): number;
  /** Gives memory that no tensor uses back to the system, all but 256 MiB on a CPU. */
  trimCache(device: string): void;
  /**
   * For the end of this thread of JavaScript: rejects what it has queued, and waits for the step under way if it is its
   * own. It cannot use the binding any more; other threads do not notice.
   */
  stop(): void;
}

/** The program that builds the binding. */
const builder = fileURLToPath(new URL("../../../../../native/build.mjs", import.meta.url));

let loaded: Addon | undefined;

/** Where the binding is looked for: `$NETSPACE_TORCH_ADDON`, else the repository's native/build. */
export function addonPath(): string {
  // From dist/src/training/engines/torch/ up to the package.
  const own = new URL("../../../../../native/build/netspace_torch.node", import.meta.url);
  return process.env.NETSPACE_TORCH_ADDON ?? fileURLToPath(own);
}

/**
 * Where the binding is, without loading it.
 *
 * @throws EngineUnavailableError when it was not built
 */
export function requireBuilt(): string {
  const path = addonPath();
  if (existsSync(path)) return path;
  throw new EngineUnavailableError(
    `engine torch: expected the libtorch binding at ${path}, which does not exist; run "npm run setup" in the repository, or node ${builder} --python PYTHON where netspace is installed as a package (needs a Python with torch, and a C++ compiler)`,
  );
}

/**
 * The binding, loaded on the first call (about half a second, libtorch being large).
 *
 * @throws EngineUnavailableError when it was not built, or was built against a torch that is no longer there
 */
export function loadAddon(): Addon {
  if (loaded) return loaded;
  const path = requireBuilt();
  try {
    const addon: Addon = createRequire(import.meta.url)(path);
    const [built, known] = [addon.info().operators ?? [], Object.keys(operators)].map(String);
    // Its numbers would stand for others.
    if (built !== known)
      throw new Error(`it was built for other operators, ${built || "of an earlier table"}`);
    addon.limitMemory("cpu", memory().memoryOf("cpu"));
    // Leaving while a step runs would pull libtorch from under it.
    process.once("exit", () => addon.stop());
    loaded = addon;
  } catch (cause) {
    throw new EngineUnavailableError(
      `engine torch: the libtorch binding at ${path} does not load (${String(cause)}); was torch changed since? Run "npm run setup" again`,
      { cause },
    );
  }
  return loaded;
}
