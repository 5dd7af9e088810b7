/** A strategy run on a table, again and again. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectFields } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { MOST_SEED } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Space } from "../../spaces/space.js";
import type { MeasuredObjective } from "../objective.js";
import { madeSmall } from "../runs/evaluation.js";
import { RunLog, type SearchRun } from "../search-run.js";
import type { Cost } from "../cost.js";
import type { Proposal } from "../searcher.js";
import type { Strategy } from "../strategy.js";
import type { SearchTable } from "./search-table.js";

export interface SimulateOptions<A extends AnyArchitecture = AnyArchitecture> {
  /** Architectures that each run evaluates. */
  readonly evaluations: number;
  /** Runs, with the seeds `seed`, `seed + 1`, …. Default 1. */
  readonly repeats?: number;
  /** Default 1. */
  readonly seed?: number;
  /**
   * A second objective, known at once, such as `complexityOf("flops")`: what a strategy for two is told beside the error. One for a single
   * objective is told the error alone, and its runs say both.
   */
  readonly also?: MeasuredObjective<A>;
}

/** One run of a strategy on a table. */
export type SimulatedRun = SearchRun;

/**
 * Runs a strategy on a table: one architecture at a time, told before the next is asked for. After each evaluation a run
 * is judged by the architecture with the least error that it was told of. A strategy that has nothing more to propose, as growth that has reached its
 * end, ends its run there; the run says so by `budget`, and curves and comparisons hold what it had found.
 *
 * @throws RangeError for counts that are none, and for a strategy that cannot search the table's space, or asks for nothing at all
 * @example
 * ```ts
 * import { evolution, random, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 50, repeats: 20 };
 * const mean = (strategy: ReturnType<typeof random>) =>
 *   simulate(strategy, assignments, how).reduce((sum, { judged }) => sum + judged[49] / 20, 0);
 * // The error that each finds on average with 50 evaluations, and the least there is.
 * [mean(random()), mean(evolution({ population: 10, sample: 3 })), assignments.best].map(error => error.toFixed(2)); // => ["15.94", "15.93", "13.59"]
 * ```
 */
export function simulate<A extends AnyArchitecture>(
  strategy: Strategy,
  table: SearchTable<A>,
  options: SimulateOptions<A>,
): SimulatedRun[] {
  const fn = "simulate";
  expectFields(fn, "a strategy, such as random(),", strategy, { name: "text", start: "function" });
  expectFields(fn, 'a table to search, such as (await table("SmallCells")).search(),', table, {
    space: "object",
    look: "function",
  });
  expectOptions(fn, options, { evaluations: "any", repeats: "any?", seed: "any?", also: "object?" });
  const { evaluations, repeats = 1, seed = 1, also } = options;
  for (const [name, value] of Object.entries({ evaluations, repeats })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`simulate: ${name} must be a positive integer, got ${say(value)}`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed + repeats - 1 <= MOST_SEED)) {
    throw new RangeError(
      `simulate: seed must be an integer of 32 bits with room for the repeats, got ${say(seed)}`,
    );
  }
  if (also !== undefined) {
    expectFields(fn, 'a second objective, such as complexityOf("flops")', also, {
      name: "text",
      measure: "function",
    });
  }
  requireSimulable(strategy, table, evaluations, also);
  const second = also && remembered(fn, also);
  return Array.from({ length: repeats }, (_, i) => run(strategy, table, evaluations, seed + i, second));
}

/**
 * @throws RangeError for a strategy that wants other objectives, or more epochs, than there are, and for a space or a budget that it
 *   cannot search: before anything is run
 */
