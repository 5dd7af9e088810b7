/**
 * A network's parameters on a device: run forward, take a step, read and write weights.
 *
 * The engine trains through it; tests compare it with PyTorch.
 */
import { expectOptions, refuseUnknown } from "../../../base/expect-options.js";
import { availableParallelism } from "node:os";
import { byGroup, flatMixture, type MixGroups, type Mixture } from "../../../networks/mixture.js";
import type { Network } from "../../../networks/network.js";
import { say } from "../../../base/say.js";
import type { Precision, Weight, Weights } from "../../engine.js";
import { DivergedError, type ImageBatch, type Probe, type ProbeOptions } from "../../session.js";
import { later } from "../../../base/node/later.js";
import { checkPath, checkWeights } from "../../weights/weights.js";
import type { Lowered } from "./program.js";
import {
  type Addon,
  EngineUnavailableError,
  loadAddon,
  type ModelHandle,
  type TokenHandle,
} from "./addon.js";
import type { OptimiserSettings } from "../../recipe.js";

const precisions = later<typeof import("../check-precision.js")>(import.meta.url, "../check-precision.js");
const sizes = later<typeof import("./fitting-size.js")>(import.meta.url, "./fitting-size.js");
const programs = later<typeof import("./program.js")>(import.meta.url, "./program.js");
const optimisers = later<typeof import("../../recipe/optimisers.js")>(
  import.meta.url,
  "../../recipe/optimisers.js",
);

/** `"cpu"`, `"cuda"` or a numbered card. */
export type Device = "cpu" | "cuda" | `cuda:${number}`;

/** @throws RangeError for what names no device */
export function checkedDevice(caller: string, device: unknown): Device {
  if (typeof device === "string" && /^(cpu|cuda(:\d+)?)$/.test(device)) return device as Device;
  throw new RangeError(`${caller}: device must be "cpu", "cuda" or "cuda:" and a number, got ${say(device)}`);
}

export interface ModelOptions {
  /** Decides the initial weights. Default 0. */
  readonly seed?: number;
  /** Default `"float32"`. */
  readonly precision?: Precision | "float64";
  /** Threads of this model's operators. Default: all cores. */
  readonly threads?: number;
  /** Default `"cpu"`. */
  readonly device?: Device;
  /** With the network's auxiliary head, if it has one, which is for training alone. Default `false`. */
  readonly auxiliary?: boolean;
}

export type { ImageBatch } from "../../session.js";

/** One step's settings. */
export interface StepOptions extends OptimiserSettings {
  readonly labelSmoothing?: number;
  /** Of the auxiliary head's loss, for a model created with it. Default 0. */
  readonly auxiliaryWeight?: number;
  /** Second labels, of which the first have the share `share`. */
  readonly mixed?: { readonly labels: Int32Array; readonly share: number };
  /** Restarts the chance of dropout. Default: it continues from the model's seed. */
  readonly dropoutSeed?: number;
  /** `false` computes loss and gradients and leaves the parameters alone. Default `true`. */
  readonly update?: boolean;
  /** Weights of the network's weighted sums, if it has any. */
  readonly mixture?: Mixture | undefined;
  /** Whether gradients of the weights are computed, which an update needs. Default `true`. */
  readonly weightGradients?: boolean | undefined;
  /** Whether those of the mixture are. Default `true`. */
  readonly mixtureGradients?: boolean | undefined;
}

/** Who called, for errors, and what breaks the call off. */
export interface CallContext {
  readonly caller?: string;
  /** Aborting rejects with its reason, before the call begins or at the next layer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A network with weights, in libtorch. Every call runs off the JavaScript thread, in the order of the calls.
 * Parameters are named as in PyTorch: `"<layer>.weight"`, `".bias"`, `".running_mean"`, `".running_var"`.
 */
export class Model {
  readonly network: Network;
  /** The binding's handle, for the engine. */
  readonly handle: ModelHandle;
  readonly #addon: Addon;
  readonly #auxiliary: boolean;
  /** The layer whose value each instruction of the program makes. */
  readonly #made: readonly string[];
  readonly #groups: MixGroups;

