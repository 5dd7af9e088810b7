/** Any population in a file, by what the file holds. */
import { isCompact, readCompact } from "./compact.js";
import { fromNds, isNds } from "./read-nds.js";
import { fromPycls, isPycls } from "./read-pycls.js";
import { fromTimm, isTimm } from "./read-timm.js";
import { parsePythonJson } from "./python-json.js";
import type { Table } from "./table.js";
import { readTable, requireReadable } from "./table-file.js";

/**
 * Reads a population from a file, in the vocabulary of `vocabulary.ts`: one of ours (`.parquet`; it comes back as a
 * `Population`, with architectures, curves and provenance), a pycls sweep or an NDS population (`.json`), a timm
 * benchmark table (`.csv`), or any other table (`.parquet`, `.csv`, `.jsonl`) as it is.
 */
export async function readPopulation(file: string): Promise<Table> {
  if (!/\.json$/i.test(file)) {
    if (/\.parquet$/i.test(file)) {
      requireReadable("readPopulation", file);
      if (await isCompact(file)) return (await readCompact(file)) as unknown as Table;
    }
    const table = await readTable(file);
    return isTimm(table.names) ? fromTimm(table) : table;
  }
  const isKnown = (data: unknown) => isPycls(data) || isNds(data);
  const shape = "a pycls sweep or an NDS population";
  const data: unknown = parsePythonJson(
    "readPopulation",
    file,
    isKnown as (data: unknown) => data is object,
    shape,
  );
  return isPycls(data) ? fromPycls(data) : fromNds(data as Parameters<typeof fromNds>[0]);
}
