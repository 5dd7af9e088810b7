/**
 * Where a training stands after some epochs of its schedule: what it takes to go on as if it had not stopped, bit by bit.
 *
 * Random numbers need no place in it: every epoch draws its own from the training's seed.
 */
import { say } from "../../base/say.js";
import type { Precision, Weights } from "../engine.js";
import type { Recipe } from "../recipe.js";

/** What decides a training besides its network: one with another goes its own way. */
export interface TrainingIdentity {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly precision: Precision;
  /** Images of the training split. */
  readonly images: number;
}

export interface Checkpoint {
  /** Epochs of the schedule that are done. */
  readonly epochs: number;
  readonly training: TrainingIdentity;
  /** What the optimiser is; whether it took a step; and how many it counted, which Adam alone does. */
  readonly optimiser: { readonly name: string; readonly updated: boolean; readonly steps: number };
  /** Parameters and running statistics. */
  readonly weights: Weights;
  /** Momentum, or Adam's mean of gradients. */
  readonly first: Weights;
  /** Means of squared gradients. */
  readonly second?: Weights;
  /** Moving averages of parameters and running statistics. */
  readonly average?: Weights;
}

/** A checkpoint that does not belong to the training at hand, or a file that holds none. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/** @throws CheckpointError naming what the checkpoint's training has otherwise */
export function checkCheckpoint(caller: string, checkpoint: Checkpoint, training: TrainingIdentity): void {
  const kept = checkpoint.training;
  for (const name of ["seed", "precision", "images"] as const) {
    if (kept[name] === training[name]) continue;
    const what = name === "images" ? "a training split of as many images" : `the same ${name}`;
    throw new CheckpointError(
      `${caller}: expected a checkpoint of ${what}, ${say(training[name])}, got one of ${say(kept[name])}; go on with what it was begun with`,
    );
  }
  const fields = new Set([...Object.keys(kept.recipe), ...Object.keys(training.recipe)]);
  for (const field of fields as Set<keyof Recipe>) {
    const [a, b] = [kept.recipe[field], training.recipe[field]];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    throw new CheckpointError(
      `${caller}: expected a checkpoint of the same recipe, got one whose ${field} is ${say(a)}, not ${say(b)}; go on with the recipe that it was begun with (until says how many of its epochs are trained)`,
    );
  }
}
