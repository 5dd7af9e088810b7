/**
 * NSGA-II (Deb et al. 2002): a population that is sorted into fronts, of which none is worse in everything than another of
 * its front; from front to front, and within one by how lonely a member is, the better half of parents and children
 * survive. Parents are the winners of tournaments of two; children are crossed and mutated.
 *
 * Deviations: a child has one choice made anew, there each with probability 1 / n; two parents are crossed choice by choice, there at
 * a point or by a distribution around them. And survivors are chosen after every `population` outcomes, not after a whole generation was trained at once, so
 * that workers need not wait for each other; asked one at a time it is the same.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { type Random, seededAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Proposer } from "../proposer.js";
import type { Outcome, Searcher } from "../searcher.js";
import { isCount, isShare, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface Nsga2Settings {
  /** Members of the population. Default 30, scaled by us to some hundred evaluations. */
  readonly population?: number;
  /** Probability that a child has two parents. Default 0.9. */
  readonly crossover?: number;
}

interface Member<A> {
  readonly way: Way<A>;
  readonly objectives: readonly number[];
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly parents: readonly Stored[];
  readonly children: readonly Stored[];
}

interface Stored {
  readonly code: readonly number[];
  readonly objectives: readonly (number | null)[];
}

/**
 * NSGA-II (Deb et al. 2002), for two objectives: fronts of which no member is worse in both than another survive.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { complexityOf, nsga2, search, table, tableError } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const { front } = await search(SmallAssignments, {
 *   strategy: nsga2({ population: 10 }),
 *   objective: [tableError(assignments), complexityOf("flops")],
 *   budget: 50,
 * });
 * // Networks than which no other is better in both: the error falls, flops rise.
 * front.length; // => 6
 * ```
 */
export function nsga2(settings?: Nsga2Settings): Strategy {
  const all = settingsOf<Nsga2Settings>(
    "nsga2",
    settings,
    { population: 30, crossover: 0.9 },
    {
      population: ["a positive integer", isCount],
      crossover: ["a number in [0, 1]", isShare],
    },
  );
  const { population, crossover } = all;
  return {
    name: "NSGA-II",
    settings: all,
    objectives: 2,
    takesKnown: true,
    start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
      const { seed, budget, known = 0 } = context;
      // What is known from the beginning is of the population, and need not be drawn.
      const drawn = population - known;
      if (budget !== undefined && budget < drawn) {
        throw new RangeError(
          `nsga2: a budget of ${budget} is below the initial population of ${population}, which makes it random search; give a smaller population, such as ${Math.max(1, Math.round(budget / 5))}`,
        );
      }
      const proposer = new Proposer("nsga2", context, { changes: true });
      const kept = state as State | undefined;
      const revived = (stored: readonly Stored[] = []): Member<A>[] =>
        stored.map(({ code, objectives }) => ({
          way: proposer.decisions.decode(code),
          objectives: objectives.map(value => value ?? Infinity),
        }));
      let asked = kept?.asked ?? 0;
      let parents = revived(kept?.parents);
      let children = revived(kept?.children);
      /** Of the parents: kept until they change. */
      let ranked: Ranked | undefined;
      const winner = (random: Random): Way<A> => {
        const { front, distance } = (ranked ??= rank(parents.map(({ objectives }) => objectives)));
        const [a, b] = [0, 1].map(() => Math.floor(random() * parents.length));
        const better = front[a] < front[b] || (front[a] === front[b] && distance[a] > distance[b]);
        return parents[better ? a : b].way;
      };
      const child = (place: number): Way<A> => {
        const random = seededAt(seed, place);
        if (place < drawn || parents.length === 0) return proposer.draw(random);
        const crossed =
          random() < crossover ? proposer.cross(winner(random), winner(random), random) : winner(random);
        return proposer.mutate(crossed, random);
      };
      return {
        ask: n => Array.from({ length: n }, () => ({ way: child(asked++) as never })),
        tell(outcome) {
          children.push({ way: outcome.way as never, objectives: objectivesOf(outcome) });
          if (children.length < population) return;
          parents = survivors([...parents, ...children], population);
          children = [];
          ranked = undefined;
        },
        state(): State {
          const stored = (members: readonly Member<A>[]): Stored[] =>
            members.map(({ way, objectives }) => ({
              code: way.code,
              objectives: objectives.map(value => (value === Infinity ? null : value)),
            }));
          return { asked, parents: stored(parents), children: stored(children) };
        },
      };
    },
  };
}

/** Failures are worse than all in everything. */
function objectivesOf({ error, objectives }: Outcome): readonly number[] {
  if (objectives === undefined || objectives.length < 2) {
    throw new RangeError(
      `nsga2: expected outcomes of at least two objectives, got ${say(objectives ?? [error])}; give the search two, or choose a strategy for one`,
    );
  }
  // By one objective alone it would stand at an end of the first front, and be bred from.
  const failed = Number.isNaN(error) || objectives.some(Number.isNaN);
  return objectives.map(value => (failed ? Infinity : value));
}

interface Ranked {
  /** Which front each is of, from 0. */
  readonly front: readonly number[];
  /** Crowding distance within its front: Infinity at the ends. */
  readonly distance: readonly number[];
}

const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => value <= b[i]) && a.some((value, i) => value < b[i]);

/** Fronts and crowding distances of some points, each objective made small. */
export function rank(points: readonly (readonly number[])[]): Ranked {
  const front = points.map(() => -1);
  const distance = points.map(() => 0);
  let left = points.map((_, i) => i);
  for (let level = 0; left.length > 0; level++) {
    const here = left.filter(i => !left.some(j => dominates(points[j], points[i])));
    for (const i of here) front[i] = level;
    crowd(points, here, distance);
    left = left.filter(i => front[i] < 0);
  }
  return { front, distance };
}

/** Adds, for each objective, how far apart a member's neighbours are, as a share of the front's extent. */
function crowd(points: readonly (readonly number[])[], members: readonly number[], distance: number[]): void {
  for (const objective of points[members[0]].keys()) {
    const order = members.toSorted((a, b) => points[a][objective] - points[b][objective]);
    const value = (i: number) => points[order[i]][objective];
    const extent = value(order.length - 1) - value(0);
    for (const [i, member] of order.entries()) {
      if (i === 0 || i === order.length - 1) distance[member] = Infinity;
      else if (extent > 0 && Number.isFinite(extent))
        distance[member] += (value(i + 1) - value(i - 1)) / extent;
    }
  }
}

function survivors<A>(members: readonly Member<A>[], n: number): Member<A>[] {
  const { front, distance } = rank(members.map(({ objectives }) => objectives));
  return members
    .map((_, i) => i)
    .sort((a, b) => front[a] - front[b] || order(distance[b], distance[a]) || a - b)
    .slice(0, n)
    .map(i => members[i]);
}

/** The difference, 0 for two infinities. */
const order = (a: number, b: number): number => (a === b ? 0 : a - b);
