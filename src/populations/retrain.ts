/**
 * Is a stored population what its spec gives? Some of its networks, trained once more; and how much errors differ
 * between trainings of one network anyway.
 */
import { expectFields } from "../expect.js";
import { loadDataset } from "../training/datasets/index.js";
import { engineByName } from "../training/engines/index.js";
import type { Population } from "./population.js";
import { candidates } from "./spec.js";
import { type Table, tableOf } from "./table.js";

/** A network trained again. */
export interface Retrained {
  /** Its place in the sweep. */
  readonly index: number;
  /** The error the population has, and the error now, per cent. */
  readonly stored: number;
  readonly again: number;
}

export interface RetrainOptions {
  /** How many networks, spread evenly over the population's errors. Default 3. */
  readonly networks?: number;
  /** Trains with the stored seed plus this. Default 0: the very same training. */
  readonly seedShift?: number;
  readonly signal?: AbortSignal;
}

/**
 * Trains some networks of a population again, as its spec says.
 *
 * The same seed gives the same error to the bit on the same kind of processor and the same version of the engine;
 * elsewhere roundings differ, and errors by about as much as between seeds (see `seedNoise`).
 *
 * @throws RangeError if there are fewer networks than asked for
 */
export async function retrain(
  population: Population,
  options: RetrainOptions = {},
): Promise<Table<Retrained>> {
  expectFields("retrain", "a population", population, { spec: "object", trials: "list", rows: "list" });
  expectFields("retrain", "options", options, { networks: "number?", seedShift: "number?" });
  const { networks = 3, seedShift = 0, signal } = options;
  if (!(Number.isSafeInteger(networks) && networks > 0 && networks <= population.length)) {
    throw new RangeError(
      `retrain: expected 1 to ${population.length} networks of this population, got ${networks}`,
    );
  }
  const { spec } = population;
  const trials = candidates(spec);
  const threads = new Map(population.trials.map(trial => [trial.index, trial.readRow().threads]));
  const ranked = [...population.rows].sort((a, b) => a.error - b.error);
  const chosen = Array.from(
    { length: networks },
    (_, i) => ranked[Math.floor(((i + 0.5) * ranked.length) / networks)],
  );
  const engine = engineByName(spec.engine);
  const dataset = await loadDataset(spec.dataset);
  const rows: Retrained[] = [];
  for (const { index, error: stored } of chosen) {
    const { network, recipe, seed, precision } = trials[index].trial;
    const result = await engine.train(network, dataset, recipe, {
      seed: seed + seedShift,
      precision,
      // Sums are added up in another order with other threads.
      threads: threads.get(index) ?? 1,
      ...(signal && { signal }),
    });
    if (result.status === "cancelled") break;
    rows.push({ index, stored, again: result.error });
  }
  return tableOf(rows);
}

/**
 * The standard deviation of the error between trainings of one network, per cent: of a population whose spec has
 * `repeats`, pooled over its networks, √(mean of their variances).
 *
 * @throws RangeError if no network was trained twice
 */
export function seedNoise(population: Population): number {
  expectFields("seedNoise", "a population", population, { rows: "list" });
  const groups = new Map<number, number[]>();
  for (const { network, error } of population.rows) {
    if (network === undefined) continue;
    groups.set(network, [...(groups.get(network) ?? []), error]);
  }
  let [squares, freedom] = [0, 0];
  for (const errors of groups.values()) {
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    for (const error of errors) squares += (error - mean) ** 2;
    freedom += errors.length - 1;
  }
  if (freedom === 0) {
    throw new RangeError(
      `seedNoise: expected a population with networks trained several times (a spec with repeats), got ${population.length} trainings of as many networks`,
    );
  }
  return Math.sqrt(squares / freedom);
}
