/**
 * Tables in DuckDB and back. A database lives in memory for one question, and loads no extension: what is needed
 * (Parquet, JSON) is in the package. One that answers a query of the user's reaches neither files nor the network.
 */
import { BYTE_ORDER_MARK } from "../base/byte-order-mark.js";
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBType } from "@duckdb/node-api";
import { isLossy } from "./files/cell.js";
import type { Column } from "./column.js";
import { nestedText } from "./files/json/nested-text.js";
import type { TableLike } from "./table.js";
import { TableError } from "./table-error.js";

/** Rows that DuckDB passes at once. */
const CHUNK = 2048;

/** Characters of DuckDB's own words in an error; it repeats whole rows and queries. */
const WORDS = 500;

/**
 * Opens a database, does something in it, and closes it.
 *
 * @param fn the function that asks; what DuckDB has against it comes out as its TableError
 * @param words before and after DuckDB's own: what was expected, and a remedy
 * @param isClosed whether files and network are out of reach
 */
export async function withDatabase<T>(
  fn: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  { expected = "", remedy = "", isClosed = false } = {},
): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const settings = {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(isClosed && { enable_external_access: "false" }),
  };
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } catch (error) {
    if (error instanceof TableError) throw error;
    const [said] = (error as Error).message.split("\n\n");
    const words = said.replaceAll("\n", " ").trim();
    const what = words.length > WORDS ? `${words.slice(0, WORDS)}…` : words;
    throw new TableError(`${fn}: ${expected && `${expected}: `}${what}${remedy}`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Names as DuckDB can tell them apart: not by their case, not without a character, and not with a NUL. */
export function distinctNames(names: readonly string[]): string[] {
  const base = (name: string, k: number) => name.replaceAll("\0", "") || `column${k}`;
  const folded = (name: string) => name.replace(/[A-Z]/g, letter => letter.toLowerCase());
  const given = new Set(names.map(folded));
  const taken = new Set<string>();
  return names.map((name, k) => {
    let free = base(name, k);
    for (let n = 1; taken.has(folded(free)) || (free !== name && given.has(folded(free))); n++) {
      free = `${base(name, k)}_${n}`;
    }
    taken.add(folded(free));
    return free;
  });
}

/**
 * Copies a table into the database: numbers as DOUBLE (whole ones as INTEGER or BIGINT), texts as VARCHAR.
 *
 * @param isWide whether all whole numbers are BIGINT, which a query's products and sums do not leave as soon
 */
export async function putTable(
  connection: DuckDBConnection,
  as: string,
  table: TableLike,
  isWide = false,
): Promise<void> {
  const { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER, VARCHAR } = await import("@duckdb/node-api");
  const { names } = table;
  if (names.length === 0) throw new TableError("sql: expected a table with columns, got one without");
  const columns = names.map(name => table.values(name));
  const types = columns.map((column): DuckDBType => {
    if (!(column instanceof Float64Array)) return VARCHAR;
    const isWhole = (value: number) => Number.isSafeInteger(value) && !Object.is(value, -0);
    if (!column.every(value => isWhole(value) || Number.isNaN(value))) return DOUBLE;
    return isWide || column.some(value => Math.abs(value) >= 2 ** 31) ? BIGINT : INTEGER;
  });
  const declared = distinctNames(names).map((name, k) => `${quoteName(name)} ${types[k].toString()}`);
  await connection.run(`create table ${quoteName(as)} (${declared.join(", ")})`);
  const appender = await connection.createAppender(as);
  for (let start = 0; start < table.length; start += CHUNK) {
    const count = Math.min(CHUNK, table.length - start);
    const chunk = DuckDBDataChunk.create(types, count);
    for (const [k, column] of columns.entries()) {
      const big = types[k] === BIGINT;
      const values: (number | bigint | string | null)[] = [];
      for (let i = start; i < start + count; i++) {
        const value = column[i];
        // Only NaN differs from itself.
        values.push(value !== value ? null : big ? BigInt(value) : value); // oxlint-disable-line no-self-compare
      }
      chunk.setColumnValues(k, values);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Types whose values are kept as numbers; not lists of them, such as `BIGINT[]`. */
const NUMERIC = /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\([\d, ]+\))$/;
/** Those of them whose values may have more digits than a number keeps. */
const WIDE = /^(U?BIGINT|U?HUGEINT|DECIMAL\((?:1[6-9]|[23]\d), ?\d+\))$/;

/**
 * A result's columns: whatever counts becomes numbers (NaN for NULL), and the rest texts ("" for NULL). Integers that a
 * number does not keep make a column one of texts; but sums, which DuckDB makes HUGEINT, are rounded.
 */
export async function toColumns(result: DuckDBMaterializedResult) {
  const chunks = await result.fetchAllChunks();
  const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const types = result.columnTypes();
  const notes: string[] = [];
  const columns = result.deduplicatedColumnNames().map((name, k): [string, Column] => {
    const type = types[k].toString();
    const isNumeric = NUMERIC.test(type);
    const isWide = WIDE.test(type);
    let [isLong, isRounded] = [false, false];
    const numbers = new Float64Array(isNumeric ? length : 0);
    const texts: string[] = [];
    let i = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(k);
      const bytes = type === "VARCHAR" ? bytesOf(vector) : undefined;
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = vector.getItem(row);
        if (isNumeric) {
          const number = toNumber(value);
          if (isWide && !isLong && value !== null) {
            const isDecimal = typeof value === "object";
            if (isDecimal || !Number.isSafeInteger(number)) isLong = isLossy(String(value), number);
            if (isDecimal) isRounded ||= isRoundedDecimal(String(value), number);
          }
          numbers[i++] = number;
        } else {
          const text = nestedText(value);
          texts.push(bytes && hasMark(bytes, row) ? BYTE_ORDER_MARK + text : text);
        }
      }
    }
    if (isLong && type === "HUGEINT") {
      notes.push(`column "${name}" has integers above 2⁵³, which numbers do not keep; rounded`);
    } else if (isLong) {
      const what = type.startsWith("DECIMAL") ? "numbers" : "integers";
      notes.push(`column "${name}" has ${what} above 2⁵³, which numbers do not keep; read as texts`);
      return [name, chunks.flatMap(chunk => wideTexts(chunk.getColumnVector(k), chunk.rowCount))];
    }
    if (isRounded) {
      notes.push(`column "${name}" has decimals of more digits than numbers keep; rounded`);
    }
    return [name, isNumeric ? numbers : texts];
  });
  return { columns: new Map(columns), length, notes };
}

function wideTexts(vector: { getItem(row: number): unknown }, count: number): string[] {
  return Array.from({ length: count }, (_, row) => {
    const value = vector.getItem(row);
    return nestedText(value);
  });
}

/** The memory behind a vector of texts, 16 bytes each: a length of 4 bytes, and then the first 4 bytes of the text. */
const bytesOf = (vector: object): DataView | undefined => {
  const view: unknown = Reflect.get(vector, "dataView");
  return view instanceof DataView ? view : undefined;
};

/** Whether a text begins with a byte order mark, which DuckDB's binding for Node leaves out. */
const hasMark = (bytes: DataView, row: number): boolean =>
  bytes.getUint32(16 * row, true) >= 3 && (bytes.getUint32(16 * row + 4, true) & 0xff_ffff) === 0xbf_bbef;

/** Whether a decimal is not the nearest number's shortest text: it has digits that the number does not tell. */
function isRoundedDecimal(text: string, value: number): boolean {
  const digits = (said: string) => said.replace(/^-?0*|\.|e.*$/g, "").replace(/^0+|0+$/g, "");
  return text.includes(".") && digits(text) !== digits(String(value));
}

function toNumber(value: unknown): number {
  if (value === null) return Number.NaN;
  // A decimal; DuckDB's own way is a unit of the last place off where it has many digits.
  if (typeof value === "object") return Number((value as { toString(): string }).toString());
  return Number(value);
}
