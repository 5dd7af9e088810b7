/** Any population in a file, by what the file holds. */
import { isCompact, readCompact } from "../compact.js";
import { fromJson, jsonIn } from "../../tables/files/json/json-table.js";
import { fromNasBench201, isNasBench201 } from "./read-nas-bench-201.js";
import { fromNasBenchMacro, isNasBenchMacro } from "./read-nas-bench-macro.js";
import { fromNds, isNds } from "./read-nds.js";
import { checkOptions, type ReadOptions } from "../../tables/files/read-options.js";
import { fromPycls, isPycls } from "./read-pycls.js";
import { fromTimm, isTimm } from "./read-timm.js";
import type { Table } from "../../tables/table.js";
import { formatOf, readTableAs, requireNoOptions } from "../../tables/files/table-file.js";
import { pathOf, requireReadable } from "../../tables/files/table-path.js";

/**
 * Reads a population from a file, in the vocabulary of `vocabulary.ts`: one of ours (`.parquet`; it comes back as a
 * `Population`, with architectures, curves and provenance), a pycls sweep, an NDS population or NAS-Bench-Macro's table
 * (`.json`), a timm benchmark table or NAS-Bench-201's accuracies (`.csv`), or any other table (`.parquet`, `.csv`, `.tsv`, `.json`, `.jsonl`) as `readTable` reads it.
 *
 * @param options how CSV or TSV is written, where it is not as expected
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 *
 * writeFileSync("mine.csv", "name,error,flops\nA,31.2,1.1e6\nB,29.8,1.4e6\n");
 * const population = await readPopulation("mine.csv");
 * population.errors; // => [31.2, 29.8]
 * ```
 */
export async function readPopulation(source: string | URL, options: ReadOptions = {}): Promise<Table> {
  const fn = "readPopulation";
  const file = pathOf(fn, source);
  const format = formatOf(fn, file);
  checkOptions(fn, options);
  if (format === "parquet") {
    requireReadable(fn, file);
    requireNoOptions(fn, file, options);
    if (await isCompact(file)) return (await readCompact(file)) as unknown as Table;
  }
  if (format === "json") {
    requireReadable(fn, file);
    requireNoOptions(fn, file, options);
    const data = await jsonIn(fn, file);
    if (isPycls(data)) return fromPycls(data);
    if (isNds(data)) return fromNds(data);
    if (isNasBenchMacro(data)) return fromNasBenchMacro(fn, data);
    if (data !== undefined) return fromJson(fn, file, data);
  }
  const table = await readTableAs(fn, file, options);
  if (isNasBench201(table.names)) return fromNasBench201(fn, table);
  return isTimm(table.names) ? fromTimm(table) : table;
}