  private constructor(
    network: Network,
    addon: Addon,
    handle: ModelHandle,
    { auxiliary, made, groups }: Pick<Lowered, "made" | "groups"> & { readonly auxiliary: boolean },
  ) {
    this.network = network;
    this.#addon = addon;
    this.handle = handle;
    this.#auxiliary = auxiliary;
    this.#made = made;
    this.#groups = groups;
  }

  /**
   * A model with freshly drawn weights: convolutions N(0, √(2 / (taps · out))), fully connected N(0, 0.01),
   * normalisation scale 1, all biases 0 (pycls).
   *
   * @param network as `inferShapes` accepts it, for images of whatever size
   * @throws NetworkError naming the layer that no image fits
   * @throws RangeError for an option that is not what it must be
   * @throws EngineUnavailableError when the binding or the device is not there
   */
  static async create(network: Network, options: ModelOptions = {}): Promise<Model> {
    checkObject("Model.create", "network", network);
    checkObject("Model.create", "network.layers", network.layers);
    checkObject("Model.create", "options", options);
    const known = { seed: true, precision: true, threads: true, device: true, auxiliary: true };
    refuseUnknown("Model.create", options, known);
    const { seed = 0, precision = "float32", threads = availableParallelism(), device = "cpu" } = options;
    const { auxiliary = false } = options;
    const { checkPrecision }: typeof import("../check-precision.js") = precisions();
    if (precision !== "float64") checkPrecision("Model.create", precision);
    if (typeof auxiliary !== "boolean") {
      throw new RangeError(`Model.create: auxiliary must be true or false, got ${say(auxiliary)}`);
    }
    const size = sizes().fittingSize(network, { auxiliary });
    const addon = loadAddon();
    requireDevice(addon, checkedDevice("Model.create", device));
    const { classes } = network;
    const program = { ...programs().lower(network, { auxiliary }), size };
    const handle = await addon.createModel({ ...program, classes, precision, device, seed, threads });
    return new Model(network, addon, handle, { ...program, auxiliary });
  }

