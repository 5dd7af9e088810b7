/**
 * A multilayer perceptron with one output, ReLU between its layers, over typed arrays: what a surrogate trains is too small for
 * an engine, whose calls would take longer than their work. Rows are sparse, as encodings are.
 */
import type { Random } from "../../base/random.js";
import { Adam } from "../controllers/adam.js";

export interface PerceptronSettings {
  /** Hidden layers. */
  readonly layers: number;
  readonly width: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Where its weights begin, input by input; its biases follow. */
  readonly start: number;
}

export class Perceptron {
  readonly parameters: Float64Array;
  readonly #layers: readonly Layer[];
  /** Of one row, behind each layer; the gradient by them. */
  readonly #values: readonly Float64Array[];
  readonly #errors: readonly Float64Array[];

  /** Weights by Glorot and Bengio's uniform distribution, biases 0. */
  constructor(inputs: number, hidden: number, width: number, random: Random) {
    const layers: Layer[] = [];
    let size = 0;
    for (let i = 0; i <= hidden; i++) {
      const layer = {
        inputs: i === 0 ? inputs : width,
        outputs: i === hidden ? 1 : width,
        start: size,
      };
      layers.push(layer);
      size += (layer.inputs + 1) * layer.outputs;
    }
    this.#layers = layers;
    this.parameters = new Float64Array(size);
    for (const { inputs: from, outputs, start } of layers) {
      const most = Math.sqrt(6 / (from + outputs));
      for (let i = 0; i < from * outputs; i++) this.parameters[start + i] = most * (2 * random() - 1);
    }
    this.#values = layers.map(({ outputs }) => new Float64Array(outputs));
    this.#errors = layers.map(({ outputs }) => new Float64Array(outputs));
  }

  /** The output of one row. */
  predict(row: Float64Array): number {
    const { parameters } = this;
    let from = row;
    for (const [l, { inputs, outputs, start }] of this.#layers.entries()) {
      const to = this.#values[l];
      const bias = start + inputs * outputs;
      for (let o = 0; o < outputs; o++) to[o] = parameters[bias + o];
      for (let i = 0; i < inputs; i++) {
        const value = from[i];
        if (value === 0) continue;
        const at = start + i * outputs;
        for (let o = 0; o < outputs; o++) to[o] += value * parameters[at + o];
      }
      if (l < this.#layers.length - 1) for (let o = 0; o < outputs; o++) if (to[o] < 0) to[o] = 0;
      from = to;
    }
    return from[0];
  }

  /** Adds to `into` the gradient of weight · output by all parameters; after `predict` of the same row. */
  addGradient(row: Float64Array, weight: number, into: Float64Array): void {
    const { parameters } = this;
    const last = this.#layers.length - 1;
    this.#errors[last][0] = weight;
    for (let l = last; l >= 0; l--) {
      const { inputs, outputs, start } = this.#layers[l];
      const errors = this.#errors[l];
      const from = l === 0 ? row : this.#values[l - 1];
      const below = l === 0 ? undefined : this.#errors[l - 1];
      const bias = start + inputs * outputs;
      for (let o = 0; o < outputs; o++) into[bias + o] += errors[o];
      for (let i = 0; i < inputs; i++) {
        const value = from[i];
        // Behind ReLU a zero passes nothing back either.
        if (value === 0) {
          if (below) below[i] = 0;
          continue;
        }
        const at = start + i * outputs;
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          into[at + o] += value * errors[o];
          sum += errors[o] * parameters[at + o];
        }
        if (below) below[i] = sum;
      }
    }
  }

  /** Trains by the mean absolute error, in an order drawn anew in each epoch, with Adam (β₂ 0.99, naszilla's). */
  train(
    rows: readonly Float64Array[],
    targets: ArrayLike<number>,
    { epochs, batch, learningRate }: PerceptronSettings,
    random: Random,
  ): void {
    const adam = new Adam(this.parameters.length, { learningRate, beta2: 0.99, epsilon: 1e-7 });
    const gradient = new Float64Array(this.parameters.length);
    const order = Array.from(rows.keys());
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [order[i], order[j]] = [order[j], order[i]];
      }
      for (let from = 0; from < order.length; from += batch) {
        const to = Math.min(from + batch, order.length);
        gradient.fill(0);
        for (let k = from; k < to; k++) {
          const row = rows[order[k]];
          const over = this.predict(row) - targets[order[k]];
          if (over !== 0) this.addGradient(row, Math.sign(over) / (to - from), gradient);
        }
        adam.step(this.parameters, gradient);
      }
    }
  }
}
