/** What the pages of a Parquet column say: numbers and texts, plain or by a dictionary. */
import { isAscii, isUtf8 } from "node:buffer";

/** Kinds of numbers, by the name of Parquet's type. */
export type NumberType = "DOUBLE" | "FLOAT" | "INT32" | "INT64";

const BYTES: Readonly<Record<NumberType, number>> = { DOUBLE: 8, FLOAT: 4, INT32: 4, INT64: 8 };

/** Thrown for what is left to DuckDB: damage, and integers that a number does not keep. */
export class Unreadable extends Error {}

/** Thrown for a page whose own checksum says that it is damaged, which DuckDB does not look at. */
export class Damaged extends Error {}

/**
 * Integers of `width` bits, in runs of one value or packed eight at a time (Parquet's RLE hybrid).
 *
 * @param to is filled, whole
 */
export function readRuns(bytes: Buffer, start: number, width: number, to: Uint32Array | Uint8Array): void {
  const { length } = to;
  const mask = width === 32 ? 0xffffffff : 2 ** width - 1;
  let [at, filled] = [start, 0];
  while (filled < length) {
    let [header, shift] = [0, 0];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new Unreadable("a run without its length");
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
      shift += 7;
    }
    const isPacked = header % 2 === 1;
    const count = Math.floor(header / 2);
    if (count === 0) throw new Unreadable("a run of nothing");
    if (!isPacked) {
      const size = (width + 7) >> 3;
      if (at + size > bytes.length) throw new Unreadable("a run without its value");
      const value = size === 0 ? 0 : bytes.readUIntLE(at, size);
      at += size;
      const end = Math.min(length, filled + count);
      to.fill(value, filled, end);
      filled = end;
      continue;
    }
    const end = Math.min(length, filled + 8 * count);
    if (at + Math.ceil(((end - filled) * width) / 8) > bytes.length) throw new Unreadable("a run cut short");
    unpack(bytes, at, width, mask, to.subarray(filled, end));
    filled = end;
    at += count * width;
  }
}

function unpack(
  bytes: Buffer,
  start: number,
  width: number,
  mask: number,
  to: Uint32Array | Uint8Array,
): void {
  if (width > 24) {
    for (let i = 0; i < to.length; i++) {
      let value = 0;
      for (let bit = 0; bit < width; bit++) {
        const at = i * width + bit;
        value += ((bytes[start + (at >> 3)] >> (at & 7)) & 1) * 2 ** bit;
      }
      to[i] = value;
    }
    return;
  }
  let [at, held, bits] = [start, 0, 0];
  for (let i = 0; i < to.length; i++) {
    while (bits < width) {
      held |= bytes[at++] << bits;
      bits += 8;
    }
    to[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

/** Numbers as they lie in a page. @throws Unreadable for fewer bytes, and for integers that a number does not keep */
export function plainNumbers(type: NumberType, bytes: Buffer, start: number, count: number): Float64Array {
  const size = count * BYTES[type];
  if (start + size > bytes.length) throw new Unreadable("fewer numbers than there should be");
  if (type === "DOUBLE") {
    // Moved to the front, where doubles may lie: it is memory that is there already.
    if (bytes.byteOffset % 8 === 0 && 2 * size > bytes.buffer.byteLength) {
      bytes.copyWithin(0, start, start + size);
      return new Float64Array(bytes.buffer, bytes.byteOffset, count);
    }
    return new Float64Array(aligned(bytes, start, size));
  }
  const buffer = aligned(bytes, start, size);
  if (type === "FLOAT") return Float64Array.from(new Float32Array(buffer));
  if (type === "INT32") return Float64Array.from(new Int32Array(buffer));
  const words = new Int32Array(buffer);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const value = words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0);
    if (!Number.isSafeInteger(value)) throw new Unreadable("an integer above 2⁵³");
    numbers[i] = value;
  }
  return numbers;
}

const aligned = (bytes: Buffer, start: number, size: number): ArrayBuffer =>
  Uint8Array.prototype.slice.call(bytes, start, start + size).buffer;

/** Texts as they lie in a page, each behind its length. @throws Unreadable for what is no UTF-8 */
export function plainTexts(bytes: Buffer, start: number, count: number): string[] {
  const texts: string[] = [];
  // Lengths are ASCII as well where all texts are short; a piece of one long text is found faster than a text of its own.
  const all = isAscii(bytes) ? bytes.toString("latin1") : undefined;
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new Unreadable("fewer texts than there should be");
    const length = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    const end = at + 4 + length;
    if (length < 0 || end > bytes.length) throw new Unreadable("a text cut short");
    if (all !== undefined) texts.push(all.slice(at + 4, end));
    else if (isUtf8(bytes.subarray(at + 4, end))) texts.push(bytes.toString("utf8", at + 4, end));
    else throw new Unreadable("a text that is no UTF-8");
    at = end;
  }
  return texts;
}
