/**
 * Do two trainings rank networks alike? Between sets of images, recipes or seeds: Spearman's ρ of the errors of the
 * networks that both have, by their architectures.
 */
import { quantileSorted } from "simple-statistics";
import { expectFields } from "../base/expect.js";
import { type AnyStoredArchitecture, isRevivable } from "../architectures/stored.js";
import { checkedRandom, seeded } from "../base/random.js";
import { bootstrapNames, type BootstrapOptions } from "../statistics/bootstrap.js";
import { spearman } from "../statistics/correlation.js";
import { extent } from "../base/extent.js";
import { type SharedCorrelation, spearmanBetween } from "../statistics/spearman-between.js";
import {
  checkedOptions,
  requireCount,
  requireLevel,
  StatisticsError,
} from "../statistics/statistics-error.js";
import type { Population } from "./population.js";
import { TableError } from "../tables/table-error.js";
import { contentsOf } from "../trials/space-spec.js";
import { canonicalJson } from "../trials/trial.js";

type Some = Population | readonly Population[];

/**
 * How alike two populations rank the networks that both trained. Networks are the same if their stem, block, stages,
 * activation and resolution are, and the code of a block of one's own; the number of classes may differ. One trained more than once counts with its mean error.
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
  checkedOptions("rankAgreement", options, bootstrapNames);
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
  /** Spearman's ρ, the mean over all pairs of trainings, each by the networks that have both. */
  readonly value: number;
  /** The bootstrap's interval over networks, 95 % or the level asked for. */
  readonly low: number;
  readonly high: number;
  /** Networks that were trained twice or more. */
  readonly n: number;
  /** How often one was trained at most, and how often the networks were in all. */
  readonly trainings: number;
  readonly total: number;
}

/** Resamples in a row without ranks: even where all networks but one are alike, a random source gives few. */
const MOST_TRIES = 10_000;

/**
 * How alike one training ranks a population's networks as another with other seeds does: what the rank agreement of two
 * sets of images is to be held against.
 *
 * @param population one whose spec has `repeats`, or several; networks trained once are left out, those that miss a
 *   training count where they have both of a pair
 * @throws TableError for fewer than three networks that were trained twice
 * @example
 * ```ts
 * const { value, n, trainings } = seedAgreement(await shippedPopulation("AnyNetXE-seeds"));
 * [value.toFixed(2), n, trainings]; // => ["0.91", 12, 4]
 * ```
 */
export function seedAgreement(population: Some, options: BootstrapOptions = {}): SeedAgreement {
  const {
    repeats = 10_000,
    random: source = seeded(0),
    level = 0.95,
  } = checkedOptions("seedAgreement", options, bootstrapNames);
  const random = checkedRandom("seedAgreement", source);
  requireCount("seedAgreement", "repeats", repeats, 2);
  requireLevel("seedAgreement", level);
  const all = [...trainingsOf("seedAgreement", population).values()];
  const networks = all.filter(errors => errors.length > 1);
  if (networks.length < 3) {
    throw new TableError(
      `seedAgreement: expected at least 3 networks trained twice or more (a spec with repeats), got ${networks.length} of ${all.length}`,
    );
  }
  const value = meanOverPairs(networks);
  if (value === undefined) {
    throw new TableError(
      "seedAgreement: expected errors that vary between networks, got a training where all are equal",
    );
  }
  const drawn = Float64Array.from({ length: repeats }, () => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const again = meanOverPairs(networks.map(() => networks[Math.floor(random() * networks.length)]));
      if (again !== undefined) return again;
    }
    throw new StatisticsError(
      "seedAgreement: expected a random source of numbers in [0, 1) that vary, got the same network always",
    );
  }).sort() as unknown as number[];
  const [low, high] = [(1 - level) / 2, (1 + level) / 2].map(p => quantileSorted(drawn, p));
  const lengths = networks.map(({ length }) => length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return { value, low, high, n: networks.length, trainings: extent(lengths)[1], total };
}

/**
 * Spearman's ρ between every two trainings by the networks that have both, on average, each weighted with their number;
 * pairs with fewer than three are left out. Undefined where the errors of one do not vary, or all are left out.
 */
function meanOverPairs(networks: readonly (readonly number[])[]): number | undefined {
  const trainings = extent(networks.map(({ length }) => length))[1];
  let [sum, weight] = [0, 0];
  for (let i = 0; i < trainings; i++) {
    for (let j = i + 1; j < trainings; j++) {
      const both = networks.filter(({ length }) => length > j);
      const [x, y] = [both.map(errors => errors[i]), both.map(errors => errors[j])];
      if (both.length < 3) continue;
      if (isConstant(x) || isConstant(y)) return undefined;
      sum += both.length * spearman(x, y).value;
      weight += both.length;
    }
  }
  return weight === 0 ? undefined : sum / weight;
}

const isConstant = (values: readonly number[]): boolean => values.every(value => value === values[0]);

/** The errors of each network's trainings, in the order of the sweep. */
function trainingsOf(caller: string, populations: Some): Map<string, number[]> {
  const errors = new Map<string, number[]>();
  for (const population of [populations].flat()) {
    expectFields(caller, "a population", population, { trials: "list", errors: "list" });
    const { space } = population.spec;
    for (const [i, trial] of population.trials.entries()) {
      const error = population.errors[i];
      if (!Number.isFinite(error)) continue;
      const { architecture } = trial;
      // Blocks of the user's may share a name and be different code.
      const code = isRevivable(architecture) ? [] : contentsOf(space);
      const key = `${code.join("+")} ${networkKey(architecture)}`;
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
}: AnyStoredArchitecture): string => canonicalJson(network);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
