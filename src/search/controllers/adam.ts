/** Adam (Kingma and Ba 2015) over a flat vector, for controllers and surrogates that are too small for an engine. */

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export class Adam {
  readonly #settings: Required<AdamSettings>;
  readonly first: Float64Array;
  readonly second: Float64Array;
  steps = 0;

  constructor(size: number, settings: AdamSettings) {
    this.#settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...settings };
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  /** A step down the gradient, in place. */
  step(parameters: Float64Array, gradient: Float64Array): void {
    const { learningRate, beta1, beta2, epsilon } = this.#settings;
    this.steps++;
    const [scale1, scale2] = [1 - beta1 ** this.steps, 1 - beta2 ** this.steps];
    for (let i = 0; i < parameters.length; i++) {
      this.first[i] = beta1 * this.first[i] + (1 - beta1) * gradient[i];
      this.second[i] = beta2 * this.second[i] + (1 - beta2) * gradient[i] * gradient[i];
      parameters[i] -=
        (learningRate * (this.first[i] / scale1)) / (Math.sqrt(this.second[i] / scale2) + epsilon);
    }
  }
}
