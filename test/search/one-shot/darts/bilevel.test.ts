/** The gradient of bilevel optimisation on problems whose answer is known without it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  architectureSlopes,
  type Direction,
  type InnerProblem,
} from "../../../../src/search/one-shot/darts/bilevel.js";

type Vector = number[];
type Matrix = readonly Vector[];

const times = (matrix: Matrix, x: ArrayLike<number>): Vector =>
  matrix.map(line => line.reduce((sum, value, j) => sum + value * x[j], 0));
const transposed = (matrix: Matrix): Matrix => matrix[0].map((_, j) => matrix.map(line => line[j]));
const norm = (x: Vector): number => Math.hypot(...x);

/** L_train(w, α) and L_val(w, α) by their gradients. */
interface Losses {
  readonly weights: (w: Vector, alpha: ArrayLike<number>) => Vector;
  readonly alpha: (w: Vector, alpha: ArrayLike<number>) => Vector;
}

/** Weights in memory, with SGD's momentum and weight decay. */
class Toy implements InnerProblem<"training" | "validation"> {
  weights: Vector;
  momentum = 0;
  decay = 0;
  buffer: Vector;
  readonly #losses: Readonly<Record<"training" | "validation", Losses>>;
  released = 0;

  constructor(weights: Vector, losses: Readonly<Record<"training" | "validation", Losses>>) {
    this.weights = weights;
    this.buffer = weights.map(() => 0);
    this.#losses = losses;
  }

  async slopes(batch: "training" | "validation", alpha: Float64Array) {
    return { loss: 0, alpha: Float64Array.from(this.#losses[batch].alpha(this.weights, alpha)) };
  }

  async slopesAndDirection(batch: "training" | "validation", alpha: Float64Array) {
    const gradient = this.#losses[batch].weights(this.weights, alpha);
    const direction: Direction = {
      norm: norm(gradient),
      move: async by => {
        this.weights = this.weights.map((w, i) => w + by * gradient[i]);
      },
      release: () => void this.released++,
    };
    return { ...(await this.slopes(batch, alpha)), direction };
  }

  async unroll(batch: "training" | "validation", alpha: Float64Array, rate: number) {
    const gradient = this.#losses[batch].weights(this.weights, alpha);
    this.buffer = gradient.map((g, i) => this.momentum * this.buffer[i] + g + this.decay * this.weights[i]);
    this.weights = this.weights.map((w, i) => w - rate * this.buffer[i]);
  }

  async mark() {
    const [weights, buffer] = [[...this.weights], [...this.buffer]];
    return {
      back: async () => {
        [this.weights, this.buffer] = [[...weights], [...buffer]];
      },
      release: () => void this.released++,
    };
  }
}

const A: Matrix = [
  [1, 0.5],
  [-0.3, 2],
  [0.7, -1],
];
const b = [1, -2, 0.5];
const c = 0.1;

/** L_train = ½‖w − Aα‖², L_val = ½‖w − b‖² + ½ c ‖α‖²: one step of rate 1 is the whole training. */
const quadratic = {
  training: {
    weights: (w: Vector, alpha: ArrayLike<number>) => times(A, alpha).map((target, i) => w[i] - target),
    alpha: (w: Vector, alpha: ArrayLike<number>) =>
      times(
        transposed(A),
        times(A, alpha).map((target, i) => target - w[i]),
      ),
  },
  validation: {
    weights: (w: Vector) => w.map((value, i) => value - b[i]),
    alpha: (_w: Vector, alpha: ArrayLike<number>) => Array.from(alpha, value => c * value),
  },
};

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, within: number) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= within, `${i}: ${actual[i]}, expected ${expected[i]}`);
  }
};

const batches = { training: "training", validation: "validation" } as const;

