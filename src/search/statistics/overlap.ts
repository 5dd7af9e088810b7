/** How much of what runs proposed is the same: between repeats of a strategy, between strategies, and within a run. */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import type { SearchRun } from "../search-run.js";
import { checkedProposals, ProposalNames, type ProposingRuns } from "./proposals.js";

export interface OverlapOptions {
  /** Only the so many functions of each run with the least errors told. Default: all that it proposed. */
  readonly best?: number;
}

/** What a strategy proposed again. */
export interface Repeated {
  readonly name: string;
  /** Functions a run proposed, distinct ones, on average over runs. */
  readonly distinct: number;
  /** The share of a run's proposals whose function it had proposed before, on average. */
  readonly duplicates: number;
}

export interface Overlap {
  /** In the order given. */
  readonly names: readonly string[];
  /** How many functions of each run were compared; undefined: all. */
  readonly best: number | undefined;
  /**
   * Jaccard's index, functions in both over functions in either, on average over pairs of runs with different seeds: on the
   * diagonal of two runs of the strategy. NaN where there is no such pair.
   */
  readonly jaccard: readonly (readonly number[])[];
  readonly repeated: readonly Repeated[];
}

/**
 * The overlap of proposals by function (canonical form; by code where a run does not know its space). Runs with one seed
 * are no pair: strategies that begin with random architectures begin with the same ones there.
 *
 * The index is of sets: a run that proposes one function ten times proposed it. It has no level that chance gives by itself,
 * but random search's own diagonal is that of as many independent draws.
 *
 * @throws RangeError for runs that do not say what they proposed
 * @example
 * ```ts
 * import { evolution, proposalOverlap, random, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 40, repeats: 5 };
 * const { names, jaccard } = proposalOverlap(
 *   {
 *     random: simulate(random(), assignments, how),
 *     evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 *   },
 *   { best: 10 },
 * );
 * names; // => ["random", "evolution"]
 * jaccard.map(line => line.map(index => index.toFixed(2))); // => [["0.23", "0.19"], ["0.19", "0.24"]]
 * ```
 */
export function proposalOverlap(runs: ProposingRuns, options: OverlapOptions = {}): Overlap {
  const fn = "proposalOverlap";
  const entries = checkedProposals(fn, runs);
  expectOptions(fn, options, { best: "number?" });
  const { best } = options;
  if (best !== undefined && !(Number.isInteger(best) && best >= 1)) {
    throw new RangeError(`${fn}: best must be a positive integer, got ${say(best)}`);
  }
  const naming = new ProposalNames();
  const named = entries.map(([, some]) =>
    some.map(run => {
      const functions = naming.of(run);
      const all = new Set(functions);
      const chosen = best === undefined ? all : bestOf(run, functions, best);
      return { seed: run.seed, n: functions.length, distinct: all.size, chosen };
    }),
  );
  const jaccard = named.map(() => named.map(() => Number.NaN));
  for (const [i, first] of named.entries()) {
    for (let j = i; j < named.length; j++) {
      let [sum, pairs] = [0, 0];
      for (const [k, a] of first.entries()) {
        for (const b of i === j ? first.slice(k + 1) : named[j]) {
          if (a.seed === b.seed) continue;
          sum += indexOf(a.chosen, b.chosen);
          pairs++;
        }
      }
      jaccard[i][j] = jaccard[j][i] = sum / pairs;
    }
  }
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    names: entries.map(([name]) => name),
    best,
    jaccard,
    repeated: entries.map(([name], i) => ({
      name,
      distinct: average(named[i].map(({ distinct }) => distinct)),
      duplicates: average(named[i].map(({ n, distinct }) => 1 - distinct / n)),
    })),
  };
}

function indexOf(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let both = 0;
  for (const one of few) if (many.has(one)) both++;
  return both / (a.size + b.size - both);
}

/** The functions with the least errors that the run was told, of those that were trained as long as any. */
function bestOf({ told, epochs }: SearchRun, functions: Uint32Array, most: number): Set<number> {
  const trained = (i: number) => (Number.isNaN(epochs[i]) ? Infinity : epochs[i]);
  const succeeded = [...functions.keys()].filter(i => !Number.isNaN(told[i]));
  const order = succeeded.sort((i, j) =>
    trained(i) === trained(j) ? told[i] - told[j] || i - j : trained(j) - trained(i),
  );
  const chosen = new Set<number>();
  for (const i of order) {
    if (chosen.size === most) break;
    chosen.add(functions[i]);
  }
  return chosen;
}
