/**
 * Is a stored population what its spec gives? Some of its networks, trained once more; and how much errors differ
 * between trainings of one network anyway.
 */
import { expectOptions } from "../base/expect-options.js";
import { checkSignal, expectFields } from "../base/expect.js";
import type { EpochReport } from "../training/engine.js";
import { loadDataset } from "../training/datasets/index.js";
import { engineByName } from "../training/engines/index.js";
import type { Population } from "../populations/population.js";
import type { Recipe } from "../training/recipe.js";
import { contentsOf } from "../trials/space-spec.js";
import { trialsOf } from "../trials/trials-of.js";
import { firstTrainingSeed } from "../trials/training-seeds.js";
import { networkOf, type Trial } from "../trials/trial.js";
import { type Table, tableOf } from "../tables/table.js";

/** A network trained again. */
export interface Retrained {
  /** Its place in the sweep. */
  readonly index: number;
  /** The error the population has, and the error now, per cent. */
  readonly stored: number;
  readonly again: number;
}

/** A network trained again, with its training. */
export interface RetrainedTraining extends Retrained {
  readonly epochs: readonly EpochReport[];
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
 * elsewhere roundings differ, and errors by about as much as between seeds (see `seedNoise`). `verifyPopulation` judges
 * the differences.
 *
 * @throws RangeError if there are fewer networks than asked for
 * @example
 * ```ts
 * // not run: trains a network for some seconds
 * const [first] = (await retrain(await shippedPopulation("RegNetX"), { networks: 1, seedShift: 1 })).rows;
 * console.log(`${first.stored} % error, with another seed ${first.again} %`);
 * ```
 */
export async function retrain(
  population: Population,
  options: RetrainOptions = {},
): Promise<Table<Retrained>> {
  expectFields("retrain", "a population", population, { spec: "object", trials: "list", rows: "list" });
  expectOptions("retrain", options, { networks: "number?", seedShift: "number?", signal: "any?" });
  const trainings = await retrainings("retrain", population, options);
  return tableOf(trainings.map(({ index, stored, again }) => ({ index, stored, again })));
}

/** `retrain` with the trainings; fewer than asked for where it was cancelled. */
export async function retrainings(
  caller: string,
  population: Population,
  { networks = 3, seedShift = 0, signal }: RetrainOptions,
): Promise<RetrainedTraining[]> {
  if (!Number.isSafeInteger(seedShift)) {
    throw new RangeError(`${caller}: seedShift must be an integer, got ${seedShift}`);
  }
  checkSignal(caller, "signal", signal);
  if (!(Number.isSafeInteger(networks) && networks > 0 && networks <= population.length)) {
    throw new RangeError(
      `${caller}: expected 1 to ${population.length} networks of this population, got ${networks}`,
    );
  }
  const { spec } = population;
  const trialAt = trialsIn(population);
  const threads = new Map(population.trials.map(trial => [trial.index, trial.threads]));
  const ranked = [...population.rows].sort((a, b) => a.error - b.error);
  const chosen = Array.from(
    { length: networks },
    (_, i) => ranked[Math.floor(((i + 0.5) * ranked.length) / networks)],
  );
  const engine = engineByName(spec.engine);
  const dataset = await loadDataset(spec.dataset);
  const trained: RetrainedTraining[] = [];
  for (const { index, error: stored } of chosen) {
    const { network, recipe, seed, precision } = trialAt(index);
    const { status, error, epochs } = await engine.train(network, dataset, recipe, {
      seed: seed + seedShift,
      precision,
      // Sums are added up in another order with other threads.
      threads: threads.get(index) ?? 1,
      ...(signal && { signal }),
    });
    if (status === "cancelled") break;
    trained.push({ index, stored, again: error, epochs });
  }
  return trained;
}

/**
 * The trials of a population by place, as its spec gives them. Where its space is code, or a search decided on its networks,
 * as its records have them: reading or training again what came from elsewhere runs none of its code.
 */
function trialsIn({
  spec,
  trials,
}: Population): (index: number) => Pick<Trial, "network" | "recipe" | "seed" | "precision"> {
  if (contentsOf(spec.space).length === 0 && !spec.search) {
    const all = trialsOf(spec);
    return index => all[index];
  }
  const stored = new Map(trials.map(trial => [trial.index, trial]));
  const { precision } = spec;
  const first = firstTrainingSeed(spec);
  return index => {
    const record = stored.get(index)!;
    const recipe = { ...(spec.recipe as Recipe), ...record.drawn };
    return { network: networkOf(record), recipe, seed: first + index, precision };
  };
}

/**
 * The standard deviation of the error between trainings of one network, per cent: of a population whose spec has
 * `repeats`, pooled over its networks, √(mean of their variances).
 *
 * @throws RangeError if no network was trained twice
 * @example
 * ```ts
 * seedNoise(await shippedPopulation("AnyNetXE-seeds")); // ≈ 5.8420158597487175
 * ```
 */
export function seedNoise(
  population:
    | Population
    | { readonly rows: readonly { readonly network?: number; readonly error: number }[] },
): number {
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
      `seedNoise: expected a population with networks trained several times (a spec with repeats), got ${population.rows.length} trainings of as many networks`,
    );
  }
  return Math.sqrt(squares / freedom);
}
