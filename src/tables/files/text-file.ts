/** The text of a file, in pieces of whole lines. */
import { isUtf8 } from "node:buffer";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { fileProblem } from "../../base/node/file-problem.js";
import { withoutMark } from "../../base/byte-order-mark.js";
import { TableError } from "../table-error.js";

const PIECE = 4 << 20;
const LINE_FEED = 10;

/**
 * Reads a text file: UTF-8, or UTF-16 that says so with a byte order mark, packed by gzip or not. Marks are left out.
 *
 * @returns pieces that end where a line ends, but for the last
 * @throws TableError naming function and file if it is neither, or cut short
 */
export async function* textOf(fn: string, file: string): AsyncGenerator<string> {
  const [first, second] = firstBytes(file);
  try {
    const source = createReadStream(file, { highWaterMark: PIECE });
    const packed = first === 0x1f && second === 0x8b;
    // Errors of both come out of the iteration.
    const bytes = packed ? pipeline(source, createGunzip({ chunkSize: PIECE }), () => {}) : source;
    let isFirst = true;
    for await (const piece of wholeLines(bytes as AsyncIterable<Buffer>)) {
      const text = decode(piece);
      yield isFirst ? withoutMark(text) : text;
      isFirst = false;
    }
  } catch (cause) {
    if (cause instanceof TableError) throw cause;
    throw new TableError(`${fn}: could not read ${file}: ${fileProblem(cause)}`, { cause });
  }

  function decode(bytes: Buffer): string {
    if (isUtf8(bytes)) return bytes.toString("utf8");
    throw new TableError(
      `${fn}: expected text in UTF-8, got bytes that are none in ${file}; save it as UTF-8`,
    );
  }
}

function firstBytes(file: string): Uint8Array {
  const bytes = new Uint8Array(2);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes, 0, 2, 0);
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}

async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let isWide: boolean | undefined;
  for await (const chunk of source) {
    isWide ??= chunk[0] === 0xff && chunk[1] === 0xfe;
    const end = isWide ? -1 : chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      kept.push(chunk);
      continue;
    }
    yield Buffer.concat([...kept, chunk.subarray(0, end + 1)]);
    kept = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
  if (kept.length === 0) return;
  const rest = Buffer.concat(kept);
  yield isWide ? Buffer.from(rest.toString("utf16le"), "utf8") : rest;
}
