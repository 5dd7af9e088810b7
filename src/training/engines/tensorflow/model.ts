/**
 * A network with weights in tfjs: its forward and backward pass, written out operator by operator, and the update.
 *
 * The backward pass is not recorded by tfjs's tape: normalisation and grouped convolution have no gradient there, and
 * written out, every value is freed as soon as it is done with. All parameters lie in one tensor, so that an update
 * takes eight operations however many layers there are; one operation costs tens of microseconds.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Conv, Layer, Linear, MaxPool, Network } from "../../../networks/network.js";
import type { Weights } from "../../engine.js";
import { weightShapes } from "../../weights/weights.js";
import type { Backend } from "./backend.js";
import type { NormState, Shape4D } from "./kernels.js";
import { type Placement, sizeOf, tensorflowShape, toTensorflow, toTorch } from "./layout.js";
import type { Tf } from "./tf.js";
import { TorchRandom } from "./torch-random.js";

/** Images of one batch on the CPU, normalised, in TensorFlow's order [N, H, W, C]. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: Shape4D;
}

/** One update's settings; see Recipe. */
export interface UpdateOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly normWeightDecay?: number;
  readonly biasWeightDecay?: number;
  readonly averageDecay?: number;
}

/** Below every finite activation's use: what max pooling sees outside the image. */
const LOWEST = -3.402823e38;

export class TensorflowModel {
  readonly network: Network;
  readonly #backend: Backend;
  readonly #placements: readonly Placement[];
  readonly #statistics = new Map<string, Tensor1D>();
  /** All parameters, one after the other, each in TensorFlow's layout. */
  #flat: Tensor1D;
  #momentum: Tensor1D;
  #gradient: Tensor1D | undefined;
  /** Moving averages of the parameters and statistics, once an update asked for them. */
  #average: { flat: Tensor1D; readonly statistics: Map<string, Tensor1D> } | undefined;
  /** Each parameter's weight decay, where they differ by kind, and for which decays it was made. */
  #decays: { readonly of: string; readonly values: Tensor1D } | undefined;
  /** The parameters as tensors of their own, made again after every update. */
  #parts: Map<string, Tensor> | undefined;
  /** What a forward pass in training mode keeps for the backward pass, by layer. */
  #values = new Map<string, Tensor>();
  readonly #saved = new Map<string, readonly Tensor1D[]>();
  readonly #gradients = new Map<string, Tensor>();
  readonly #parameterGradients = new Map<string, Tensor>();

