/** What a table has, as one short text: another table of the same space has another. */
import { createHash } from "node:crypto";
import { once } from "../../base/once.js";
import type { TableEntry } from "./search-table.js";

/**
 * A hash of entries, made when it is first asked for: most tables are simulated on, which needs none.
 *
 * @param rows of each architecture its trainings, in the order of the space's ways
 */
export const contentPrint = (rows: () => Iterable<readonly TableEntry[]>): (() => string) =>
  once(() => {
    const hash = createHash("sha256");
    for (const entries of rows()) {
      const numbers = entries.flatMap(({ error, judged, cost, errors }) => [
        error,
        judged,
        cost?.images ?? Number.NaN,
        cost?.seconds ?? Number.NaN,
        errors?.length ?? 0,
        ...Array.from(errors ?? []),
      ]);
      hash.update(new Float64Array([entries.length, ...numbers]));
    }
    return hash.digest("hex").slice(0, 16);
  });
