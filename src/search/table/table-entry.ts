/** Entries of a table, looked at when it is made: what is none would be a search's result otherwise. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../../spaces/space.js";
import type { TableEntry } from "./search-table.js";

/**
 * The entries of an architecture, none where it has none.
 *
 * @throws RangeError for what is no entry, naming the architecture
 */
export function checkedEntries<A extends AnyArchitecture>(
  caller: string,
  space: Space<A>,
  architecture: A,
  given: unknown,
): readonly TableEntry[] {
  if (given === undefined) return [];
  const entries: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const entry of entries) {
    const problem = problemOf(entry);
    if (problem === undefined) continue;
    throw new RangeError(
      `${caller}: expected ${problem[0]} for ${say(architecture)} of ${space.name}, got ${say(problem[1])}; return { error, judged } of each architecture, undefined of one that the table lacks`,
    );
  }
  return entries as readonly TableEntry[];
}

/** What an entry must have, and what it has instead. */
function problemOf(entry: unknown): readonly [expected: string, got: unknown] | undefined {
  if (!isObject(entry) || Array.isArray(entry)) return ["an entry such as { error: 9, judged: 8.5 }", entry];
  const { error, judged, cost, errors } = entry as Partial<Record<keyof TableEntry, unknown>>;
  if (typeof error !== "number") return ["error as a number, NaN of a training that failed,", error];
  // What failed is never the best, whatever it is judged by.
  if (typeof judged !== "number" || (Number.isNaN(judged) && !Number.isNaN(error))) {
    return ["judged as a number", judged];
  }
  if (cost !== undefined) {
    const { images = 0, seconds = 0 } = (isObject(cost) ? cost : { images: cost }) as Record<string, unknown>;
    for (const each of [images, seconds]) {
      if (!(typeof each === "number" && !(each < 0))) return ["cost as { images, seconds }", cost];
    }
  }
  if (errors === undefined) return undefined;
  const list = errors as ArrayLike<unknown>;
  const isList = isObject(errors) && Number.isInteger(list.length) && list.length > 0;
  if (!isList || !Array.from(list).every(each => typeof each === "number")) {
    return ["errors as a list of numbers", errors];
  }
  if (!Object.is(list[list.length - 1], error)) return ["errors whose last one is its error", errors];
  return undefined;
}