  /**
   * Weights as engine torch draws them for the same seed: convolutions N(0, √(2 / (kernel² · out))), fully
   * connected N(0, 0.01), normalisation scale 1, all biases 0 (pycls).
   *
   * @param network as `inferShapes` accepts it
   */
  constructor(network: Network, backend: Backend, seed: number) {
    this.network = network;
    this.#backend = backend;
    const { tf } = backend;
    this.#placements = place(network);
    const last = this.#placements.at(-1);
    const values = new Float32Array(last ? last.offset + last.size : 0);
    const random = new TorchRandom(seed);
    for (const { name, shape, offset, size } of this.#placements) {
      if (shape.length > 1) {
        const [out, , kernel] = shape;
        const std = shape.length === 4 ? Math.sqrt(2 / (kernel * kernel * out)) : 0.01;
        values.set(toTensorflow(random.normal(size, std), shape), offset);
      } else if (name.endsWith(".weight")) values.fill(1, offset, offset + size);
    }
    this.#flat = tf.tensor1d(values);
    this.#momentum = tf.zeros([values.length]);
    for (const layer of network.layers) {
      if (layer.op !== "batchnorm") continue;
      this.#statistics.set(`${layer.name}.running_mean`, tf.zeros([layer.channels]));
      this.#statistics.set(`${layer.name}.running_var`, tf.ones([layer.channels]));
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

  /**
   * Logits, row-major [count, classes].
   *
   * @param training normalise by the batch's statistics, move the running ones, and keep what `backward` needs
   */
  forward(images: Images, training: boolean): Float32Array {
    const { tf } = this.#backend;
    this.#forget();
    const values = new Map<string, Tensor>([["input", tf.tensor4d(images.values, images.shape)]]);
    const uses = training ? undefined : countUses(this.network);
    for (const layer of this.network.layers) {
      const inputs = layer.inputs.map(name => values.get(name)!);
      values.set(layer.name, this.#run(layer, inputs, training));
      if (!uses) continue;
      for (const name of layer.inputs) {
        const left = uses.get(name)! - 1;
        uses.set(name, left);
        if (left === 0) values.get(name)!.dispose();
      }
    }
    const last = values.get(this.network.layers.at(-1)!.name)!;
    const logits = last.dataSync<"float32">().slice();
    if (training) this.#values = values;
    else tf.dispose([...values.values()].filter(value => !value.isDisposed));
    return logits;
  }

  /** Sets every parameter's gradient from that of the logits; consumes what `forward` in training mode kept. */
  backward(logitsGradient: Float32Array): void {
    const { tf } = this.#backend;
    const { layers } = this.network;
    const last = layers.at(-1)!.name;
    const logits = this.#values.get(last);
    if (!logits) throw new Error("backward: no forward pass in training mode came before");
    this.#gradients.set(last, tf.tensor(logitsGradient, logits.shape));
    for (const layer of layers.toReversed()) {
      const dy = this.#gradients.get(layer.name);
      if (dy) this.#runBackward(layer, dy);
      dy?.dispose();
      this.#gradients.delete(layer.name);
      this.#values.get(layer.name)!.dispose();
      this.#values.delete(layer.name);
    }
    const gradient = tf.tidy(() => {
      const parts = this.#placements.map(({ name, size }): Tensor1D => {
        const part = this.#parameterGradients.get(name);
        // Of a layer that does not lead to the logits.
        return part ? tf.reshape(part, [size]) : tf.zeros([size]);
      });
      return parts.length === 1 ? tf.clone(parts[0]) : tf.concat1d(parts);
    });
    this.#forget();
    this.#gradient?.dispose();
    this.#gradient = gradient;
  }

  /** SGD with Nesterov momentum as torch.optim.SGD computes it, on every parameter; moves the averages. */
  update(options: UpdateOptions): void {
    const { learningRate, momentum, averageDecay = 0 } = options;
    const { tf } = this.#backend;
    if (!this.#gradient) throw new Error("update: no backward pass came before");
    const gradient = this.#gradient;
    const decay = this.#decay(options);
    const [velocity, flat] = tf.tidy(() => {
      const decayed = decay === 0 ? gradient : tf.add(gradient, tf.mul(this.#flat, decay));
      if (momentum === 0) {
        return [tf.clone(this.#momentum), tf.sub<Tensor1D>(this.#flat, tf.mul(decayed, learningRate))];
      }
      const moved: Tensor1D = tf.add(tf.mul(this.#momentum, momentum), decayed);
      const step = tf.mul(tf.add(decayed, tf.mul(moved, momentum)), learningRate);
      return [moved, tf.sub<Tensor1D>(this.#flat, step)];
    });
    this.#momentum.dispose();
    this.#momentum = velocity;
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
    this.#forget();
    this.#dropParts();
    tf.dispose([this.#flat, this.#momentum, ...this.#statistics.values()]);
    if (this.#average) tf.dispose([this.#average.flat, ...this.#average.statistics.values()]);
    this.#average = undefined;
    this.#decays?.values.dispose();
    this.#decays = undefined;
    this.#gradient?.dispose();
    this.#gradient = undefined;
  }

  /** The decay of all parameters, or of each where kinds differ. */
  #decay({ weightDecay, normWeightDecay = weightDecay, biasWeightDecay = weightDecay }: UpdateOptions) {
    if (normWeightDecay === weightDecay && biasWeightDecay === weightDecay) return weightDecay;
    const of = [weightDecay, normWeightDecay, biasWeightDecay].join();
    if (this.#decays?.of === of) return this.#decays.values;
    this.#decays?.values.dispose();
    const values = new Float32Array(this.#flat.size);
    for (const { name, shape, offset, size } of this.#placements) {
      const isNorm = this.#statistics.has(name.replace(/\.\w+$/, ".running_mean"));
      const own = shape.length > 1 ? weightDecay : isNorm ? normWeightDecay : biasWeightDecay;
      values.fill(own, offset, offset + size);
    }
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

  #run(layer: Layer, inputs: readonly Tensor[], training: boolean): Tensor {
    const { tf, kernels } = this.#backend;
    const [x, second] = inputs as readonly Tensor4D[];
    switch (layer.op) {
      case "conv": {
        const y = kernels.conv(x, this.#part(`${layer.name}.weight`) as Tensor4D, layer);
        if (!layer.bias) return y;
        const biased = tf.add(y, this.#part(`${layer.name}.bias`));
        y.dispose();
        return biased;
      }
      case "batchnorm": {
        const state = this.#normState(layer.name);
        if (!training) return kernels.normEvaluate(x, state);
        const { y, mean, variance, saved } = kernels.normTrain(x, state);
        tf.dispose([state.mean, state.variance]);
        this.#statistics.set(`${layer.name}.running_mean`, mean);
        this.#statistics.set(`${layer.name}.running_var`, variance);
        this.#saved.set(layer.name, saved);
        return y;
      }
      case "relu":
        return tf.relu(x);
      case "silu":
        return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
      case "sigmoid":
        return tf.sigmoid(x);
      case "maxpool":
        return tf.tidy(() => tf.maxPool(this.#bordered(x, layer), layer.kernel, layer.stride, "valid"));
      case "avgpool":
        return tf.mean(x, [1, 2], true);
      case "linear":
        return tf.tidy(() => {
          const weight = this.#part(`${layer.name}.weight`) as Tensor2D;
          const y = tf.add(tf.matMul(rows(tf, x), weight, false, true), this.#part(`${layer.name}.bias`));
          // Height and width 1 as elsewhere: a gate may be made by linear layers.
          return tf.reshape(y, [x.shape[0], 1, 1, layer.out]);
        });
      case "add":
        return tf.add(x, second);
      case "multiply":
        return tf.mul(x, second);
      default:
        throw new Error(`layer "${layer.name}": engine tensorflow has no ${layer.op}`);
    }
  }

  #runBackward(layer: Layer, dy: Tensor): void {
    const { tf, kernels } = this.#backend;
    const [xName, secondName] = layer.inputs;
    const value = (name: string) => this.#values.get(name) as Tensor4D;
    const x = value(xName);
    const y = value(layer.name);
    switch (layer.op) {
      case "conv":
        return this.#convBackward(layer, x, dy as Tensor4D);
      case "batchnorm": {
        const { scale } = this.#normState(layer.name);
        const gradient = kernels.normGradient(x, dy as Tensor4D, scale, this.#saved.get(layer.name)!);
        this.#parameterGradients.set(`${layer.name}.weight`, gradient.scale);
        this.#parameterGradients.set(`${layer.name}.bias`, gradient.shift);
        return this.#accumulate(xName, gradient.x);
      }
      case "relu":
        return this.#accumulate(xName, kernels.reluGradient(y, dy));
      case "silu":
        // s + x s (1 − s), with s = σ(x).
        return this.#accumulate(
          xName,
          tf.tidy(() => {
            const s = tf.sigmoid(x);
            return tf.mul(dy, tf.add(s, tf.mul(y, tf.sub(1, s))));
          }),
        );
      case "sigmoid":
        return this.#accumulate(
          xName,
          tf.tidy(() => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
        );
      case "maxpool":
        return this.#accumulate(xName, this.#maxpoolGradient(layer, x, y, dy));
      case "avgpool": {
        const [, height, width] = x.shape;
        return this.#accumulate(
          xName,
          tf.tidy(() => tf.tile(tf.div(dy, height * width), [1, height, width, 1])),
        );
      }
      case "linear":
        return this.#linearBackward(layer, x, dy);
      case "add":
        this.#accumulate(xName, tf.clone(dy));
        return this.#accumulate(secondName, tf.clone(dy));
      case "multiply":
        this.#accumulate(
          secondName,
          tf.tidy(() => tf.sum(tf.mul(dy, x), [1, 2], true)),
        );
        return this.#accumulate(xName, tf.mul(dy, value(secondName)));
    }
  }

  #convBackward(layer: Conv, x: Tensor4D, dy: Tensor4D): void {
    const { tf, kernels } = this.#backend;
    const weight = this.#part(`${layer.name}.weight`) as Tensor4D;
    const dw = kernels.convWeightGradient(x, weight.shape, dy, layer);
    this.#parameterGradients.set(`${layer.name}.weight`, dw);
    if (layer.bias) this.#parameterGradients.set(`${layer.name}.bias`, tf.sum(dy, [0, 1, 2]));
    const [input] = layer.inputs;
    if (input !== "input") this.#accumulate(input, kernels.convInputGradient(x.shape, weight, dy, layer));
  }

  #linearBackward(layer: Linear, x: Tensor, dy: Tensor): void {
    const { tf } = this.#backend;
    const weight = this.#part(`${layer.name}.weight`) as Tensor2D;
    const gradient = rows(tf, dy);
    const dw = tf.tidy(() => tf.matMul(gradient, rows(tf, x), true, false));
    this.#parameterGradients.set(`${layer.name}.weight`, dw);
    this.#parameterGradients.set(`${layer.name}.bias`, tf.sum(gradient, 0));
    const dx = tf.tidy(() => tf.reshape(tf.matMul(gradient, weight), x.shape));
    gradient.dispose();
    this.#accumulate(layer.inputs[0], dx);
  }

  #maxpoolGradient({ kernel, stride }: MaxPool, x: Tensor4D, y: Tensor4D, dy: Tensor): Tensor {
    const { tf } = this.#backend;
    const border = (kernel - 1) / 2;
    return tf.tidy(() => {
      const inputs = { dy, input: this.#bordered(x, { kernel }), output: y };
      const attributes = { filterSize: kernel, strides: stride, pad: "valid" };
      const dx: Tensor4D = tf.engine().runKernel(tf.MaxPoolGrad, inputs, attributes);
      return tf.slice4d(dx, [0, border, border, 0], x.shape);
    });
  }

  /** With the border that a pooling window of this size reads. */
  #bordered(x: Tensor4D, { kernel }: { kernel: number }): Tensor4D {
    const border = (kernel - 1) / 2;
    const sides: [number, number] = [border, border];
    return this.#backend.tf.pad4d(x, [[0, 0], sides, sides, [0, 0]], LOWEST);
  }

  /** Takes over `gradient`, a part of that of the value `name`. */
  #accumulate(name: string, gradient: Tensor): void {
    const { tf } = this.#backend;
    const before = this.#gradients.get(name);
    if (name === "input") gradient.dispose();
    else if (before) {
      this.#gradients.set(name, tf.add(before, gradient));
      before.dispose();
      gradient.dispose();
    } else this.#gradients.set(name, gradient);
  }

  #normState(layer: string): NormState {
    return {
      scale: this.#part(`${layer}.weight`) as Tensor1D,
      shift: this.#part(`${layer}.bias`) as Tensor1D,
      mean: this.#statistics.get(`${layer}.running_mean`)!,
      variance: this.#statistics.get(`${layer}.running_var`)!,
    };
  }

  #part(name: string): Tensor {
    this.#parts ??= this.#takeApart();
    return this.#parts.get(name)!;
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

  #dropParts(): void {
    if (this.#parts) this.#backend.tf.dispose([...this.#parts.values()]);
    this.#parts = undefined;
  }

  /** Frees what lies between a forward and a backward pass. */
  #forget(): void {
    const { tf } = this.#backend;
    const rest = [
      ...this.#values.values(),
      ...this.#gradients.values(),
      ...this.#parameterGradients.values(),
    ];
    tf.dispose([...rest, ...[...this.#saved.values()].flat()]);
    for (const map of [this.#values, this.#gradients, this.#parameterGradients, this.#saved]) map.clear();
  }
}

/** [N, 1, 1, C] as [N, C]. */
const rows = (tf: Tf, x: Tensor): Tensor2D => tf.reshape(x, [x.shape[0], x.shape.at(-1)!]);

/** What is learnt, in the order of the layers, a layer's weight before its bias: the order in which torch draws. */
function place(network: Network): Placement[] {
  const placements: Placement[] = [];
  let offset = 0;
  for (const [name, shape] of weightShapes(network)) {
    if (name.includes(".running_")) continue;
    const size = sizeOf(shape);
    placements.push({ name, shape, offset, size });
    offset += size;
  }
  return placements;
}

/** How many layers read each value. */
function countUses({ layers }: Network): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of layers) {
    for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
