/** Tables as Parquet files, by DuckDB. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { arrowDurations } from "./arrow-durations.js";
import type { Column } from "../column.js";
import { distinctColumns } from "./column-names.js";
import { Damaged } from "./parquet/page-values.js";
import { valueIn, withFooter } from "./parquet/footer.js";
import { distinctNames, putTable, quoteName, quoteText, toColumns, withDatabase } from "../database.js";
import { Table } from "../table.js";
import { TableError } from "../table-error.js";
import { pathToWrite, withPathToRead } from "./table-path.js";
import { requireUnicode } from "./write-text-table.js";

/** The key of the columns' names in the file's metadata, where DuckDB could not write them. */
const NAMES = "netspace.columns";
/** Characters of the longest text that JavaScript has. */
const LONGEST = 2 ** 29 - 24;

/** What reads a Parquet file, and nothing else: no pattern, and no columns from the names of folders. */
export const parquetSource = (path: string): string =>
  `read_parquet(${quoteText(path)}, hive_partitioning = false, union_by_name = false, filename = false)`;

/** The value of a key in a file's metadata, if it is there. */
export async function parquetMetadata(
  connection: DuckDBConnection,
  path: string,
  key: string,
): Promise<string | undefined> {
  const query = `select decode(value) as value from parquet_kv_metadata(${quoteText(path)}) where decode(key) = ${quoteText(key)}`;
  const { columns } = await toColumns(await connection.run(query));
  return (columns.get("value") as readonly string[])[0];
}

export async function readParquet<R extends object>(fn: string, file: string): Promise<Table<R>> {
  const read = await readPlain<R>(file).catch((error: unknown): never => {
    if (!(error instanceof Damaged)) throw error;
    const said = `${fn}: expected a parquet file, ${file} is damaged: ${error.message}; take another copy of it`;
    throw new TableError(said, { cause: error });
  });
  return read ?? readByDatabase<R>(fn, file);
}

/** A file of plain columns; undefined for any other, and for one that is damaged. */
async function readPlain<R extends object>(file: string): Promise<Table<R> | undefined> {
  return withFooter(file, async (footer, handle) => {
    const { plainColumns } = await import("./parquet/plain-columns.js");
    const columns = await plainColumns(footer, handle);
    if (!columns) return undefined;
    const given = givenNames(
      valueIn(footer, NAMES),
      footer.schema.slice(1).map(({ name }) => name),
    );
    return tableOfColumns<R>(Number(footer.num_rows), given, columns, valueIn(footer, "ARROW:schema"), []);
  });
}

/**
 * @param given the columns' names in the file
 * @param arrow Arrow's schema, if the file has one
 */
function tableOfColumns<R extends object>(
  length: number,
  given: readonly string[],
  columns: readonly Column[],
  arrow: string | undefined,
  notes: string[],
): Table<R> {
  const names = distinctColumns(given, notes);
  const durations = arrow === undefined ? undefined : arrowDurations(arrow);
  for (const [k, name] of given.entries()) {
    const unit = durations?.get(name);
    if (unit !== undefined) notes.push(`column "${names[k]}" has durations in ${unit}`);
  }
  const named = columns.map((column, k): [string, () => Column] => [names[k], () => column]);
  return new Table<R>(length, new Map(named), notes);
}

async function readByDatabase<R extends object>(fn: string, file: string): Promise<Table<R>> {
  const read = async (connection: DuckDBConnection): Promise<Table<R>> =>
    withPathToRead(file, async path => {
      await requireShort(fn, file, connection, path);
      const given = await columnNames(connection, path);
      const { columns, length, notes } = await toColumns(await connection.run(`from ${parquetSource(path)}`));
      const arrow = await parquetMetadata(connection, path, "ARROW:schema");
      return tableOfColumns<R>(length, given, [...columns.values()], arrow, notes);
    });
  const expected = `expected a parquet file, could not read ${file}`;
  return withDatabase(fn, read, { expected });
}

/** Throws a TableError for texts that JavaScript cannot hold, before they are unpacked. */
async function requireShort(fn: string, file: string, connection: DuckDBConnection, path: string) {
  const large = `select distinct path_in_schema as name from parquet_metadata(${quoteText(path)}) where type = 'BYTE_ARRAY' and total_uncompressed_size > ${LONGEST}`;
  const { columns } = await toColumns(await connection.run(large));
  for (const name of columns.get("name") as readonly string[]) {
    const query = `select max(strlen(${quoteName(name)}::varchar)) as bytes from ${parquetSource(path)}`;
    const [bytes] = (await toColumns(await connection.run(query))).columns.get("bytes")!;
    if (Number(bytes) > LONGEST) {
      throw new TableError(
        `${fn}: expected texts of less than 512 MiB, got one of ${bytes} bytes in "${name}" of ${file}`,
      );
    }
  }
}

/** The names that the columns have in the file; DuckDB gives others to those that differ in their case only, or not at all. */
async function columnNames(connection: DuckDBConnection, path: string): Promise<readonly string[]> {
  const query = `select name, coalesce(num_children, 0) as children from parquet_schema(${quoteText(path)})`;
  const { columns } = await toColumns(await connection.run(query));
  const [all, children] = [columns.get("name")!, columns.get("children")!];
  const names: string[] = [];
  const skip = (i: number): number => {
    let next = i + 1;
    for (let child = 0; child < Number(children[i]); child++) next = skip(next);
    return next;
  };
  for (let i = 1; i < all.length; i = skip(i)) names.push(String(all[i]));
  return givenNames(await parquetMetadata(connection, path, NAMES), names);
}

/**
 * What the file's columns were called when it was written, by its metadata. Programs that drop columns keep metadata as they are: names that
 * are not those of the columns, made distinct, say nothing.
 */
function givenNames(written: string | undefined, names: readonly string[]): readonly string[] {
  if (written === undefined) return names;
  let given: unknown;
  try {
    given = JSON.parse(written);
  } catch {
    return names;
  }
  if (!Array.isArray(given) || !given.every(name => typeof name === "string")) return names;
  const made = distinctNames(given);
  return made.length === names.length && made.every((name, k) => name === names[k]) ? given : names;
}

/** @param place where the file is written for now, and `file` what errors call it */
export async function writeParquet<R extends object>(
  fn: string,
  table: Table<R>,
  place: string,
  file: string,
): Promise<void> {
  requireUnicode(fn, table);
  const names = distinctNames(table.names);
  const isChanged = names.some((name, k) => name !== table.names[k]);
  const metadata = isChanged ? `, kv_metadata {'${NAMES}': ${quoteText(JSON.stringify(table.names))}}` : "";
  const write = async (connection: DuckDBConnection): Promise<void> => {
    await putTable(connection, "population", table);
    await connection.run(
      `copy population to ${quoteText(pathToWrite(place))} (format parquet, compression zstd${metadata})`,
    );
  };
  await withDatabase(fn, write, { expected: `expected a file that can be written, got ${file}` });
}
