/** The inner problem of DARTS: a supernet's weights in a session of an engine. */
import type { LabelledBatch } from "../../../training/batches.js";
import type { OptimiserSettings, Recipe } from "../../../training/recipe.js";
import type { Session } from "../../../training/session.js";
import { alphaGradient, relax } from "../alpha.js";
import type { Supernet } from "../supernet.js";
import { type AlphaLayout, byEdge, flatAlpha } from "./alpha-vector.js";
import type { Direction, InnerProblem } from "./bilevel.js";

/** What a step of the weights' optimiser follows of a recipe; its learning rate is the epoch's. */
export function stepSettings(recipe: Recipe): Omit<OptimiserSettings, "averageDecay" | "learningRate"> {
  const { optimiser, momentum, nesterov, beta1, beta2, smoothing, epsilon, epsilonInsideRoot } = recipe;
  const { weightDecay, normWeightDecay, biasWeightDecay, clipNorm } = recipe;
  const all = {
    optimiser,
    momentum,
    nesterov,
    beta1,
    beta2,
    smoothing,
    epsilon,
    epsilonInsideRoot,
    weightDecay,
    normWeightDecay,
    biasWeightDecay,
    clipNorm,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return given as unknown as Omit<OptimiserSettings, "averageDecay" | "learningRate">;
}

export class SessionProblem implements InnerProblem<LabelledBatch> {
  readonly #session: Required<Session>;
  readonly #supernet: Pick<Supernet, "network" | "sums">;
  readonly #layout: AlphaLayout;
  readonly #recipe: Recipe;

  constructor(
    session: Required<Session>,
    supernet: Pick<Supernet, "network" | "sums">,
    layout: AlphaLayout,
    recipe: Recipe,
  ) {
    this.#session = session;
    this.#supernet = supernet;
    this.#layout = layout;
    this.#recipe = recipe;
  }

  slopes(batch: LabelledBatch, vector: Float64Array) {
    return this.#slopes(batch, vector, false);
  }

  async #slopes({ images, labels }: LabelledBatch, vector: Float64Array, weightGradients: boolean) {
    const { network } = this.#supernet;
    const alpha = byEdge(this.#layout, vector);
    const { labelSmoothing = 0 } = this.#recipe;
    const { loss, gradients } = await this.#session.mixtureGradients(network, images, labels, {
      mixture: relax(this.#supernet, alpha),
      labelSmoothing,
      weightGradients,
    });
    return { loss, alpha: flatAlpha(this.#layout, alphaGradient(this.#supernet, alpha, gradients)) };
  }

  async slopesAndDirection(batch: LabelledBatch, vector: Float64Array) {
    const slopes = await this.#slopes(batch, vector, true);
    const kept = await this.#session.keepGradients();
    const direction: Direction = {
      norm: kept.norm,
      move: by => this.#session.move(kept, by),
      release: () => kept.dispose(),
    };
    return { ...slopes, direction };
  }

  /** As published, without the clipping that real steps have. */
  async unroll(batch: LabelledBatch, vector: Float64Array, rate: number): Promise<void> {
    const { clipNorm: _clipped, ...settings } = stepSettings(this.#recipe);
    await this.#step(batch, vector, { ...settings, learningRate: rate });
  }

  /** A step of the weights. @returns the loss before it */
  train(batch: LabelledBatch, vector: Float64Array, rate: number): Promise<number> {
    return this.#step(batch, vector, { ...stepSettings(this.#recipe), learningRate: rate });
  }

  async mark() {
    const snapshot = await this.#session.snapshot();
    return { back: () => this.#session.rewind(snapshot), release: () => snapshot.dispose() };
  }

  #step(
    { images, labels }: LabelledBatch,
    vector: Float64Array,
    settings: Omit<OptimiserSettings, "averageDecay">,
  ): Promise<number> {
    const mixture = relax(this.#supernet, byEdge(this.#layout, vector));
    const { labelSmoothing = 0 } = this.#recipe;
    return this.#session.step(this.#supernet.network, images, labels, {
      ...settings,
      labelSmoothing,
      mixture,
    });
  }
}
