/** Which part of a recipe's schedule is trained, checked: engines that can train a part have it from here. */
import { isObject, say } from "../../base/say.js";
import { type Checkpoint, checkCheckpoint, type TrainingIdentity } from "./checkpoint.js";
import type { TrainOptions } from "../engine.js";
import type { Recipe } from "../recipe.js";

export interface PartOfSchedule {
  /** Epochs that are done before it. */
  readonly begin: number;
  /** Epochs that are done after it. */
  readonly end: number;
  readonly from: Checkpoint | undefined;
  readonly keepCheckpoint: boolean;
  /** The greatest error with which the training goes on after an epoch, per cent; Infinity where there is no bound. */
  ceiling(epoch: number): number;
}

/** Whether a recipe tests after an epoch, from 1. */
export const tests = ({ epochs, testEvery }: Recipe, epoch: number): boolean =>
  epoch === epochs || Boolean(testEvery && epoch % testEvery === 0);

/**
 * @throws RangeError for epochs that the schedule does not have, and for bounds after epochs that it does not test
 * @throws CheckpointError for a checkpoint of another training, or one that is further already
 */
export function partOfSchedule(
  options: Pick<TrainOptions, "until" | "from" | "keepCheckpoint" | "stopAbove" | "weights">,
  training: TrainingIdentity,
): PartOfSchedule {
  const { recipe } = training;
  const { until = recipe.epochs, from, keepCheckpoint = false, stopAbove } = options;
  if (!(Number.isSafeInteger(until) && until > 0 && until <= recipe.epochs)) {
    throw new RangeError(
      `train: until must be an integer from 1 to the recipe's ${recipe.epochs} epochs, got ${say(until)}`,
    );
  }
  if (typeof keepCheckpoint !== "boolean") {
    throw new RangeError(`train: keepCheckpoint must be true or false, got ${say(keepCheckpoint)}`);
  }
  if (from !== undefined) {
    const isCheckpoint = isObject(from) && isObject(from.training) && from.weights instanceof Map;
    if (!isCheckpoint) {
      throw new RangeError(
        `train: from must be a checkpoint, as keepCheckpoint gives and loadCheckpoint reads, got ${say(from)}`,
      );
    }
    if (options.weights) {
      throw new RangeError(
        "train: expected weights or a checkpoint to go on from, got both; a checkpoint has weights",
      );
    }
    checkCheckpoint("train", from, training);
    if (!(from.epochs < until)) {
      throw new RangeError(
        `train: until must be more than the ${from.epochs} epochs that the checkpoint has behind it, got ${say(until)}`,
      );
    }
  }
  const bounds = boundsOf(stopAbove, recipe);
  return {
    begin: from?.epochs ?? 0,
    end: until,
    from,
    keepCheckpoint,
    ceiling: epoch => bounds.get(epoch) ?? Infinity,
  };
}

function boundsOf(stopAbove: TrainOptions["stopAbove"], recipe: Recipe): ReadonlyMap<number, number> {
  const bounds = new Map<number, number>();
  if (stopAbove === undefined) return bounds;
  if (!isObject(stopAbove) || Array.isArray(stopAbove)) {
    throw new RangeError(
      `train: stopAbove must be errors by epoch, such as { 4: 55 }, got ${say(stopAbove)}`,
    );
  }
  for (const [epoch, error] of Object.entries(stopAbove)) {
    const after = Number(epoch);
    if (!(Number.isSafeInteger(after) && after > 0 && tests(recipe, after))) {
      throw new RangeError(
        `train: stopAbove must be of epochs that the recipe tests (${recipe.testEvery ? `every ${recipe.testEvery}, of ${recipe.epochs}` : "the last alone; give it testEvery"}), got ${say(epoch)}`,
      );
    }
    if (!(typeof error === "number" && error >= 0)) {
      throw new RangeError(`train: stopAbove[${epoch}] must be an error, per cent, got ${say(error)}`);
    }
    bounds.set(after, error);
  }
  return bounds;
}
