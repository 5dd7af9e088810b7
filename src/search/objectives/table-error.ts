/** A table of trainings as what a search makes small: every error is looked up. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { MeasuredObjective } from "../objective.js";
import type { SearchTable } from "../table/search-table.js";
import type { MeasurementFacts } from "./details.js";

/** What the table tells: facts of it that it does not say itself. */
export interface TableErrorOptions {
  /** Which images the told errors are of. Default `"validation"`. */
  readonly split?: "validation" | "test";
  /**
   * Of a table that draws which of several trainings tells: decides it for all architectures. Default: the seed of whoever
   * measures, as if it were trained then. Of another table it is said in the record alone.
   */
  readonly seed?: number;
  /** What else tells this table from others, as plain data: part of a search's identity, as the space's name is. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * The error that a table tells of an architecture, per cent, with what its training cost. A fidelity of some epochs is told the
 * error after those.
 *
 * @throws RangeError for what is no table, or an option that is not what it must be; when it measures, for an architecture or
 *   a number of epochs that the table does not have
 */
export function tableError<A extends AnyArchitecture>(
  table: SearchTable<A>,
  options: TableErrorOptions = {},
): MeasuredObjective<A> {
  if (!isObject(table) || typeof table.look !== "function" || !isObject(table.space)) {
    throw new RangeError(`tableError: expected a table, got ${say(table)}; searchTable(space, …) makes one`);
  }
  expectOptions("tableError", options, { split: "text?", seed: "number?", settings: "object?" });
  const { split = "validation", seed, settings = {} } = options;
  if (split !== "validation" && split !== "test") {
    throw new RangeError(`tableError: split must be "validation" or "test", got ${say(split)}`);
  }
  const program = decisions(table.space);
  return {
    name: `${split} error`,
    settings: { ...settings, table: table.space.name, split, ...(seed !== undefined && { seed }) },
    unit: "%",
    split,
    measure(architecture, { epochs, seed: own = 0 }) {
      const draws = table.forRun !== undefined;
      const told = draws ? table.forRun!(seed ?? own) : table;
      const { error, judged, cost } = told.look(program.encode(architecture), epochs);
      const facts = {
        split,
        seed: seed ?? (draws ? own : null),
        epochs: epochs ?? null,
      } satisfies MeasurementFacts;
      return { value: error, cost: cost ?? {}, details: { ...facts, judged } };
    },
  };
}