describe("the second-order gradient of DARTS on a toy bilevel problem", () => {
  it("is cα + ξ Aᵀ(w′ − b), with momentum and weight decay in w′ alone", async () => {
    const toy = new Toy([0.2, -0.4, 1.3], quadratic);
    [toy.momentum, toy.decay, toy.buffer] = [0.9, 0.05, [0.3, -0.1, 0.2]];
    const alpha = Float64Array.of(0.6, -0.2);
    const rate = 0.025;
    const ahead = toy.weights.map(
      (w, i) => w - rate * (0.9 * toy.buffer[i] + (w - times(A, alpha)[i]) + 0.05 * w),
    );
    const pulled = times(
      transposed(A),
      ahead.map((w, i) => w - b[i]),
    );
    const { alpha: slopes } = await architectureSlopes(toy, { alpha, rate, ...batches });
    close(
      slopes,
      pulled.map((value, j) => c * alpha[j] + rate * value),
      1e-12,
    );
  });

  it("leads α to the answer, which first order does not see", async () => {
    // (AᵀA + cI) α = Aᵀb, solved by Cramer's rule in double.
    const answer = [0.8663751796837569, -0.6181121226641113];
    const ended: Record<number, Float64Array> = {};
    for (const order of [1, 2]) {
      const toy = new Toy([0, 0, 0], quadratic);
      const alpha = Float64Array.of(1, 1);
      for (let step = 0; step < 2000; step++) {
        const rate = order === 2 ? 1 : 0;
        const { alpha: slopes } = await architectureSlopes(toy, { alpha, rate, ...batches });
        for (let j = 0; j < 2; j++) alpha[j] -= 0.1 * slopes[j];
        await toy.unroll("training", alpha, 1);
      }
      ended[order] = alpha;
    }
    close(ended[2], answer, 1e-9);
    close(ended[1], [0, 0], 1e-8);
  });

  it("of a loss that is not quadratic misses the derivative of the unrolled loss by no more than ε² does", async () => {
    // L_train = Σ sin(wᵢ) (Aα)ᵢ² + ½ wᵢ², L_val = Σ ¼ (wᵢ − bᵢ)⁴ + ½ (Σ α)².
    const losses = {
      training: {
        weights: (w: Vector, alpha: ArrayLike<number>) =>
          times(A, alpha).map((t, i) => Math.cos(w[i]) * t * t + w[i]),
        alpha: (w: Vector, alpha: ArrayLike<number>) =>
          times(
            transposed(A),
            times(A, alpha).map((t, i) => 2 * Math.sin(w[i]) * t),
          ),
      },
      validation: {
        weights: (w: Vector) => w.map((value, i) => (value - b[i]) ** 3),
        alpha: (_w: Vector, alpha: ArrayLike<number>) => Array.from(alpha, () => alpha[0] + alpha[1]),
      },
    };
    const start = [0.2, -0.4, 1.3];
    const [alpha, rate] = [Float64Array.of(0.6, -0.2), 0.3];
    const unrolled = (at: Float64Array): number => {
      const ahead = start.map((w, i) => w - rate * losses.training.weights(start, at)[i]);
      return ahead.reduce((sum, w, i) => sum + (w - b[i]) ** 4 / 4, 0) + (at[0] + at[1]) ** 2 / 2;
    };
    const expected = Array.from(alpha, (_, j) => {
      const at = (by: number) => unrolled(alpha.map((value, k) => (k === j ? value + by : value)));
      return (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
    });
    const toy = new Toy([...start], losses);
    const { alpha: slopes } = await architectureSlopes(toy, { alpha, rate, ...batches });
    close(slopes, expected, 1e-4);
    const { alpha: first } = await architectureSlopes(toy, { alpha, rate: 0, ...batches });
    assert.ok(Math.abs(first[0] - expected[0]) > 0.1, "first order is another gradient");
  });

  it("leaves weights and momentum as they were, to the bit, and frees what it kept, also where a pass fails", async () => {
    const toy = new Toy([0.1, 0.2, 0.3], quadratic);
    toy.momentum = 0.9;
    toy.buffer = [1 / 3, 0.7, -0.1];
    const [weights, buffer] = [[...toy.weights], [...toy.buffer]];
    const options = { alpha: Float64Array.of(0.6, -0.2), rate: 0.025, ...batches };
    await architectureSlopes(toy, options);
    assert.deepEqual([toy.weights, toy.buffer, toy.released], [weights, buffer, 2]);
    const slopes = toy.slopes.bind(toy);
    toy.slopes = async (batch, alpha) => {
      if (batch === "training") throw new Error("out of memory");
      return slopes(batch, alpha);
    };
    await assert.rejects(architectureSlopes(toy, options), /out of memory/);
    assert.deepEqual([toy.weights, toy.buffer, toy.released], [weights, buffer, 4]);
  });

  it("of a validation loss that is flat is the first-order one, not a division by zero", async () => {
    const flat = {
      ...quadratic,
      validation: { ...quadratic.validation, weights: (w: Vector) => w.map(() => 0) },
    };
    const { alpha: slopes } = await architectureSlopes(new Toy([1, 2, 3], flat), {
      alpha: Float64Array.of(2, -4),
      rate: 0.5,
      ...batches,
    });
    close(slopes, [0.2, -0.4], 1e-15);
  });
});
