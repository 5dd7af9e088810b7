/** A table that tells its errors with noise on them, as shorter or unluckier trainings would: is a strategy led astray by it? */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectFields } from "../../base/expect.js";
import { seededAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { SearchTable, TableEntry } from "./search-table.js";

/**
 * The table with normal noise on what a search is told, drawn for each run and each function by the run's seed; what a search is judged
 * by stays as it is. It tells whole trainings alone.
 *
 * @param deviation standard deviation of the noise, points
 * @throws RangeError for a deviation below zero, and for a table of one training of each function, which does not say what is the same one
 * @example
 * ```ts
 * import { noisyTable, random, simulate, table } from "netspace/search";
 * const noisy = noisyTable((await table("SmallAssignments")).search(), 5);
 * simulate(random(), noisy, { evaluations: 20, repeats: 2 }).length; // => 2
 * ```
 */
export function noisyTable<A extends AnyArchitecture>(
  table: SearchTable<A>,
  deviation: number,
): SearchTable<A> {
  const fn = "noisyTable";
  expectFields(fn, 'a table to search, such as (await table("SmallCells")).search(),', table, {
    space: "object",
    look: "function",
  });
  if (!(typeof deviation === "number" && deviation >= 0 && deviation < Infinity)) {
    throw new RangeError(`${fn}: expected a standard deviation ≥ 0, got ${say(deviation)}`);
  }
  if (!table.drawnFrom) {
    throw new RangeError(
      `${fn}: expected a table of several trainings of each function, got one that has no others; ask it for training: "drawn"`,
    );
  }
  const forRun = (seed: number): SearchTable<A> => {
    const told = table.forRun?.(seed) ?? table;
    return {
      space: table.space,
      best: table.best,
      epochs: 0,
      ...(table.where && { where: table.where }),
      ...(table.facts && { facts: { print: `${table.facts.print} with noise of ${deviation}` } }),
      forRun,
      look(way: Way<A>, epochs?: number): TableEntry {
        if (epochs !== undefined) {
          throw new RangeError(`${fn}: expected to be asked for whole trainings, got ${say(epochs)} epochs`);
        }
        const { error, judged, cost } = told.look(way);
        // Another stream than that which draws the training.
        const random = seededAt((seed ^ 0x9e3779b9) >>> 0, table.drawnFrom!(way).place);
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        return { error: error + deviation * normal, judged, ...(cost && { cost }) };
      },
    };
  };
  return forRun(0);
}
