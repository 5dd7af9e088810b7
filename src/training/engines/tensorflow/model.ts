/**
 * A network with weights in tfjs: its forward and backward pass, operator by operator (`operators.ts`).
 *
 * The backward pass is not recorded by tfjs's tape: normalisation and grouped convolution have no gradient there, and
 * written out, every value is freed as soon as it is done with.
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Network } from "../../../networks/network.js";
import { interpret } from "../../../networks/operators/index.js";
import type { Backend } from "./backend.js";
import type { Shape4D } from "./kernels/kernels.js";
import { backward, forward, type Pass } from "./operators.js";
import { Parameters } from "./parameters.js";

/** Images of one batch on the CPU, normalised, in TensorFlow's order [N, H, W, C]. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: Shape4D;
}

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
      values.set(layer.name, interpret(forward, layer, inputs as readonly Tensor4D[], this.#pass(training)));
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
    if (!logits)
      throw new Error(
        "backward: no forward pass in training mode came before; call forward(images, true) first",
      );
    this.#gradients.set(last, tf.tensor(logitsGradient, logits.shape));
    const pass = this.#pass(true);
    for (const layer of layers.toReversed()) {
      const dy = this.#gradients.get(layer.name);
      if (dy) interpret(backward, layer, dy as Tensor4D, pass);
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

  /** What the rows of operators see of the model. */
  #pass(training: boolean): Pass {
    return {
      ...this.#backend,
      parameters: this.parameters,
      training,
      value: name => this.#values.get(name) as Tensor4D,
      saved: this.#saved,
      parameterGradients: this.#parameterGradients,
      accumulate: (name, gradient) => this.#accumulate(name, gradient),
    };
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

/** How many layers read each value. */
function countUses({ layers }: Network): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of layers) {
    for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
