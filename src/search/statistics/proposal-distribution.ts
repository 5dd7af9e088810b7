/** How good what a search proposed is, held against the space: distribution functions and their distances. */
import { expectOptions } from "../../base/expect-options.js";
import { seededAt } from "../../base/random.js";
import { studentQuantile } from "../../statistics/distributions.js";
import { mean, sampleVariance } from "../../statistics/scale.js";
import { checkedProposals, type ProposingRuns } from "./proposals.js";
import { requireSpace, type SpaceErrors } from "./space-errors.js";

export interface ProposalDistributionOptions {
  /** Of the bands and intervals, over runs. Default 0.95. */
  readonly level?: number;
  /** Most points of the curves. Default 200. */
  readonly points?: number;
}

/** What a strategy's runs proposed. */
export interface ProposedErrors {
  readonly name: string;
  readonly repeats: number;
  /** Proposals of a run with an error, on average, and the share of failed ones, which are left out. */
  readonly proposals: number;
  readonly failed: number;
  /** At each of the errors, the share of a run's proposals that are at most that bad, on average over runs, with t's pointwise band. */
  readonly share: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /**
   * Kolmogorov and Smirnov's distance of a run's proposals to the space, on average over runs with t's interval (NaN of one run),
   * and what its two sides are: how far proposals run ahead of the space, and how far behind.
   */
  readonly distance: number;
  readonly distanceLow: number;
  readonly distanceHigh: number;
  readonly ahead: number;
  readonly behind: number;
  /** The distance that as many random draws have on average, and the one that 95 of 100 stay below. */
  readonly byChance: number;
  readonly byChanceMost: number;
}

export interface ProposalDistribution {
  readonly level: number;
  /** Errors at which the shares are said, rising. */
  readonly errors: readonly number[];
  /** The space's own, by what random search draws. */
  readonly space: readonly number[];
  readonly spaceName: string;
  readonly strategies: readonly ProposedErrors[];
}

/** Simulated random searches for what chance does. */
const RANDOM_RUNS = 1000;

/**
 * The distribution of the errors that runs' proposals are judged by, against that of the space.
 *
 * Proposals are no random sample: each depends on those before it, so that there is no test of one run's proposals against
 * the space, and no p value is given. What is independent are the runs: distances and bands are means over them. A run
 * counts as one, however many proposals it made; a proposal counts as often as it was made. The space is weighted as random
 * search draws from it, so that random search's curve is the space's but for chance, which `byChance` measures.
 *
 * @throws RangeError for runs that do not say what they proposed
 * @example
 * ```ts
 * import { evolution, proposalDistribution, simulate, spaceErrors, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const runs = simulate(evolution({ population: 10, sample: 3 }), assignments, { evaluations: 60, repeats: 10 });
 * const { strategies } = proposalDistribution({ evolution: runs }, spaceErrors(assignments));
 * // Kolmogorov and Smirnov's distance from what random search draws.
 * strategies[0].distance; // ≈ 0.164
 * ```
 */
export function proposalDistribution(
  runs: ProposingRuns,
  space: SpaceErrors,
  options: ProposalDistributionOptions = {},
): ProposalDistribution {
  const fn = "proposalDistribution";
  const entries = checkedProposals(fn, runs);
  requireSpace(fn, space);
  expectOptions(fn, options, { level: "number?", points: "number?" });
  const { level = 0.95, points = 200 } = options;
  if (!(level > 0 && level < 1)) throw new RangeError(`${fn}: level must be in (0, 1), got ${level}`);
  if (!(Number.isInteger(points) && points >= 2)) {
    throw new RangeError(`${fn}: points must be an integer of at least 2, got ${points}`);
  }
  const whole = new SpaceSteps(space);
  const grid = thin(whole.errors, points);
  const strategies = entries.map(([name, some]): ProposedErrors => {
    const sorted = some.map(({ own }) => Float64Array.from(own).filter(Number.isFinite).sort());
    const empty = sorted.findIndex(errors => errors.length === 0);
    if (empty >= 0) {
      throw new RangeError(`${fn}: expected an error in every run, got none in run ${empty} of ${name}`);
    }
    const bands = grid.map(error => {
      const shares = Float64Array.from(sorted, errors => countUpTo(errors, error) / errors.length);
      const [value, low, high] = interval(shares, level);
      return { value, low: Math.max(0, low), high: Math.min(1, high) };
    });
    const sides = sorted.map(errors => whole.sides(errors));
    const [distance, distanceLow, distanceHigh] = interval(
      sides.map(({ ahead, behind }) => Math.max(ahead, behind)),
      level,
    );
    const proposals = mean(sorted.map(({ length }) => length));
    const chance = whole.byChance(Math.round(proposals));
    return {
      name,
      repeats: some.length,
      proposals,
      failed: mean(some.map(({ own }, i) => 1 - sorted[i].length / own.length)),
      share: bands.map(({ value }) => value),
      low: bands.map(({ low }) => low),
      high: bands.map(({ high }) => high),
      distance,
      distanceLow,
      distanceHigh,
      ahead: mean(sides.map(({ ahead }) => ahead)),
      behind: mean(sides.map(({ behind }) => behind)),
      byChance: chance.mean,
      byChanceMost: chance.most,
    };
  });
  return {
    level,
    errors: grid,
    space: grid.map(error => whole.at(error)),
    spaceName: space.name,
    strategies,
  };
}

