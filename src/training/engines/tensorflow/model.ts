/**
 * A network with weights in tfjs: its forward and backward pass, written out operator by operator.
 *
 * The backward pass is not recorded by tfjs's tape: normalisation and grouped convolution have no gradient there, and
 * written out, every value is freed as soon as it is done with.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Conv, Layer, Linear, MaxPool, Network } from "../../../networks/network.js";
import type { Backend } from "./backend.js";
import type { NormState, Shape4D } from "./kernels/kernels.js";
import { Parameters } from "./parameters.js";
import type { Tf } from "./tf.js";

/** Images of one batch on the CPU, normalised, in TensorFlow's order [N, H, W, C]. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: Shape4D;
}

/** Below every finite activation's use: what max pooling sees outside the image. */
const LOWEST = -3.402823e38;

export class TensorflowModel {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly #backend: Backend;
  /** What a forward pass in training mode keeps for the backward pass, by layer. */
  #values = new Map<string, Tensor>();
  readonly #saved = new Map<string, readonly Tensor1D[]>();
  readonly #gradients = new Map<string, Tensor>();
  readonly #parameterGradients = new Map<string, Tensor>();

  /** @param network as `inferShapes` accepts it; `seed` decides the weights, see Parameters */
  constructor(network: Network, backend: Backend, seed: number) {
    this.network = network;
    this.parameters = new Parameters(network, backend, seed);
    this.#backend = backend;
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
    this.parameters.setGradient(this.#parameterGradients);
    this.#forget();
  }

  /** Frees all tensors. */
  dispose(): void {
    this.#forget();
    this.parameters.dispose();
  }

  #run(layer: Layer, inputs: readonly Tensor[], training: boolean): Tensor {
    const { tf, kernels } = this.#backend;
    const [x, second] = inputs as readonly Tensor4D[];
    switch (layer.op) {
      case "conv": {
        const y = kernels.conv(x, this.parameters.part(`${layer.name}.weight`) as Tensor4D, layer);
        if (!layer.bias) return y;
        const biased = tf.add(y, this.parameters.part(`${layer.name}.bias`));
        y.dispose();
        return biased;
      }
      case "batchnorm": {
        const state = this.#normState(layer.name);
        if (!training) return kernels.normEvaluate(x, state);
        const { y, mean, variance, saved } = kernels.normTrain(x, state);
        this.parameters.setStatistics(layer.name, mean, variance);
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
          const weight = this.parameters.part(`${layer.name}.weight`) as Tensor2D;
          const y = tf.add(
            tf.matMul(rows(tf, x), weight, false, true),
            this.parameters.part(`${layer.name}.bias`),
          );
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
    const weight = this.parameters.part(`${layer.name}.weight`) as Tensor4D;
    const dw = kernels.convWeightGradient(x, weight.shape, dy, layer);
    this.#parameterGradients.set(`${layer.name}.weight`, dw);
    if (layer.bias) this.#parameterGradients.set(`${layer.name}.bias`, tf.sum(dy, [0, 1, 2]));
    const [input] = layer.inputs;
    if (input !== "input") this.#accumulate(input, kernels.convInputGradient(x.shape, weight, dy, layer));
  }

  #linearBackward(layer: Linear, x: Tensor, dy: Tensor): void {
    const { tf } = this.#backend;
    const weight = this.parameters.part(`${layer.name}.weight`) as Tensor2D;
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
      scale: this.parameters.part(`${layer}.weight`) as Tensor1D,
      shift: this.parameters.part(`${layer}.bias`) as Tensor1D,
      ...this.parameters.statistics(layer),
    };
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

/** How many layers read each value. */
function countUses({ layers }: Network): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of layers) {
    for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
