/** Rungs: the epochs after which trainings are compared, each `eta` times as many as the one below. */
import { say } from "../../../base/say.js";
import { isCount, type SettingRules } from "../../strategy.js";
import type { Outcome } from "../../searcher.js";

export interface RungSettings {
  /** Epochs of the highest rung, which are those of the recipe's schedule where networks are trained to its end. */
  readonly epochs: number;
  /** Fewest epochs after which trainings are compared. Default 1. */
  readonly least?: number;
  /** Of the trainings on a rung one in `eta` goes on, to `eta` times the epochs. Default 3, as published. */
  readonly eta?: number;
}

/** What an architecture is on a rung. */
export interface Climber {
  readonly code: readonly number[];
  /** Of the proposal that was told. */
  readonly place: number;
  /** Infinity of one that cannot go on; null in a state. */
  readonly error: number;
}

export const rungDefaults = { least: 1, eta: 3 } as const;

export const rungRules: SettingRules<RungSettings> = {
  epochs: ["a positive integer", isCount],
  least: ["a positive integer", isCount],
  eta: ["an integer of at least 2", value => Number.isSafeInteger(value) && (value as number) > 1],
};

/** @throws RangeError for settings without epochs, which nothing else says */
export function requireEpochs(strategy: string, given: Partial<RungSettings> | undefined): void {
  if (given?.epochs !== undefined) return;
  throw new RangeError(
    `${strategy}: expected epochs, those of the recipe's schedule, got ${say(given)}; for example ${strategy}({ epochs: 12 })`,
  );
}

/**
 * Epochs of the rungs, rising: R η^−s to R, rounded, for s from ⌊log_η (R / r)⌋ to 0.
 *
 * @throws RangeError for a least number of epochs above all
 */
export function rungEpochs(strategy: string, { epochs, least, eta }: Required<RungSettings>): number[] {
  if (least > epochs) {
    throw new RangeError(`${strategy}: least must be at most the ${epochs} epochs of all, got ${say(least)}`);
  }
  const rungs = [epochs];
  // A logarithm would miss a power by its rounding.
  for (let below = epochs / eta; below >= least * (1 - 1e-12); below /= eta) rungs.unshift(Math.round(below));
  return rungs;
}

/** The error that a training is compared by; one that failed, or was ended because of it, goes no further. */
export const comparedError = ({ error, record }: Outcome): number =>
  Number.isNaN(error) || record?.stoppedAt !== undefined ? Infinity : error;

/** The better first; of equals the one that was asked for first. */
export const byError = (a: Climber, b: Climber): number =>
  a.error === b.error ? a.place - b.place : a.error - b.error;

/** As JSON can hold it, and back. */
export const stored = ({ error, ...rest }: Climber) => ({
  ...rest,
  error: error === Infinity ? null : error,
});
export const revived = ({ error, ...rest }: Omit<Climber, "error"> & { error: number | null }): Climber => ({
  ...rest,
  error: error ?? Infinity,
});
