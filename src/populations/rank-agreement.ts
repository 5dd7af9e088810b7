/**
 * Do two trainings rank networks alike? Between sets of images, recipes or seeds: Spearman's ρ of the errors of the
 * networks that both have, by their architectures.
 */
import { quantileSorted } from "simple-statistics";
import { expectFields } from "../base/expect.js";
import type { StoredArchitecture } from "../networks/stored.js";
import { requireRandom, seeded } from "../base/random.js";
import { say } from "../base/say.js";
import type { BootstrapOptions } from "../statistics/bootstrap.js";
import { spearman } from "../statistics/correlation.js";
import { type SharedCorrelation, spearmanBetween } from "../statistics/spearman-between.js";
import { checkedOptions, requireCount, StatisticsError } from "../statistics/statistics-error.js";
import type { Population } from "./population.js";
import { TableError } from "../tables/table-error.js";
import { canonicalJson } from "../trials/trial.js";

type Some = Population | readonly Population[];

/**
 * How alike two populations rank the networks that both trained. Networks are the same if their stem, block, stages,
 * activation and resolution are; the number of classes may differ. One trained more than once counts with its mean error.
 *
 * @param a a population, or several taken as one
 * @returns ρ with its p, n networks in common, the bootstrap's interval over networks, and how many were `unmatched`
 * @throws TableError for fewer than three networks in common
 * @example
 * ```
 * // The same 32 networks with two recipes: specs of one space, seed and windows.
 * rankAgreement(openPopulation("runs/short"), openPopulation("runs/long")).value;
 * ```
 */
export function rankAgreement(a: Some, b: Some, options: BootstrapOptions = {}): SharedCorrelation {
  const [first, second] = [a, b].map(
    some => new Map([...trainingsOf("rankAgreement", some)].map(([key, errors]) => [key, mean(errors)])),
  );
  const shared = [...first.keys()].filter(key => second.has(key)).length;
  if (shared < 3) {
    throw new TableError(
      `rankAgreement: expected at least 3 networks that both trained, got ${shared} of ${first.size} and ${second.size}; ` +
        "specs of the same space, seed, windows and stem have the same networks",
    );
  }
  return spearmanBetween(first, second, options);
}

/** How alike trainings of the same networks with other seeds rank them. */
export interface SeedAgreement {
  /** Spearman's ρ, the mean over all pairs of trainings. */
  readonly value: number;
  /** The bootstrap's interval over networks, 95 % or the level asked for. */
  readonly low: number;
  readonly high: number;
  /** Networks, and how often each was trained. */
  readonly n: number;
  readonly trainings: number;
}

/**
 * How alike one training ranks a population's networks as another with other seeds does: what the rank agreement of two
 * sets of images is to be held against.
 *
 * @param population one whose spec has `repeats`, or several with as many; networks that miss a training are left out
 * @throws TableError for fewer than three networks that were all trained equally often, at least twice
 * @example
 * ```ts
 * const { value, n, trainings } = seedAgreement(await shippedPopulation("AnyNetXE-seeds"));
 * [value.toFixed(2), n, trainings]; // => ["0.91", 12, 4]
 * ```
 */
export function seedAgreement(population: Some, options: BootstrapOptions = {}): SeedAgreement {
  const { repeats = 10_000, random = seeded(0), level = 0.95 } = checkedOptions("seedAgreement", options);
  requireRandom("seedAgreement", random);
  requireCount("seedAgreement", "repeats", repeats, 2);
  if (!(level > 0 && level < 1)) {
    throw new StatisticsError(`seedAgreement: expected a level in (0, 1), got ${say(level)}`);
  }
  const all = [...trainingsOf("seedAgreement", population).values()];
  const trainings = all.reduce((most, errors) => Math.max(most, errors.length), 0);
  const networks = all.filter(errors => errors.length === trainings);
  if (trainings < 2 || networks.length < 3) {
    throw new TableError(
      `seedAgreement: expected at least 3 networks trained twice or more (a spec with repeats), got ${networks.length} with ${trainings} each`,
    );
  }
  const value = meanOverPairs(networks);
  if (value === undefined) {
    throw new TableError(
      "seedAgreement: expected errors that vary between networks, got a training where all are equal",
    );
  }
  const drawn = Float64Array.from({ length: repeats }, () => {
    for (;;) {
      const again = meanOverPairs(networks.map(() => networks[Math.floor(random() * networks.length)]));
      // Resamples in which an error does not vary have no ranks.
      if (again !== undefined) return again;
    }
  }).sort() as unknown as number[];
  const [low, high] = [(1 - level) / 2, (1 + level) / 2].map(p => quantileSorted(drawn, p));
  return { value, low, high, n: networks.length, trainings };
}

/** Spearman's ρ between every two trainings of the networks, on average; undefined where one does not vary. */
function meanOverPairs(networks: readonly (readonly number[])[]): number | undefined {
  const columns = networks[0].map((_, training) => networks.map(errors => errors[training]));
  if (columns.some(errors => errors.every(error => error === errors[0]))) return undefined;
  const pairs = columns.flatMap((x, i) => columns.slice(i + 1).map(y => spearman(x, y).value));
  return mean(pairs);
}

/** The errors of each network's trainings, in the order of the sweep. */
function trainingsOf(caller: string, populations: Some): Map<string, number[]> {
  const errors = new Map<string, number[]>();
  for (const population of [populations].flat()) {
    expectFields(caller, "a population", population, { trials: "list", errors: "list" });
    for (const [i, trial] of population.trials.entries()) {
      const error = population.errors[i];
      if (!Number.isFinite(error)) continue;
      const key = networkKey(trial.readRow().architecture);
      const known = errors.get(key);
      if (known) known.push(error);
      else errors.set(key, [error]);
    }
  }
  return errors;
}

/** What makes a network the same one on other images: not its name, nor how many classes there are. */
const networkKey = ({
  name: _name,
  classes: _classes,
  parameters: _made,
  ...network
}: StoredArchitecture): string => canonicalJson(network);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
