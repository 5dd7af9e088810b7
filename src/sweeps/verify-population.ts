/**
 * Is a stored population what its spec gives? Judged by its own records, by training some networks again, and by no more
 * noise than trainings of its own space have.
 */
import { expectOptions } from "../base/expect-options.js";
import { expectFields } from "../base/expect.js";
import type { EpochReport } from "../training/engine.js";
import type { Population } from "../populations/population.js";
import {
  type Retrained,
  type RetrainedTraining,
  type RetrainOptions,
  retrainings,
  seedNoise,
} from "./retrain.js";
import { type Table, tableOf } from "../tables/table.js";

/** A network of a population that was verified. */
export interface Verified extends Retrained {
  /** How far `again` may be from `stored`, per cent: 0 where nothing but the same number will do. */
  readonly allowed: number;
  /**
   * How little it says: the share of the population's errors, from 0 to 1, that could stand in this one's place and pass
   * as well.
   */
  readonly passing: number;
  readonly verdict: "same" | "other" | "cannot tell";
  /** What it was judged by. */
  readonly by: "its record" | "the same bits" | "noise between seeds";
}

export interface VerifyOptions extends Omit<RetrainOptions, "seedShift"> {
  /**
   * Standard deviation of the error between trainings of one network of this space, per cent, as `seedNoise` gives it.
   * Default: the population's own where its networks were trained several times, else that of two further seeds of each
   * network that is trained again. Trained for only where it is needed.
   */
  readonly noise?: number;
}

/** Two trainings of one network differ by √2 σ; three times that is rare. */
const RARE = 3 * Math.SQRT2;

/** Seeds that no trial of the sweep trains with, a million being the most it has. */
const OTHER_SEEDS = [2 ** 20, 2 ** 20 + 1];

/**
 * Verifies a population.
 *
 * - By its records: an error is what the last epoch was tested with, on either split. Every record is read; those that fail are listed.
 * - By bits: some networks are trained again with their seeds. One whose training losses are the stored ones to the bit
 *   must have the stored error. If one has them, this machine repeats what the population was trained on, and all must.
 * - By noise, on other machines: roundings differ, and with them errors, by about as much as between seeds. Allowed are
 *   3√2 σ. If more than half of the population's errors lie that near, the verdict is "cannot tell".
 *
 * @throws RangeError if there are fewer networks than asked for
 * @example
 * ```
 * const { rows } = await verifyPopulation(await shippedPopulation("RegNetX"));
 * rows.filter(({ verdict }) => verdict === "other"); // => []
 * ```
 */
export async function verifyPopulation(
  population: Population,
  options: VerifyOptions = {},
): Promise<Table<Verified>> {
  expectFields("verifyPopulation", "a population", population, {
    spec: "object",
    trials: "list",
    rows: "list",
  });
  expectOptions("verifyPopulation", options, { networks: "number?", noise: "number?", signal: "any?" });
  if (options.noise !== undefined && !(options.noise >= 0)) {
    throw new RangeError(`verifyPopulation: expected noise of at least 0 per cent, got ${options.noise}`);
  }
  const trained = await retrainings("verifyPopulation", population, options);
  const stored = new Map(population.trials.map(trial => [trial.index, trial]));
  const repeats = trained.map(({ index, epochs }) => sameLosses(stored.get(index)!.epochs, epochs));
  // Where several machines trained, each has its own roundings.
  const oneMachine = (population.provenance?.machines.length ?? 1) === 1;
  const isExact = (i: number) => repeats[i] || (oneMachine && repeats.includes(true));
  const byNoise = trained.some((_, i) => !isExact(i));
  const allowed = byNoise ? RARE * (await noiseOf(population, trained, options)) : 0;
  const judged = trained.map(({ index, stored: error, again }, i): Verified => {
    const by = isExact(i) ? "the same bits" : "noise between seeds";
    return judge(population, { index, stored: error, again }, isExact(i) ? 0 : allowed, by);
  });
  return tableOf([...wrongRecords(population), ...judged]);
}

/** Records with an error that is not what the last epoch was tested with, on the test or the validation split. */
function wrongRecords(population: Population): Verified[] {
  return population.trials.flatMap(trial => {
    const { index, status, epochs, error, validationError } = trial;
    if (status !== "finished") return [];
    const last = epochs?.at(-1);
    return [
      [error, last?.testError],
      [validationError, last?.validationError],
    ].flatMap(([stored, tested]) => {
      if (stored === undefined || tested === undefined || tested === stored) return [];
      return [judge(population, { index, stored, again: tested }, 0, "its record")];
    });
  });
}

function judge(population: Population, pair: Retrained, allowed: number, by: Verified["by"]): Verified {
  const near = population.errors.filter(error => Math.abs(pair.again - error) <= allowed);
  const passing = near.length / population.length;
  const fits = Math.abs(pair.again - pair.stored) <= allowed;
  return { ...pair, allowed, passing, verdict: !fits ? "other" : passing > 0.5 ? "cannot tell" : "same", by };
}

/** Whether two trainings are one, to the last bit of every epoch's loss. */
const sameLosses = (a: readonly EpochReport[] = [], b: readonly EpochReport[]): boolean =>
  a.length > 0 && a.length === b.length && a.every(({ trainLoss }, i) => trainLoss === b[i].trainLoss);

async function noiseOf(
  population: Population,
  trained: readonly RetrainedTraining[],
  { noise, networks, signal }: VerifyOptions,
): Promise<number> {
  if (noise !== undefined) return noise;
  const { repeats = 1 } = population.spec;
  if (repeats > 1) return seedNoise(population);
  const errors = new Map(trained.map(({ index, again }) => [index, [again]]));
  for (const seedShift of OTHER_SEEDS) {
    const others = await retrainings("verifyPopulation", population, {
      ...(networks !== undefined && { networks }),
      ...(signal && { signal }),
      seedShift,
    });
    for (const { index, again } of others) errors.get(index)?.push(again);
  }
  return seedNoise({
    rows: [...errors].flatMap(([network, values]) => values.map(error => ({ network, error }))),
  });
}