  /**
   * A model of another network on this one's weights: every parameter, gradient, moment and running statistic is this
   * model's of the same name, so that a step of either changes both. It stays usable when this one is disposed of. Auxiliary
   * heads take no part.
   *
   * @param options.seed decides the chance of dropout; default: this model's, which all of its paths then draw from in turn
   * @throws WeightsError naming weights of `network` that this model does not have, or in another shape
   */
  async path(network: Network, options: { readonly seed?: number } = {}): Promise<Model> {
    checkObject("Model.path", "network", network);
    checkObject("Model.path", "network.layers", network.layers);
    checkObject("Model.path", "options", options);
    refuseUnknown("Model.path", options, { seed: true });
    const { seed = -1 } = options;
    const size = sizes().fittingSize(network);
    checkPath("Model.path", network, this.network);
    const program = programs().lower(network);
    const handle = await this.#addon.createPath(this.handle, { ...program, size, seed });
    return new Model(network, this.#addon, handle, { ...program, auxiliary: false });
  }

  /** Names and shapes of all parameters and running statistics. */
  tensors(): { name: string; shape: number[] }[] {
    return this.#addon.tensors(this.handle);
  }

  /** Values of a parameter or running statistic, row-major. */
  async get(name: string): Promise<Float32Array> {
    return this.#addon.getTensor(this.handle, name, false);
  }

  /** Gradient of a parameter after the last `step`, as it was clipped, row-major. */
  async gradient(name: string): Promise<Float32Array> {
    return this.#addon.getTensor(this.handle, name, true);
  }

  /** Replaces a parameter's values, row-major. */
  async set(name: string, values: Float32Array): Promise<void> {
    return this.#addon.setTensor(this.handle, name, values);
  }

  /** All parameters and running statistics. */
  async weights(): Promise<Weights> {
    const tensors = this.tensors().map(async ({ name, shape }): Promise<[string, Weight]> => {
      return [name, { shape, values: await this.get(name) }];
    });
    return new Map(await Promise.all(tensors));
  }

  /**
   * Replaces all parameters and running statistics. Those of an auxiliary head that this model does not have are left out.
   *
   * @throws WeightsError if they are not those of this network, before any is replaced
   */
  async setWeights(weights: Weights): Promise<void> {
    checkWeights("Model.setWeights", this.network, weights, { auxiliary: this.#auxiliary });
    await Promise.all(this.tensors().map(({ name }) => this.set(name, weights.get(name)!.values)));
  }

  /**
   * Logits, row-major [count, classes].
   *
   * @param training normalise by the batch's statistics (and move the running ones) instead of the running ones
   * @param mixture weights of the network's weighted sums, if it has any
   */
  async forward(
    batch: ImageBatch,
    training = false,
    mixture?: Mixture,
    { caller = "Model.forward", signal }: CallContext = {},
  ): Promise<Float32Array> {
    checkObject(caller, "batch", batch);
    const flat = flatMixture(caller, this.#groups, mixture);
    return this.#until(signal, token =>
      this.#addon.forward(this.handle, batch.images, batch.shape, training, flat, token),
    );
  }

  /**
   * Running statistics over some batches alone, of the normalisations that are run: means of the batches' means and of their
   * squares.
   *
   * @param mixture weights of the network's weighted sums, if it has any
   */
  async recalibrate(
    batches: readonly ImageBatch[],
    mixture?: Mixture,
    { caller = "Model.recalibrate", signal }: CallContext = {},
  ): Promise<void> {
    if (!Array.isArray(batches) || batches.length === 0) {
      throw new RangeError(`${caller}: batches must be a list of at least one batch, got ${say(batches)}`);
    }
    for (const batch of batches) checkObject(caller, "each of batches", batch);
    const flat = flatMixture(caller, this.#groups, mixture);
    await this.#until(signal, token => this.#addon.recalibrateOn(this.handle, batches, flat, token));
  }

  /** Begins the call at once, since calls are carried out in their order; rejects with the reason of a signal that aborts. */
  async #until<T>(signal: AbortSignal | undefined, begin: (token?: TokenHandle) => Promise<T>): Promise<T> {
    if (!signal) return begin();
    signal.throwIfAborted();
    const token = this.#addon.createToken();
    const stop = () => this.#addon.breakOff(token);
    signal.addEventListener("abort", stop);
    try {
      return await begin(token);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Of the last `step`, with respect to the weights of its mixture, by group; 0 for inputs of weight 0, which were not run. */
  async mixtureGradients(): Promise<ReadonlyMap<string, Float64Array>> {
    return byGroup(this.#groups, await this.#addon.mixtureGradient(this.handle));
  }

  /** See `Session.probe`. */
  async probe(batch: ImageBatch, options: ProbeOptions = {}): Promise<Probe> {
    checkObject("Model.probe", "batch", batch);
    expectOptions("Model.probe", options, { layers: "list?", towards: "any?" });
    const { layers = [], towards = new Float32Array() } = options;
    if (!(towards instanceof Float32Array)) {
      throw new RangeError(`Model.probe: towards must be a Float32Array, got ${say(towards)}`);
    }
    const values = Int32Array.from(layers, layer => this.#placeOf(layer));
    const probed = await this.#addon.probe(this.handle, batch.images, batch.shape, { values, towards });
    const names = this.tensors().map(({ name }) => name);
    return {
      logits: probed.logits,
      layers: new Map(layers.map((layer, i) => [layer, probed.values[i]])),
      // Running statistics, which are behind the parameters, have none.
      gradients: new Map(probed.gradients.map((gradient, i) => [names[i], gradient])),
      ...(probed.images && { images: probed.images }),
    };
  }

  #placeOf(layer: string): number {
    const place = this.#made.indexOf(layer);
    if (place >= 0) return place;
    const there = this.network.layers.some(({ name }) => name === layer);
    throw new RangeError(
      there
        ? `Model.probe: layer ${say(layer)} makes no feature map of its own, it is computed with the sum or ReLU behind it, or is another ReLU's; ask for that`
        : `Model.probe: expected a layer of ${this.network.name}, got ${say(layer)}`,
    );
  }

  /**
   * One step of the optimiser on one batch, as it comes: no augmentation. Returns the loss before it: the mean
   * cross-entropy, nats, and the auxiliary one by its weight. What
   * an optimiser remembers is kept from step to step; a step of another one begins with nothing.
   *
   * @throws DivergedError where the loss or a gradient is not finite, and nothing was updated
   */
  async step(
    batch: ImageBatch,
    labels: Int32Array,
    options: StepOptions,
    { caller = "Model.step", signal }: CallContext = {},
  ): Promise<number> {
    checkObject(caller, "batch", batch);
    checkObject(caller, "options", options);
    const { optimiserProblem, optimiserSettingNames, wholeSettings } = optimisers();
    refuseUnknown(caller, options, {
      ...optimiserSettingNames,
      labelSmoothing: true,
      auxiliaryWeight: true,
      mixed: true,
      dropoutSeed: true,
      update: true,
      mixture: true,
      weightGradients: true,
      mixtureGradients: true,
    });
    const problem = optimiserProblem(options);
    if (problem) {
      const { field, expected } = problem;
      throw new RangeError(`${caller}: ${field} must be ${expected}, got ${say(options[field])}`);
    }
    const { labelSmoothing = 0, auxiliaryWeight = 0, mixed, update = true, dropoutSeed = -1 } = options;
    const settings = {
      ...wholeSettings(options),
      labelSmoothing,
      auxiliaryWeight,
      dropoutSeed,
      update,
      others: mixed?.labels ?? new Int32Array(),
      share: mixed?.share ?? 1,
      mixture: flatMixture(caller, this.#groups, options.mixture),
      weightGradients: options.weightGradients ?? true,
      mixtureGradients: options.mixtureGradients ?? true,
    };
    const { loss, unusable } = await this.#until(signal, token =>
      this.#addon.step(this.handle, batch.images, batch.shape, labels, settings, token),
    );
    if (unusable === "") return loss;
    const what = unusable === "loss" ? `a finite loss, got ${loss}` : `a finite gradient of "${unusable}"`;
    throw new DivergedError(
      `${caller}: expected ${what}; no weight was changed by this step, but earlier ones may have gone too far: go back to weights of before, with a smaller learningRate (${options.learningRate} here) or a clipNorm`,
      loss,
    );
  }

  /** Exchanges weights and running statistics with their moving averages (`averageDecay`), or back. */
  async exchangeAverages(): Promise<void> {
    return this.#addon.exchangeAverages(this.handle);
  }

  /**
   * Seconds of each of some forward passes, or training steps, on noise that lies on the device; the device has nothing
   * else to do before and after each.
   *
   * @param options.warmUp runs before the first that counts
   */
  async time(options: {
    readonly batch: number;
    readonly resolution: number;
    readonly training: boolean;
    readonly warmUp: number;
    readonly runs: number;
  }): Promise<Float64Array> {
    checkObject("Model.time", "options", options);
    refuseUnknown("Model.time", options, {
      batch: true,
      resolution: true,
      training: true,
      warmUp: true,
      runs: true,
    });
    return this.#addon.time(this.handle, { ...options, channels: this.network.inputChannels });
  }

  /** Frees the model's memory now rather than when it is collected. */
  dispose(): void {
    this.#addon.dispose(this.handle);
  }
}

export function checkObject(caller: string, what: string, value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw new RangeError(`${caller}: ${what} must be an object, got ${say(value)}`);
}

/** @throws EngineUnavailableError when the device is not there, with what was found instead */
export function requireDevice(addon: Addon, device: Device): void {
  if (device === "cpu" || addon.info().cuda) return;
  throw new EngineUnavailableError(
    `engine torch: expected a CUDA card for device "${device}", but torch ${addon.info().torch} sees none; use device "cpu", or install a CUDA build of torch and run "npm run setup"`,
  );
}
