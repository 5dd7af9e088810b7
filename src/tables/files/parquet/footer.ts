/** A Parquet file's footer: what its columns are, where they lie, and its metadata. */
import { type FileHandle, open } from "node:fs/promises";
import { BYTE_ORDER_MARK } from "../../../base/byte-order-mark.js";
import type { FileMetaData } from "hyparquet";
import { Damaged } from "./page-values.js";

/** Bytes at a file's end that are read at once; most footers have fewer. */
const USUAL = 65_536;

/**
 * Uses a file and its footer.
 *
 * @returns undefined where the footer cannot be read, or `use` gives nothing or fails: DuckDB then says what is wrong, or reads it
 * @throws Damaged where `use` has found a page that is
 */
export async function withFooter<T>(
  file: string,
  use: (footer: FileMetaData, handle: FileHandle) => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "r");
    const { size } = await handle.stat();
    let bytes = await bytesAt(handle, Math.max(0, size - USUAL), Math.min(size, USUAL));
    const length = bytes.readUInt32LE(bytes.length - 8) + 8;
    if (length > size) return undefined;
    if (length > bytes.length) bytes = await bytesAt(handle, size - length, length);
    // hyparquet leaves out a byte order mark, with which names may begin, and puts something else for what is no UTF-8.
    if (bytes.includes(BYTE_ORDER_MARK)) return undefined;
    const { parquetMetadata } = await import("hyparquet");
    const footer = parquetMetadata(bytes, { geoparquet: false });
    if (footer.schema.some(({ name }) => name.includes("\uFFFD"))) return undefined;
    return await use(footer, handle);
  } catch (error) {
    if (error instanceof Damaged) throw error;
    return undefined;
  } finally {
    await handle?.close();
  }
}

/** The value of a key in a footer; undefined where it is not there. */
export const valueIn = (footer: FileMetaData, key: string): string | undefined =>
  footer.key_value_metadata?.find(entry => entry.key === key)?.value;

/** So many bytes of a file. @throws RangeError if it has fewer */
export async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw new RangeError(`expected ${length} bytes at ${position}, got ${bytesRead}`);
  return bytes;
}
