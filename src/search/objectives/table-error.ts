/** A table of trainings as what a search makes small: every error is looked up. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { admission } from "../../spaces/admission.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { MeasuredObjective } from "../objective.js";
import { contentPrint } from "../table/content-print.js";
import type { SearchTable, TableEntry, ToldFacts } from "../table/search-table.js";
import type { MeasurementFacts } from "./details.js";

/** What the table tells: facts of it that it does not say itself. */
export interface TableErrorOptions {
  /** Which images the told errors are of. Default: what the table says, `"validation"` where it does not. */
  readonly split?: "validation" | "test";
  /**
   * Of a table that draws which of several trainings tells: decides it for all architectures. Default: the seed of whoever
   * measures, as if it were trained then. Of another table it is said in the record alone.
   */
  readonly seed?: number;
  /** What else a search's identity should have, as plain data. What the table tells, down to its numbers, is part of it anyway. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * The error that a table tells of an architecture, per cent, with what its training cost. A fidelity of some epochs is told the
 * error after those. A search by it proposes what the table has, and nothing else.
 *
 * @throws RangeError for what is no table, for a table that lacks architectures and does not say so (`where`), or an option that is
 *   not what it must be; when it measures, for an architecture or a number of epochs that the table does not have
 * @example
 * ```ts
 * import { evolution, search, table, tableError } from "netspace/search";
 *
 * const assignments = await table("SmallAssignments");
 * const found = await search(SmallAssignments, {
 *   strategy: evolution({ population: 10, sample: 3 }),
 *   objective: tableError(assignments.search()),
 *   budget: 30,
 * });
 * found.bestSoFar.at(-1); // ≈ 11.8
 * ```
 */
export function tableError<A extends AnyArchitecture>(
  table: SearchTable<A>,
  options: TableErrorOptions = {},
): MeasuredObjective<A> {
  if (!isObject(table) || typeof table.look !== "function" || !isObject(table.space)) {
    const remedy =
      isObject(table) && typeof (table as { readonly search?: unknown }).search === "function"
        ? "give its search()"
        : "searchTable(space, …) makes one";
    throw new RangeError(`tableError: expected a table, got ${say(table)}; ${remedy}`);
  }
  expectOptions("tableError", options, { split: "text?", seed: "number?", settings: "object?" });
  const { seed, settings = {} } = options;
  const { print, ...facts } = table.facts ?? factsOf(table);
  const { split = facts.told ?? "validation" } = options;
  if (split !== "validation" && split !== "test") {
    throw new RangeError(`tableError: split must be "validation" or "test", got ${say(split)}`);
  }
  if (facts.told !== undefined && split !== facts.told) {
    throw new RangeError(
      `tableError: expected the split that the table tells, ${say(facts.told)}, got ${say(split)}; leave split out, or ask the table for it: search({ told: ${say(split)} })`,
    );
  }
  const program = decisions(table.space);
  const inPart = facts.epochs === undefined || facts.epochs === table.epochs ? null : facts.epochs;
  const { told: _, ...view } = facts;
  const identity = { ...settings, space: table.space.name, split, ...view, content: print };
  return {
    name: `${split} error`,
    settings: { ...identity, ...(seed !== undefined && { seed }) },
    unit: "%",
    split,
    ...(table.where && { where: table.where }),
    ...(table.epochs !== undefined && { epochs: table.epochs }),
    knows(architecture) {
      try {
        program.encode(architecture as A);
        return true;
      } catch {
        return false;
      }
    },
    measure(architecture, { epochs, seed: own = 0 }) {
      const draws = table.forRun !== undefined;
      const told = draws ? table.forRun!(seed ?? own) : table;
      const { error, judged, cost } = told.look(program.encode(architecture), epochs);
      const measured = {
        split,
        seed: seed ?? (draws ? own : null),
        epochs: epochs ?? inPart,
      } satisfies MeasurementFacts;
      return { value: error, cost: cost ?? {}, details: { ...measured, judged } };
    },
  };
}

/** Ways of a space of which a table is asked for each: of a larger one a search finds out what it lacks. */
const MOST_LOOKED = 200_000n;

/** Of a table that says nothing of itself: by all that it tells. */
function factsOf<A extends AnyArchitecture>(table: SearchTable<A>): ToldFacts {
  const program = decisions(table.space);
  if (program.size > MOST_LOOKED) return { print: "" };
  const admitted = admission("tableError", table.space, table.where);
  const ways = [...program.ways()].filter(({ architecture }) => admitted.admits(architecture));
  const [lacking, entries]: [typeof ways, TableEntry[][]] = [[], []];
  for (const way of ways) {
    try {
      entries.push([table.look(way)]);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      lacking.push(way);
    }
  }
  if (lacking.length > 0) {
    throw new RangeError(
      `tableError: the table has no row for ${lacking.length} of the ${ways.length} architectures of ${table.space.name}, the first of which is ${say(lacking[0].architecture)}; give the table a where that leaves them out, or make it by searchTable(space, …), which does`,
    );
  }
  return { print: contentPrint(() => entries)() };
}
