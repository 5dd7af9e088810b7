/** Where two sets of facts differ, for who may not go on with the one as the other. */
import { canonicalJson } from "./trial.js";

/** Values longer than this together are not printed. */
const MOST_PRINTED = 160;

/**
 * The fields that differ, and in words: `seed differs: 1 there, 2 here`, or `strategy and seed differ`.
 *
 * @param counts which fields are looked at; never `id`, which is a hash of the others
 */
export function differingFields<T extends object>(
  there: T,
  here: T,
  counts: (field: keyof T) => boolean = () => true,
): { readonly fields: readonly (keyof T)[]; readonly words: string } {
  const all = [...new Set([...Object.keys(there), ...Object.keys(here)])] as (keyof T)[];
  const fields = all.filter(
    field => field !== "id" && counts(field) && canonicalJson(there[field]) !== canonicalJson(here[field]),
  );
  if (fields.length === 0) return { fields, words: "its code differs" };
  if (fields.length > 1) {
    return { fields, words: `${fields.slice(0, -1).join(", ")} and ${String(fields.at(-1))} differ` };
  }
  const [a, b] = [there, here].map(each =>
    each[fields[0]] === undefined ? "nothing" : canonicalJson(each[fields[0]]),
  );
  const printed = a.length + b.length < MOST_PRINTED ? `: ${a} there, ${b} here` : "";
  return { fields, words: `${String(fields[0])} differs${printed}` };
}
