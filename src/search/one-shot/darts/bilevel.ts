/**
 * The gradient of bilevel optimisation by one unrolled step (Liu, Simonyan and Yang, ICLR 2019, arXiv 1806.09055, section 2.3;
 * quark0/darts cnn/architect.py): α is to make the validation loss small at the weights that training ends in, which one
 * step of training stands for.
 *
 *     ∇_α L_val(w′, α) − ξ · ∇²_{α,w} L_train(w, α) · ∇_{w′} L_val(w′, α),   w′ = w − ξ · (step's direction)
 *
 * The product is taken by differences, [∇_α L_train(w⁺) − ∇_α L_train(w⁻)] / 2ε with w^± = w ± ε ∇_{w′} L_val and
 * ε = 0.01 / ‖∇_{w′} L_val‖. That the step's direction has momentum and weight decay in it changes w′ and not the product, since
 * neither depends on α. First order is ξ = 0.
 */

/** A direction among the weights, kept where they are. */
export interface Direction {
  /** Its Euclidean length. */
  readonly norm: number;
  /** Adds it to the weights, times a number. */
  move(by: number): Promise<void>;
  /** Frees what it holds. */
  release(): void;
}

/** Of one batch, at the weights as they stand. */
export interface Slopes {
  readonly loss: number;
  /** Of the loss with respect to α. */
  readonly alpha: Float64Array;
}

/** Weights that are trained for an α, by whatever has them: a session of an engine, or a formula. */
export interface InnerProblem<Batch> {
  /** No weight changes. */
  slopes(batch: Batch, alpha: Float64Array): Promise<Slopes>;
  /** The same, and the loss's gradient with respect to the weights. */
  slopesAndDirection(batch: Batch, alpha: Float64Array): Promise<Slopes & { readonly direction: Direction }>;
  /** A step of training at the rate ξ, as the optimiser would take it, which need not keep its momentum. */
  unroll(batch: Batch, alpha: Float64Array, rate: number): Promise<void>;
  /** Remembers where the weights are, and returns what puts all of them back, bit by bit, and what forgets them. */
  mark(): Promise<{ back(): Promise<void>; release(): void }>;
}

const STEP = 0.01;

/**
 * The validation loss and the gradient that α is moved against. Weights are afterwards as they were, also where it throws.
 *
 * @param options.rate ξ: 0 is first order
 * @param options.training the batch of the weights' next step, which the unrolled one is taken on
 */
export async function architectureSlopes<Batch>(
  problem: InnerProblem<Batch>,
  options: {
    readonly alpha: Float64Array;
    readonly validation: Batch;
    readonly training: Batch;
    readonly rate: number;
    /** Length of the difference's step among the weights. Default 0.01, as published. */
    readonly length?: number;
  },
): Promise<Slopes> {
  const { alpha, validation, training, rate, length = STEP } = options;
  if (rate === 0) return problem.slopes(validation, alpha);
  const mark = await problem.mark();
  let direction: Direction | undefined;
  try {
    await problem.unroll(training, alpha, rate);
    const ahead = await problem.slopesAndDirection(validation, alpha);
    direction = ahead.direction;
    // A flat loss has no direction, and its product with anything is 0.
    if (direction.norm === 0) return ahead;
    const epsilon = length / direction.norm;
    await mark.back();
    await direction.move(epsilon);
    const above = await problem.slopes(training, alpha);
    await mark.back();
    await direction.move(-epsilon);
    const below = await problem.slopes(training, alpha);
    const factor = rate / (2 * epsilon);
    return {
      loss: ahead.loss,
      alpha: ahead.alpha.map((slope, i) => slope - factor * (above.alpha[i] - below.alpha[i])),
    };
  } finally {
    direction?.release();
    try {
      await mark.back();
    } finally {
      mark.release();
    }
  }
}
