/**
 * Parquet files whose columns are numbers and texts, as nearly all are: read a page at a time into the columns themselves. DuckDB, which
 * reads all others, passes every value through memory of its own first, and is started anew for each file.
 */
import type { FileHandle } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { ColumnMetaData, FileMetaData, PageHeader, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Column } from "../../column.js";
import { bytesAt } from "./footer.js";
import { type NumberType, plainNumbers, plainTexts, readRuns, Damaged, Unreadable } from "./page-values.js";

/** Bytes of a column's texts that may become one text for a while; JavaScript's longest has 2²⁹ − 24 characters. */
const LONGEST = 2 ** 29 - 24;

interface PlainColumn {
  readonly type: NumberType | "BYTE_ARRAY";
  readonly isOptional: boolean;
  /** In each group of rows. */
  readonly chunks: readonly ColumnMetaData[];
}

/**
 * The columns in the file's order; undefined where one is something else, is packed in another way, or is damaged.
 *
 * @throws Unreadable, and whatever unpacking damaged bytes does
 */
export async function plainColumns(footer: FileMetaData, handle: FileHandle): Promise<Column[] | undefined> {
  const length = Number(footer.num_rows);
  const rows = footer.row_groups.map(group => Number(group.num_rows));
  if (rows.reduce((sum, count) => sum + count, 0) !== length) return undefined;
  const columns = footer.schema.slice(1).map((element, k) => plainColumn(footer, element, k));
  if (!columns.every(column => column !== undefined)) return undefined;
  const read = Array.from<Column>({ length: columns.length });
  // As many at a time as unpack at a time; more would hold more memory.
  const left = columns.keys();
  const work = async () => {
    for (const k of left) read[k] = await readColumn(columns[k], rows, handle);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return read;
}

function plainColumn(footer: FileMetaData, element: SchemaElement, k: number): PlainColumn | undefined {
  const { type, repetition_type: repetition, num_children: children } = element;
  if (children || repetition === "REPEATED" || !isPlain(element)) return undefined;
  const chunks = footer.row_groups.map(group => group.columns[k]?.meta_data);
  if (!chunks.every(chunk => chunk !== undefined && isReadable(chunk, element))) return undefined;
  return {
    type: type as PlainColumn["type"],
    isOptional: repetition === "OPTIONAL",
    chunks: chunks as ColumnMetaData[],
  };
}

/** Whether a value is a number or a text as it lies there: no date, decimal, enumeration or what else there is. */
function isPlain({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (type === "DOUBLE" || type === "FLOAT") return converted === undefined && logical === undefined;
  if (type === "INT32" || type === "INT64") {
    const isSigned = converted === undefined || ["INT_8", "INT_16", "INT_32", "INT_64"].includes(converted);
    return isSigned && (logical === undefined || (logical.type === "INTEGER" && logical.isSigned));
  }
  if (type !== "BYTE_ARRAY") return false;
  return (
    (converted === "UTF8" || (converted === undefined && logical !== undefined)) &&
    (logical === undefined || logical.type === "STRING")
  );
}

const ENCODINGS: ReadonlySet<string> = new Set([
  "PLAIN",
  "PLAIN_DICTIONARY",
  "RLE_DICTIONARY",
  "RLE",
  "BIT_PACKED",
]);

const isReadable = (chunk: ColumnMetaData, { name, type }: SchemaElement): boolean =>
  chunk.type === type &&
  chunk.path_in_schema.length === 1 &&
  chunk.path_in_schema[0] === name &&
  chunk.codec in unpackers &&
  unpackers[chunk.codec] !== undefined &&
  chunk.encodings.every(encoding => ENCODINGS.has(encoding)) &&
  (type !== "BYTE_ARRAY" || Number(chunk.total_uncompressed_size) < LONGEST);

type Unpack = (bytes: Buffer, size: number) => Buffer | Promise<Buffer>;

const unzip = promisify(zlib.gunzip);

function refuseDamage(error: unknown): never {
  // In zlib's words, and nothing else that it calls an error of data.
  if (error instanceof Error && error.message === "incorrect data check") {
    throw new Damaged("the checksum of a page is not that of its content", { cause: error });
  }
  throw error;
}

/** Node has it from 22.15 on. */
const unzstd = typeof zlib.zstdDecompress === "function" ? promisify(zlib.zstdDecompress) : undefined;

const unpackers: Readonly<Record<string, Unpack | undefined>> = {
  UNCOMPRESSED: bytes => bytes,
  // Snappy's is left to DuckDB: hyparquet's takes a damaged page for a whole one, and copies from where nothing was written yet.
  GZIP: (bytes, size) => unzip(bytes, { chunkSize: Math.max(64, size + 8) }).catch(refuseDamage),
  // In one piece of memory, a little longer than what goes into it.
  ZSTD: unzstd && ((bytes, size) => unzstd(bytes, { chunkSize: Math.max(64, size + 8) })),
};

async function readColumn(column: PlainColumn, rows: readonly number[], handle: FileHandle): Promise<Column> {
  const parts: Column[] = [];
  for (const [g, chunk] of column.chunks.entries()) {
    if (rows[g] > 0) parts.push(...(await readChunk(column, chunk, rows[g], handle)));
  }
  if (column.type === "BYTE_ARRAY") return parts.length === 1 ? parts[0] : (parts.flat() as string[]);
  if (parts.length === 1) return parts[0];
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts as Float64Array[]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The pages of a column in one group of rows. */
async function readChunk(column: PlainColumn, chunk: ColumnMetaData, rows: number, handle: FileHandle) {
  const { dictionary_page_offset: first, data_page_offset: data } = chunk;
  const start = Number(first && first > 0n && first < data ? first : data);
  const bytes = await bytesAt(handle, start, Number(chunk.total_compressed_size));
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const unpack = unpackers[chunk.codec]!;
  const parts: Column[] = [];
  let dictionary: Column | undefined;
  let read = 0;
  while (read < rows) {
    const header = parquetHeader(reader);
    const packed = bytes.subarray(reader.offset, (reader.offset += header.compressed_page_size));
    if (packed.length !== header.compressed_page_size) throw new Unreadable("a page cut short");
    if (header.type === "DICTIONARY_PAGE") {
      const { num_values: count, encoding } = header.dictionary_page_header!;
      if (!encoding.startsWith("PLAIN")) throw new Unreadable("a dictionary in another form");
      const page = await pageOf(packed, header.uncompressed_page_size, unpack);
      dictionary = plainValues(column, page, 0, count);
      continue;
    }
    const { num_values: count } = (header.data_page_header ?? header.data_page_header_v2)!;
    // Before there is memory for them: a page of a few bytes may claim thousands of millions.
    if (!(count >= 0 && count <= rows - read)) throw new Unreadable("more values than rows");
    const part = await valuesOf(column, header, packed, unpack, dictionary);
    read += part.length;
    parts.push(part);
  }
  return parts;
}

async function pageOf(packed: Buffer, size: number, unpack: Unpack): Promise<Buffer> {
  const page = size === 0 ? packed.subarray(0, 0) : await unpack(packed, size);
  if (page.length !== size) throw new Unreadable("a page of another length");
  return page;
}

const plainValues = ({ type }: PlainColumn, page: Buffer, start: number, count: number): Column =>
  type === "BYTE_ARRAY" ? plainTexts(page, start, count) : plainNumbers(type, page, start, count);

/** The values of one page of data. */
async function valuesOf(
  column: PlainColumn,
  header: PageHeader,
  packed: Buffer,
  unpack: Unpack,
  dictionary: Column | undefined,
): Promise<Column> {
  const [v1, v2] = [header.data_page_header, header.data_page_header_v2];
  const size = header.uncompressed_page_size;
  let [page, at] = [packed, 0];
  let present: Uint8Array | undefined;
  if (header.type === "DATA_PAGE" && v1) {
    page = await pageOf(packed, size, unpack);
    if (column.isOptional) {
      if (v1.definition_level_encoding !== "RLE" || page.length < 4) throw new Unreadable("other levels");
      present = presence(page, 4, v1.num_values);
      at = 4 + page.readUInt32LE(0);
    }
  } else if (header.type === "DATA_PAGE_V2" && v2) {
    const levels = v2.repetition_levels_byte_length + v2.definition_levels_byte_length;
    if (column.isOptional) present = presence(packed, v2.repetition_levels_byte_length, v2.num_values);
    const rest = packed.subarray(levels);
    page = v2.is_compressed === false ? rest : await pageOf(rest, size - levels, unpack);
  } else throw new Unreadable("a page of another kind");
  const { num_values: count, encoding } = (v1 ?? v2)!;
  let filled = count;
  if (present) {
    filled = 0;
    for (let i = 0; i < count; i++) filled += present[i];
  }
  const values = encodedValues(column, encoding, page, at, filled, dictionary);
  return present && filled < count ? spread(values, present) : values;
}

/** Whether each row has a value, 1 or 0; undefined where all have one. */
function presence(bytes: Buffer, start: number, count: number): Uint8Array | undefined {
  const levels = new Uint8Array(count);
  readRuns(bytes, start, 1, levels);
  return levels.includes(0) ? levels : undefined;
}

function encodedValues(
  column: PlainColumn,
  encoding: string,
  page: Buffer,
  start: number,
  count: number,
  dictionary: Column | undefined,
): Column {
  if (encoding === "PLAIN") return plainValues(column, page, start, count);
  if (!dictionary || !encoding.endsWith("_DICTIONARY")) throw new Unreadable("values in another form");
  const indices = room(count);
  if (count > 0) {
    const width = page[start];
    if (!(width <= 32)) throw new Unreadable("indices of more than 32 bits");
    readRuns(page, start + 1, width, indices);
  }
  for (let i = 0; i < count; i++)
    if (indices[i] >= dictionary.length) throw new Unreadable("an unknown index");
  if (!(dictionary instanceof Float64Array)) return Array.from(indices, index => dictionary[index]);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = dictionary[indices[i]];
  return numbers;
}

/** Memory for the indices of one page, used again for the next: new memory takes longer to touch than indices to read. */
function room(count: number): Uint32Array {
  if (count > MOST_KEPT) return new Uint32Array(count);
  if (kept.length < count) kept = new Uint32Array(count);
  return kept.subarray(0, count);
}

/** Indices for which memory is kept, 4 MB of them; pages have fewer, unless somebody has asked for one page. */
const MOST_KEPT = 2 ** 20;

let kept = new Uint32Array(0);

/** Values in the rows that have one; NaN or "" in the others. */
function spread(values: Column, present: Uint8Array): Column {
  let at = 0;
  if (!(values instanceof Float64Array)) return Array.from(present, is => (is ? values[at++] : ""));
  const rows = new Float64Array(present.length);
  for (let i = 0; i < rows.length; i++) rows[i] = present[i] ? values[at++] : Number.NaN;
  return rows;
}
