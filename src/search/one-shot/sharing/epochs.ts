/** A supernet's training, epoch after epoch: one batch, one path. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { trainingBatches } from "../../../training/batches.js";
import type { Dataset } from "../../../training/dataset.js";
import { optimiserSettingNames } from "../../../training/recipe/optimisers.js";
import { scheduledRate } from "../../../training/recipe/learning-rate-schedule.js";
import { type OptimiserSettings, type Recipe, RecipeError } from "../../../training/recipe.js";
import { DivergedError, type Session } from "../../../training/session.js";
import type { Supernet } from "../supernet.js";
import type { ControllerEpoch, SharedEpoch, SharingStanding } from "./facts.js";

/** What is trained, and on which paths. */
export interface PathTraining<A extends AnyArchitecture> {
  readonly session: Session;
  readonly supernet: Supernet<A>;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
  readonly seed: number;
  /** @param step of the whole training, from 0 */
  readonly path: (step: number) => A;
  /** Work after the steps of an epoch, from 0, such as a controller's, and what is on record of it. */
  readonly after?: (epoch: number, signal: AbortSignal) => Promise<ControllerEpoch | void>;
}

/** After a step. */
export interface SharedStep {
  /** Of the training, and of this epoch, both from 1. */
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface PathHooks {
  readonly signal: AbortSignal;
  readonly onStep: (step: SharedStep) => void;
  /** After an epoch; the session is as it left it. */
  readonly onEpoch: (standing: SharingStanding) => Promise<void>;
}

/** Fields of a recipe that a path in a session does not follow, and why not. */
const notFollowed: Partial<Record<keyof Recipe, string>> = {
  dropout: "drops nothing: its paths are of one network",
  dropPath: "drops nothing: its paths are of one network",
  auxiliaryWeight: "has no auxiliary logits",
  averageDecay: "keeps no averages: each path would be another one's",
  recalibrate: "takes a path's statistics when it is asked of that path",
  zeroInitResidual: "begins all scales at 1",
};

/** @throws RecipeError naming the first field that is not followed */
export function requireFollowed(recipe: Recipe): void {
  for (const [field, why] of Object.entries(notFollowed) as [keyof Recipe, string][]) {
    if (recipe[field]) throw new RecipeError(field, `left out for a supernet, which ${why}`, recipe[field]);
  }
}

/** What of a recipe a step of a session is given. */
export function stepSettings(
  recipe: Recipe,
): Omit<OptimiserSettings, "averageDecay"> & { labelSmoothing: number } {
  const { averageDecay: _notKept, ...names } = optimiserSettingNames;
  const given = Object.keys(names).flatMap(name => {
    const value = recipe[name as keyof Recipe];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(Object.fromEntries(given) as unknown as OptimiserSettings),
    labelSmoothing: recipe.labelSmoothing ?? 0,
  };
}

/** Goes through the epochs that are left. Divergence and a stop are told, not thrown. */
export async function trainPaths<A extends AnyArchitecture>(
  { session, supernet, dataset, recipe, seed, path, after }: PathTraining<A>,
  before: readonly SharedEpoch[],
  { signal, onStep, onEpoch }: PathHooks,
): Promise<SharingStanding> {
  const epochs = [...before];
  const settings = stepSettings(recipe);
  while (epochs.length < recipe.epochs) {
    const epoch = epochs.length;
    const began = performance.now();
    const batches = trainingBatches(dataset, recipe, { seed, epoch });
    const { steps } = batches;
    let sum = 0;
    let step = 0;
    try {
      for (; step < steps; step++) {
        if (signal.aborted) return { status: "cancelled", epochs };
        const { images, labels } = batches.at(step);
        const loss = await session.step(supernet.network, images, labels, {
          ...settings,
          learningRate: scheduledRate(recipe, epoch + step / steps),
          mixture: supernet.mixture(path(epoch * steps + step)),
        });
        if (!Number.isFinite(loss)) throw new DivergedError("the loss is not finite", loss);
        sum += loss;
        onStep({ epoch: epoch + 1, step: step + 1, steps, loss });
      }
      const controller = await after?.(epoch, signal);
      if (signal.aborted) return { status: "cancelled", epochs };
      epochs.push({
        epoch: epoch + 1,
        trainLoss: sum / steps,
        learningRate: scheduledRate(recipe, epoch + 1),
        seconds: (performance.now() - began) / 1000,
        ...(controller && { controller }),
      });
    } catch (error) {
      // What a stop breaks off is rejected with the stop's reason.
      if (signal.aborted) return { status: "cancelled", epochs };
      if (!(error instanceof DivergedError)) throw error;
      return { status: "diverged", epochs, divergedAt: { epoch: epoch + 1, step: step + 1 } };
    }
    const standing = {
      status: epochs.length < recipe.epochs ? "running" : "finished",
      epochs: [...epochs],
    } as const;
    await onEpoch(standing);
  }
  return { status: "finished", epochs };
}
