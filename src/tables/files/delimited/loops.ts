/** The loops of `scripts/wasm/delimited.ts` and their memory: lines of text cut into numbers and texts. */
import { MODULE } from "./module.js";

interface Loops {
  readonly memory: WebAssembly.Memory;
  cut(
    from: number,
    to: number,
    delimiter: number,
    width: number,
    most: number,
    kinds: number,
    columns: number,
    dictionaries: number,
    powers: number,
    odd: number,
    said: number,
  ): number;
}

/** What a column is cut to: doubles, numbers of texts that are known, or where texts begin and end. */
export const NUMBER = 0;
export const CODED = 1;
export const PLACED = 2;

/** How a cut ended: at the end, or before what is not plain; or it is to go on, with more room, or with a column's texts not coded. */
export const DONE = 0;
export const FULL = 1;
export const MANY = 3;

/** Bytes of a file that are cut at once. */
export const PIECE = 1 << 20;
/** Bytes behind a piece that are read beyond it, and before it. */
const MARGIN = 64;

const TEXTS = 16_384;
const SLOTS = 65_536;
const ARENA = 1 << 19;
const DICTIONARY = 64 + 4 * SLOTS + 4 * (TEXTS + 1) + ARENA + 64;
/** Values that are kept of a piece at most. */
const VALUES = 1 << 17;
/** Columns of texts whose texts are told apart as they are read; of more, each text is one of its own. */
const DICTIONARIES = 16;

const PAGE = 65_536;
const KEPT = 2 ** 25;

let compiled: WebAssembly.Module | null | undefined;
let kept: Loops | undefined;

/** Memory for one file. */
export interface Cutter {
  /** Where bytes go, with room for some more behind them. */
  readonly bytes: Uint8Array;
  readonly most: number;
  /** What a column is cut to. */
  readonly kinds: Uint8Array;
  /** Cuts lines of so many bytes, from a place in `bytes` on. */
  cut(from: number, to: number): number;
  /** Rows; where the next begins, fields that are odd, a column of too many texts. */
  readonly said: Uint32Array;
  /** Column, row, start and end of odd fields; starts and ends are places in `bytes`. */
  readonly odd: Uint32Array;
  numbers(column: number): Float64Array;
  codes(column: number): Uint16Array;
  /** Starts and ends. */
  places(column: number): Uint32Array;
  /** Ends of a column's texts, and their bytes. */
  dictionary(column: number): { readonly ends: Uint32Array; readonly bytes: Uint8Array };
  /** Gives the memory back for the next file. */
  close(): void;
}

/** @returns undefined where there is no WebAssembly */
export function newCutter(delimiter: number, width: number, isText: readonly boolean[]): Cutter | undefined {
  compiled ??= compile();
  if (!compiled) return undefined;
  const loops = kept ?? (new WebAssembly.Instance(compiled, {}).exports as unknown as Loops);
  kept = undefined;
  const most = Math.max(2 * width, Math.floor(VALUES / width));
  let next = 1024;
  const room = (size: number) => {
    const at = next;
    next += Math.ceil(size / 64) * 64;
    return at;
  };
  const powers = room(128 + 16 * 27);
  const said = room(16);
  const kinds = room(width);
  const [columns, dictionaries] = [room(4 * width), room(4 * width)];
  const odd = room(16 * most);
  const values = isText.map(() => room(8 * most));
  let coded = 0;
  const texts = isText.map(is => (is && coded++ < DICTIONARIES ? room(DICTIONARY) + 64 : 0));
  const bytes = room(PIECE + 2 * MARGIN) + MARGIN;
  const { memory } = loops;
  if (next > memory.buffer.byteLength) memory.grow(Math.ceil((next - memory.buffer.byteLength) / PAGE));
  const { buffer } = memory;
  writePowers(buffer, powers);
  new Uint32Array(buffer, columns, width).set(values);
  new Uint32Array(buffer, dictionaries, width).set(texts);
  for (const at of texts)
    if (at > 0) new Uint8Array(buffer, at - 64, DICTIONARY).fill(0, 0, 64 + 4 * SLOTS + 4);
  const kindOf = new Uint8Array(buffer, kinds, width);
  for (const [k, is] of isText.entries()) kindOf[k] = is ? (texts[k] > 0 ? CODED : PLACED) : NUMBER;
  return {
    bytes: new Uint8Array(buffer, bytes, PIECE + MARGIN),
    most,
    kinds: kindOf,
    cut: (from, to) =>
      loops.cut(
        bytes + from,
        bytes + to,
        delimiter,
        width,
        most,
        kinds,
        columns,
        dictionaries,
        powers,
        odd,
        said,
      ),
    said: new Uint32Array(buffer, said, 4),
    odd: new Uint32Array(buffer, odd, 4 * most),
    numbers: k => new Float64Array(buffer, values[k], most),
    codes: k => new Uint16Array(buffer, values[k], most),
    places: k => new Uint32Array(buffer, values[k], 2 * most),
    dictionary: k => {
      const count = new Uint32Array(buffer, texts[k] - 4, 1)[0];
      const at = texts[k] + 4 * SLOTS;
      return {
        ends: new Uint32Array(buffer, at + 4, count),
        bytes: new Uint8Array(buffer, at + 4 * (TEXTS + 1), ARENA),
      };
    },
    close: () => {
      kept = buffer.byteLength <= KEPT ? loops : undefined;
    },
  };
}

/** Addresses in `said` and `odd` less this are places in the bytes. */
export const placeIn = (cutter: Cutter, address: number): number => address - cutter.bytes.byteOffset;

/**
 * 10⁰ … 10¹⁵ as doubles; then 10⁻q for q = 1 … 27, the highest 128 bits of 2^b · 5⁻q, rounded up, the upper word first (Lemire 2021,
 * section 5).
 */
function writePowers(buffer: ArrayBuffer, at: number): void {
  const doubles = new Float64Array(buffer, at, 16);
  for (let k = 0; k < 16; k++) doubles[k] = 10 ** k;
  const words = new BigUint64Array(buffer, at + 128, 2 * 27);
  for (let q = 1; q <= 27; q++) {
    const five = 5n ** BigInt(q);
    const power = 2n ** (BigInt(five.toString(2).length) + 127n) / five + 1n;
    words[2 * (q - 1)] = power >> 64n;
    words[2 * (q - 1) + 1] = power & 0xffff_ffff_ffff_ffffn;
  }
}

function compile(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Buffer.from(MODULE, "base64"));
  } catch {
    return null;
  }
}
