/** Adam (Kingma and Ba 2015) over a flat vector, for controllers and surrogates that are too small for an engine. */

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export class Adam {
  readonly #settings: Required<AdamSettings>;
  readonly first: Float64Array | Float32Array;
  readonly second: Float64Array | Float32Array;
  steps = 0;

  /** @param Values what the moments are kept in */
  constructor(
    size: number,
    settings: AdamSettings,
    Values: Float64ArrayConstructor | Float32ArrayConstructor = Float64Array,
  ) {
    this.#settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...settings };
    this.first = new Values(size);
    this.second = new Values(size);
  }

  /** A step down the gradient, in place. */
  step(parameters: Float64Array | Float32Array, gradient: Float64Array | Float32Array): void {
    const { learningRate, beta1, beta2, epsilon } = this.#settings;
    const { first, second } = this;
    this.steps++;
    // Both moments begin at zero, which is taken out of the rate and of the root.
    const rate = learningRate / (1 - beta1 ** this.steps);
    const root = 1 / Math.sqrt(1 - beta2 ** this.steps);
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i];
      const mean = beta1 * first[i] + (1 - beta1) * slope;
      const square = beta2 * second[i] + (1 - beta2) * slope * slope;
      first[i] = mean;
      second[i] = square;
      parameters[i] -= (rate * mean) / (root * Math.sqrt(square) + epsilon);
    }
  }
}
