/**
 * What a network learns, in tfjs: parameters, running statistics and their moving averages, and the update.
 *
 * All parameters lie in one tensor, so that an update takes eight operations however many layers there are; one
 * operation costs tens of microseconds.
 */
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Network } from "../../../networks/network.js";
import type { Weights } from "../../engine.js";
import { type NetworkTensor, weightTensors } from "../../weights/weights.js";
import type { Backend } from "./backend.js";
import type { NormState } from "./kernels/kernels.js";
import { type Placement, sizeOf, tensorflowShape, toTensorflow, toTorch } from "./kernels/layout.js";
import { TorchRandom } from "../../batches/torch-random.js";
import { type WholeSettings, wholeSettings } from "../../recipe/optimisers.js";
import type { OptimiserSettings } from "../../recipe.js";
import { beginMoments, clipped, type Moments, optimise } from "./optimise.js";

/** One update's settings. */
export type UpdateOptions = OptimiserSettings;

/** What it is, how it begins, and where it lies. */
type Parameter = NetworkTensor & Placement;

export class Parameters {
  readonly #backend: Backend;
  readonly #placements: readonly Parameter[];
  readonly #statistics = new Map<string, Tensor1D>();
  /** All parameters, one after the other, each in TensorFlow's layout. */
  #flat: Tensor1D;
  /** What the optimiser remembers: the momentum or mean of gradients, the mean of their squares, Adam's steps. */
  #moments: Moments;
  #gradient: Tensor1D | undefined;
  /** Moving averages of the parameters and statistics, once an update asked for them. */
  #average: { flat: Tensor1D; readonly statistics: Map<string, Tensor1D> } | undefined;
  /** Each parameter's weight decay, where they differ by kind, and for which decays it was made. */
  #decays: { readonly of: string; readonly values: Tensor1D } | undefined;
  readonly #filled = new Map<string, Tensor1D>();
  /** The parameters as tensors of their own, made again after every update. */
  #parts: Map<string, Tensor> | undefined;

  /**
   * Weights as engine torch draws them for the same seed: convolutions N(0, √(2 / (kernel² · out))), fully
   * connected N(0, 0.01), normalisation scale 1, all biases 0 (pycls).
   *
   * @param network as `inferShapes` accepts it
   */
  constructor(network: Network, backend: Backend, seed: number) {
    this.#backend = backend;
    const { tf } = backend;
    this.#placements = place(network);
    const last = this.#placements.at(-1);
    const values = new Float32Array(last ? last.offset + last.size : 0);
    const random = new TorchRandom(seed);
    for (const { initial, shape, offset, size } of this.#placements) {
      if (typeof initial === "number") values.fill(initial, offset, offset + size);
      else values.set(toTensorflow(random.normal(size, initial.normal), shape), offset);
    }
    this.#flat = tf.tensor1d(values);
    this.#moments = beginMoments(tf, "sgd", values.length);
    for (const { name, role, shape, initial } of weightTensors(network)) {
      if (role === "statistic")
        this.#statistics.set(name, initial === 1 ? tf.ones([shape[0]]) : tf.zeros([shape[0]]));
    }
  }