export function requireSimulable<A extends AnyArchitecture>(
  strategy: Strategy,
  table: SearchTable<A>,
  evaluations: number,
  also?: MeasuredObjective<A>,
): void {
  const fn = "simulate";
  const wanted = strategy.objectives ?? 1;
  if (wanted > 1 && !(wanted === 2 && also)) {
    throw new RangeError(
      `${fn}: ${strategy.name} searches by ${wanted === 2 ? "two" : wanted} objectives, and the table tells one; give it another, { also: complexityOf("flops") }, or choose a strategy for one`,
    );
  }
  if (table.epochs !== undefined && (strategy.epochs ?? 0) > table.epochs) {
    throw new RangeError(
      table.epochs === 0
        ? `${fn}: ${strategy.name} asks for trainings after some epochs, and the table knows whole trainings alone; give its entries errors by epoch`
        : `${fn}: ${strategy.name} trains for ${strategy.epochs} epochs, and the table knows ${table.epochs}; give the strategy { epochs: ${table.epochs} }`,
    );
  }
  const { space, where } = table;
  strategy.start({ space, seed: 1, budget: evaluations, ...(where && { where }) });
}

/** An objective of ways, made small; each way is asked once for all runs. */
function remembered<A extends AnyArchitecture>(fn: string, also: MeasuredObjective<A>) {
  const known = new Map<string, number>();
  return ({ code, architecture }: Pick<Way<A>, "code" | "architecture">): number => {
    const key = String(code);
    const found = known.get(key);
    if (found !== undefined) return found;
    const measured = also.measure(architecture, {});
    if (measured instanceof Promise || typeof measured.value !== "number") {
      // What it comes to is nobody's.
      if (measured instanceof Promise) measured.catch(() => {});
      throw new RangeError(
        `${fn}: expected ${also.name} to be known at once, as { value, cost }, got ${say(measured)}; measure it before, and give { name, settings, measure } whose measure looks it up`,
      );
    }
    const value = madeSmall(also, measured.value);
    known.set(key, value);
    return value;
  };
}

function run<A extends AnyArchitecture>(
  strategy: Strategy,
  whole: SearchTable<A>,
  evaluations: number,
  seed: number,
  second: ReturnType<typeof remembered<A>> | undefined,
): SimulatedRun {
  const table = whole.forRun?.(seed) ?? whole;
  const { space, where } = table;
  const searcher = strategy.start({ space, seed, budget: evaluations, ...(where && { where }) });
  const about = { strategy: strategy.name, seed, space: space as unknown as Space<AnyArchitecture> };
  const log = new RunLog(about, evaluations);
  const tellsBoth = second !== undefined && strategy.objectives === 2;
  const asked: Proposal[] = [];
  for (let place = 0; place < evaluations; place++) {
    const [proposal] = searcher.ask(1);
    if (proposal === undefined) {
      if (place > 0) return log.run(evaluations);
      throw new RangeError(
        `simulate: ${strategy.name} asked for nothing in ${space.name}; give it a space, or windows, in which it finds something`,
      );
    }
    const { way, epochs } = proposal;
    const { error, judged, cost: all } = table.look(way as never, epochs);
    const cost = all && paidFor(strategy.name, table, proposal, all, asked);
    asked.push(proposal);
    const also = second?.(way as never);
    const outcome = cost ? { ...proposal, place, error, cost } : { ...proposal, place, error };
    searcher.tell(tellsBoth ? { ...outcome, objectives: [error, also!] } : outcome);
    log.add({ code: way.code, error, judged, cost, epochs, also });
  }
  return log.run();
}

/** What an evaluation costs: of a training that goes on, the further epochs. */
function paidFor<A extends AnyArchitecture>(
  strategy: string,
  table: SearchTable<A>,
  { way, epochs, continues }: Proposal,
  whole: Cost,
  asked: readonly Proposal[],
): Cost {
  if (continues === undefined) return whole;
  const before = asked[continues] as Proposal | undefined;
  const goesOn =
    before?.epochs !== undefined &&
    before.epochs < (epochs ?? Infinity) &&
    String(before.way.code) === String(way.code);
  if (!goesOn) {
    throw new RangeError(
      `simulate: ${strategy} continues proposal ${say(continues)}, expected an earlier one of the same architecture with fewer epochs, got ${before ? `${say(before.way.architecture)} after ${before.epochs ?? "all"} epochs` : "none"}`,
    );
  }
  const { cost } = table.look(way as never, before.epochs);
  const rest = (name: keyof Cost) => (whole[name] ?? Number.NaN) - (cost?.[name] ?? Number.NaN);
  return { images: rest("images"), seconds: rest("seconds") };
}
