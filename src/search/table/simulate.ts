/** A strategy run on a table, again and again. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { MOST_SEED } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Strategy } from "../strategy.js";
import type { SearchTable } from "./search-table.js";

export interface SimulateOptions {
  /** Architectures that each run evaluates. */
  readonly evaluations: number;
  /** Runs, with the seeds `seed`, `seed + 1`, …. Default 1. */
  readonly repeats?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** One run of a strategy on a table. */
export interface SimulatedRun {
  readonly seed: number;
  /** Of what was the best so far by the error that it was told: the error that it is judged by, after each evaluation. */
  readonly judged: Float64Array;
  /** Images trained on so far, and seconds; NaN where the table does not say. */
  readonly images: Float64Array;
  readonly seconds: Float64Array;
}

/**
 * Runs a strategy on a table: one architecture at a time, told before the next is asked for. After each evaluation a run
 * is judged by the architecture with the least error that it was told of.
 *
 * @throws RangeError for counts that are none, for a strategy that cannot search the table's space, or that asks for nothing
 *   before its budget is spent
 */
export function simulate<A extends AnyArchitecture>(
  strategy: Strategy,
  table: SearchTable<A>,
  { evaluations, repeats = 1, seed = 1 }: SimulateOptions,
): SimulatedRun[] {
  for (const [name, value] of Object.entries({ evaluations, repeats })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`simulate: ${name} must be a positive integer, got ${say(value)}`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed + repeats - 1 <= MOST_SEED)) {
    throw new RangeError(
      `simulate: seed must be an integer of 32 bits with room for the repeats, got ${say(seed)}`,
    );
  }
  return Array.from({ length: repeats }, (_, i) => run(strategy, table, evaluations, seed + i));
}

function run<A extends AnyArchitecture>(
  strategy: Strategy,
  whole: SearchTable<A>,
  evaluations: number,
  seed: number,
): SimulatedRun {
  const table = whole.forRun?.(seed) ?? whole;
  const { space, where } = table;
  const searcher = strategy.start({ space, seed, budget: evaluations, ...(where && { where }) });
  const judged = new Float64Array(evaluations);
  const images = new Float64Array(evaluations);
  const seconds = new Float64Array(evaluations);
  let [least, of, shown, took] = [Infinity, Number.NaN, 0, 0];
  for (let place = 0; place < evaluations; place++) {
    const [proposal] = searcher.ask(1);
    if (proposal === undefined) {
      throw new RangeError(
        `simulate: ${strategy.name} asked for nothing after ${place} of ${evaluations} evaluations; give it fewer`,
      );
    }
    const entry = table.look(proposal.way as never, proposal.epochs);
    shown += entry.cost?.images ?? Number.NaN;
    took += entry.cost?.seconds ?? Number.NaN;
    if (entry.error < least || place === 0) [least, of] = [entry.error, entry.judged];
    searcher.tell({ ...proposal, place, error: entry.error, ...(entry.cost && { cost: entry.cost }) });
    judged[place] = of;
    images[place] = shown;
    seconds[place] = took;
  }
  return { seed, judged, images, seconds };
}
