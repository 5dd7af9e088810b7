/** DARTS' two steps in turn, epoch after epoch: α on validation images, then the weights on training images. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { evaluationBatches, trainingBatches } from "../../../training/batches.js";
import type { Dataset } from "../../../training/dataset.js";
import { scheduledRate } from "../../../training/recipe/learning-rate-schedule.js";
import { DivergedError, type Session } from "../../../training/session.js";
import { relax } from "../alpha.js";
import type { Supernet } from "../supernet.js";
import { type AlphaLayout, AlphaOptimiser, type AlphaState, byEdge } from "./alpha-vector.js";
import { architectureSlopes } from "./bilevel.js";
import type { DartsState, DartsStanding } from "./darts-folder.js";
import { type DartsEpoch, epochRecord, skipsText } from "./epoch.js";
import { lookAt } from "./looked-at.js";
import { SessionProblem } from "./session-problem.js";
import type { DartsSettings, SkipLimit } from "./settings.js";

/** What is searched, and how. */
export interface Searched<A extends AnyArchitecture> extends DartsSettings {
  readonly supernet: Supernet<A>;
  readonly layout: AlphaLayout;
  /** With the images that the weights are trained on, and as validation split those that α is moved by. */
  readonly dataset: Dataset;
  readonly seed: number;
  readonly stopAt: Required<SkipLimit> | undefined;
}

/** After a step. */
export interface StepTold {
  readonly epoch: number;
  /** Of the epoch, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface SearchHooks {
  readonly signal: AbortSignal;
  readonly onStep: (told: StepTold) => void;
  /** After an epoch; the session and α are as it left them. */
  readonly onEpoch: (standing: DartsStanding, alpha: AlphaState) => Promise<void>;
}

/** Training images that an epoch's error is of. */
const LOOKED_AT = 500;

/** α or a loss that is not finite. */
class NotFinite extends Error {
  readonly step: number;

  constructor(step: number, reason: string) {
    super(reason);
    this.step = step;
  }
}

/**
 * Goes through the epochs that are left. Divergence and a stop are told, not thrown.
 *
 * @param session holds the supernet's weights; `before` is already restored in it
 * @param vector α, moved in place
 */
export async function searchSupernet<A extends AnyArchitecture>(
  searched: Searched<A>,
  session: Required<Session>,
  vector: Float64Array,
  before: Omit<DartsState, "session"> | undefined,
  { signal, onStep, onEpoch }: SearchHooks,
): Promise<DartsStanding> {
  const { supernet, layout, dataset, recipe, order, alpha, seed, stopAt } = searched;
  const problem = new SessionProblem(session, supernet, layout, recipe);
  const optimiser = new AlphaOptimiser(vector, alpha);
  if (before) optimiser.state = before.alpha;
  const history: DartsEpoch[] = [...(before?.history ?? [])];
  const validation = validationBatches(searched);
  for (let epoch = history.length; epoch < recipe.epochs; epoch++) {
    const began = performance.now();
    const rate = scheduledRate(recipe, epoch);
    const training = trainingBatches(dataset, recipe, { seed, epoch });
    const { steps } = training;
    let [loss, step] = [0, 0];
    try {
      for (; step < steps; step++) {
        if (signal.aborted) return { status: "cancelled", history };
        const batch = training.at(step);
        const slopes = await architectureSlopes(problem, {
          alpha: vector,
          validation: validation(epoch * steps + step),
          training: batch,
          rate: order === 2 ? rate : 0,
        });
        requireFinite(step, "loss of validation images", slopes.loss);
        optimiser.step(slopes.alpha);
        requireFinite(step, "α", ...vector);
        const stepLoss = await problem.train(batch, vector, rate);
        requireFinite(step, "loss of training images", stepLoss);
        loss += stepLoss;
        onStep({ epoch: epoch + 1, step: step + 1, steps, loss: stepLoss });
      }
      const look = { mixture: relax(supernet, byEdge(layout, vector)), signal };
      const { network } = supernet;
      const validated = await lookAt(session, network, evaluationBatches(dataset, "validation"), look);
      const trained = await lookAt(session, network, evaluationBatches(dataset, "train"), {
        ...look,
        most: LOOKED_AT,
      });
      if (signal.aborted) return { status: "cancelled", history };
      requireFinite(steps - 1, "loss of the validation images with running statistics", validated.loss);
      history.push(
        epochRecord(supernet, layout, vector, {
          epoch: epoch + 1,
          learningRate: rate,
          trainingLoss: loss / steps,
          validationLoss: validated.loss,
          validationError: validated.error,
          trainingError: trained.error,
          seconds: (performance.now() - began) / 1000,
        }),
      );
    } catch (error) {
      // What a stop breaks off is rejected with the stop's reason.
      if (signal.aborted) return { status: "cancelled", history };
      if (!(error instanceof NotFinite || error instanceof DivergedError)) throw error;
      const at = { epoch: epoch + 1, step: step + 1 };
      return { status: "diverged", history, reason: error.message, divergedAt: at };
    }
    const reason = tooManySkips(history.at(-1)!, stopAt);
    const isLast = history.length === recipe.epochs;
    const status = reason !== undefined ? "stopped" : isLast ? "finished" : "running";
    const standing: DartsStanding = {
      status,
      history: [...history],
      ...(reason !== undefined && { reason }),
    };
    await onEpoch(standing, optimiser.state);
    if (status !== "running") return standing;
  }
  return { status: "finished", history };
}

/** Batches of the validation images in turn, shuffled anew in every pass over them; by step of the whole search. */
function validationBatches({ dataset, recipe, seed }: Pick<Searched<never>, "dataset" | "recipe" | "seed">) {
  const passOf = (pass: number) =>
    trainingBatches(dataset, recipe, { seed, epoch: pass, split: "validation" });
  const { steps } = passOf(0);
  let [current, batches] = [-1, passOf(0)];
  return (step: number) => {
    const pass = Math.floor(step / steps);
    if (pass !== current) [current, batches] = [pass, passOf(pass)];
    return batches.at(step % steps);
  };
}

function requireFinite(step: number, what: string, ...values: readonly number[]): void {
  const odd = values.find(value => !Number.isFinite(value));
  if (odd !== undefined) throw new NotFinite(step, `${what} became ${odd}`);
}

/** Why the search ends after this epoch, if it does. */
function tooManySkips(
  { epoch, skips }: DartsEpoch,
  limit: Required<SkipLimit> | undefined,
): string | undefined {
  if (!limit || epoch < limit.after || skips[limit.cell] < limit.skips) return undefined;
  return `${skipsText(skips[limit.cell], limit.cell)} after epoch ${epoch}, where ${limit.skips} end the search`;
}