  /** Names and (PyTorch's) shapes of all parameters and running statistics. */
  tensors(): { name: string; shape: readonly number[] }[] {
    const statistics = [...this.#statistics].map(([name, { shape }]) => ({ name, shape }));
    return [...this.#placements.map(({ name, shape }) => ({ name, shape })), ...statistics];
  }

  /** All of them, copied. */
  weights(): Weights {
    return new Map(this.tensors().map(({ name, shape }) => [name, { shape, values: this.get(name) }]));
  }

  /** Replaces all of them; `checkWeights` says whether they fit. */
  setWeights(weights: Weights): void {
    const { tf } = this.#backend;
    const all = new Float32Array(this.#flat.size);
    for (const { name, shape, offset } of this.#placements) {
      all.set(toTensorflow(weights.get(name)!.values, shape), offset);
    }
    this.#replaceParameters(tf.tensor1d(all));
    for (const name of this.#statistics.keys()) this.set(name, weights.get(name)!.values);
  }

  /** Values of a parameter or running statistic in PyTorch's order. */
  get(name: string): Float32Array {
    const statistic = this.#statistics.get(name);
    return statistic ? statistic.dataSync<"float32">().slice() : this.#read(this.#flat, name);
  }

  /** Gradient of a parameter after the last `backward`, in PyTorch's order. */
  gradient(name: string): Float32Array {
    if (!this.#gradient) throw new Error("gradient: no backward pass came before");
    return this.#read(this.#gradient, name);
  }

  /** Replaces a parameter's or running statistic's values, given in PyTorch's order. */
  set(name: string, values: Float32Array): void {
    const { tf } = this.#backend;
    const statistic = this.#statistics.get(name);
    const { shape, offset, size } = statistic
      ? { shape: statistic.shape, offset: 0, size: statistic.size }
      : this.#place(name);
    if (values.length !== size) {
      throw new RangeError(`parameter "${name}" has ${size} values, got ${values.length}`);
    }
    if (statistic) {
      this.#statistics.set(name, tf.tensor1d(values.slice()));
      statistic.dispose();
      return;
    }
    const all = this.#flat.dataSync<"float32">().slice();
    all.set(toTensorflow(values, shape), offset);
    this.#replaceParameters(tf.tensor1d(all));
  }

  /** A parameter as a tensor of its own, in TensorFlow's layout, until the next update. */
  part(name: string): Tensor {
    this.#parts ??= this.#takeApart();
    return this.#parts.get(name)!;
  }

  /** A number for each of some channels: what a normalisation without a scale and a shift has for them. */
  filled(value: 0 | 1, channels: number): Tensor1D {
    const key = `${value} ${channels}`;
    const { tf } = this.#backend;
    const known = this.#filled.get(key);
    if (known) return known;
    const made: Tensor1D = tf.keep(value === 1 ? tf.ones([channels]) : tf.zeros([channels]));
    this.#filled.set(key, made);
    return made;
  }

  /** A normalisation's running statistics. */
  statistics(layer: string): Pick<NormState, "mean" | "variance"> {
    return {
      mean: this.#statistics.get(`${layer}.running_mean`)!,
      variance: this.#statistics.get(`${layer}.running_var`)!,
    };
  }

  /** Takes over a normalisation's running statistics, and frees the former. */
  setStatistics(layer: string, mean: Tensor1D, variance: Tensor1D): void {
    const former = this.statistics(layer);
    this.#backend.tf.dispose([former.mean, former.variance]);
    this.#statistics.set(`${layer}.running_mean`, mean);
    this.#statistics.set(`${layer}.running_var`, variance);
  }

  /** Sets every parameter's gradient; 0 for those of layers that do not lead to the logits. */
  setGradient(gradients: ReadonlyMap<string, Tensor>): void {
    const { tf } = this.#backend;
    const gradient = tf.tidy(() => {
      const parts = this.#placements.map(({ name, size }): Tensor1D => {
        const part = gradients.get(name);
        return part ? tf.reshape(part, [size]) : tf.zeros([size]);
      });
      return parts.length === 1 ? tf.clone(parts[0]) : tf.concat1d(parts);
    });
    this.#gradient?.dispose();
    this.#gradient = gradient;
  }

  /** One step of the optimiser on every parameter, from the gradient as it is then clipped; moves the averages. */
  update(options: UpdateOptions): void {
    const settings = wholeSettings(options);
    const { optimiser, clipNorm, averageDecay } = settings;
    const { tf } = this.#backend;
    if (!this.#gradient) throw new Error("update: no backward pass came before");
    if (clipNorm > 0) {
      const gradient = clipped(tf, this.#gradient, clipNorm);
      this.#gradient.dispose();
      this.#gradient = gradient;
    }
    if (this.#moments.of !== optimiser) {
      this.#dropMoments();
      this.#moments = beginMoments(tf, optimiser, this.#flat.size);
    }
    const slots = { flat: this.#flat, gradient: this.#gradient, decay: this.#decay(settings) };
    const { flat, moments } = optimise(tf, settings, slots, this.#moments);
    this.#dropMoments();
    this.#moments = moments;
    this.#replaceParameters(flat);
    if (averageDecay > 0) this.#moveAverages(averageDecay);
  }

  /** Exchanges parameters and running statistics with their moving averages, or back. Nothing while there are none. */
  exchangeAverages(): void {
    if (!this.#average) return;
    const { flat, statistics } = this.#average;
    this.#dropParts();
    this.#average.flat = this.#flat;
    this.#flat = flat;
    for (const [name, average] of statistics) {
      statistics.set(name, this.#statistics.get(name)!);
      this.#statistics.set(name, average);
    }
  }

  /** Frees all tensors. */
  dispose(): void {
    const { tf } = this.#backend;
    this.#dropParts();
    this.#dropMoments();
    tf.dispose([this.#flat, ...this.#statistics.values(), ...this.#filled.values()]);
    this.#filled.clear();
    if (this.#average) tf.dispose([this.#average.flat, ...this.#average.statistics.values()]);
    this.#average = undefined;
    this.#decays?.values.dispose();
    this.#decays = undefined;
    this.#gradient?.dispose();
    this.#gradient = undefined;
  }

  /** The decay of all parameters, or of each where kinds differ. */
  #decay({ weightDecay, normWeightDecay, biasWeightDecay }: WholeSettings) {
    if (normWeightDecay === weightDecay && biasWeightDecay === weightDecay) return weightDecay;
    const of = [weightDecay, normWeightDecay, biasWeightDecay].join();
    if (this.#decays?.of === of) return this.#decays.values;
    this.#decays?.values.dispose();
    const values = new Float32Array(this.#flat.size);
    const own = { weight: weightDecay, norm: normWeightDecay, bias: biasWeightDecay, statistic: 0 };
    for (const { role, offset, size } of this.#placements) values.fill(own[role], offset, offset + size);
    this.#decays = { of, values: this.#backend.tf.tensor1d(values) };
    return this.#decays.values;
  }

  /** As torch.optim.swa_utils: a copy after the first step, then average + (1 − decay) · (value − average). */
  #moveAverages(decay: number): void {
    const { tf } = this.#backend;
    if (!this.#average) {
      const statistics = new Map([...this.#statistics].map(([name, value]) => [name, tf.clone(value)]));
      this.#average = { flat: tf.clone(this.#flat), statistics };
      return;
    }
    const moved = (average: Tensor1D, value: Tensor1D): Tensor1D => {
      const next = tf.tidy(() => tf.add<Tensor1D>(average, tf.mul(tf.sub(value, average), 1 - decay)));
      average.dispose();
      return next;
    };
    const { flat, statistics } = this.#average;
    this.#average.flat = moved(flat, this.#flat);
    for (const [name, average] of statistics) {
      statistics.set(name, moved(average, this.#statistics.get(name)!));
    }
  }

  #takeApart(): Map<string, Tensor> {
    const { tf } = this.#backend;
    const parts = tf.tidy(() => {
      const sizes = this.#placements.map(({ size }) => size);
      const flat = sizes.length === 1 ? [tf.clone(this.#flat)] : tf.split(this.#flat, sizes);
      return flat.map((part, i) => {
        const { shape } = this.#placements[i];
        // Kept: this may happen inside the tidy of the first layer that asks.
        return tf.keep(shape.length === 1 ? part : tf.reshape(part, tensorflowShape(shape)));
      });
    });
    return new Map(this.#placements.map(({ name }, i) => [name, parts[i]]));
  }

  #place(name: string): Placement {
    const found = this.#placements.find(placement => placement.name === name);
    if (!found) throw new RangeError(`no parameter is named "${name}"`);
    return found;
  }

  #read(flat: Tensor1D, name: string): Float32Array {
    const { shape, offset, size } = this.#place(name);
    return toTorch(flat.dataSync<"float32">().subarray(offset, offset + size), shape);
  }

  #replaceParameters(flat: Tensor1D): void {
    this.#dropParts();
    this.#flat.dispose();
    this.#flat = flat;
  }

  #dropMoments(): void {
    this.#backend.tf.dispose([this.#moments.first, this.#moments.second]);
  }

  #dropParts(): void {
    if (this.#parts) this.#backend.tf.dispose([...this.#parts.values()]);
    this.#parts = undefined;
  }
}

/** What is learned, in the order of the layers, a layer's weight before its bias: the order in which torch draws. */
function place(network: Network): Parameter[] {
  const placements: Parameter[] = [];
  let offset = 0;
  for (const tensor of weightTensors(network)) {
    if (tensor.role === "statistic") continue;
    const size = sizeOf(tensor.shape);
    placements.push({ ...tensor, offset, size });
    offset += size;
  }
  return placements;
}