/** Mean with Student's interval; of a single value without ends. */
function interval(values: ArrayLike<number>, level: number): [value: number, low: number, high: number] {
  const list = Float64Array.from(values);
  const value = mean(list);
  if (list.length < 2) return [value, Number.NaN, Number.NaN];
  const half =
    studentQuantile((1 - level) / 2, list.length - 1) * Math.sqrt(sampleVariance(list) / list.length);
  return [value, value - half, value + half];
}

/** How many of some rising numbers are at most this one. */
function countUpTo(sorted: Float64Array, error: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= error) low = middle + 1;
    else high = middle;
  }
  return low;
}

const thin = (values: Float64Array, most: number): number[] =>
  values.length <= most
    ? [...values]
    : Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);

interface Chance {
  readonly mean: number;
  readonly most: number;
}

/** The space's distribution function: its distinct errors, and the shares that are at most as bad. */
class SpaceSteps {
  readonly errors: Float64Array;
  readonly #shares: Float64Array;
  readonly #chances = new Map<number, Chance>();

  constructor({ errors, weights }: SpaceErrors) {
    const order = Uint32Array.from(errors.keys()).sort((i, j) => errors[i] - errors[j]);
    const [distinct, shares]: number[][] = [[], []];
    let below = 0;
    for (const i of order) {
      below += weights[i];
      if (distinct[distinct.length - 1] === errors[i]) shares[shares.length - 1] = below;
      else {
        distinct.push(errors[i]);
        shares.push(below);
      }
    }
    this.errors = Float64Array.from(distinct);
    this.#shares = Float64Array.from(shares, share => share / below);
  }

  at(error: number): number {
    const count = countUpTo(this.errors, error);
    return count === 0 ? 0 : this.#shares[count - 1];
  }

  /** How far some proposals' function is above the space's at most, and below; both are steps, so at their steps. */
  sides(sorted: Float64Array): { readonly ahead: number; readonly behind: number } {
    let [i, j, ahead, behind] = [0, 0, 0, 0];
    const { errors } = this;
    while (i < sorted.length || j < errors.length) {
      const error = Math.min(sorted[i] ?? Infinity, errors[j] ?? Infinity);
      while (i < sorted.length && sorted[i] <= error) i++;
      while (j < errors.length && errors[j] <= error) j++;
      const gap = i / sorted.length - (j === 0 ? 0 : this.#shares[j - 1]);
      ahead = Math.max(ahead, gap);
      behind = Math.max(behind, -gap);
    }
    return { ahead, behind };
  }

  /** Distances of so many random draws. */
  byChance(n: number): Chance {
    const known = this.#chances.get(n) ?? this.#simulated(n);
    this.#chances.set(n, known);
    return known;
  }

  #simulated(n: number): Chance {
    const found = Array.from({ length: RANDOM_RUNS }, (_, run) => {
      const random = seededAt(0, run);
      const drawn = Float64Array.from({ length: n }, () => this.errors[this.#place(random())]).sort();
      const { ahead, behind } = this.sides(drawn);
      return Math.max(ahead, behind);
    }).sort((a, b) => a - b);
    return { mean: mean(found), most: found[Math.ceil(0.95 * RANDOM_RUNS) - 1] };
  }

  /** The first step whose share is above this. */
  #place(share: number): number {
    return Math.min(this.errors.length - 1, countUpTo(this.#shares, share));
  }
}
