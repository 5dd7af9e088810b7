/**
 * CSV files that are plain, as most are that programs write: UTF-8 without quotes, in every row as many values as the header has names, in
 * every column numbers alone or texts alone. They are cut a piece at a time in memory that is used again; numbers go straight into the
 * columns, and texts that come again and again are one text.
 */
import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import type { Column } from "../../column.js";
import { type CellOptions, readCell } from "../cell.js";
import { BARE, cutFields, delimiterOf, FieldError, type Fields, fieldText } from "./fields.js";
import { CODED, type Cutter, DONE, FULL, MANY, newCutter, PIECE, PLACED, placeIn } from "./loops.js";

export interface PlainRows {
  readonly header: Fields;
  readonly length: number;
  /** As they are when first asked for. */
  readonly columns: readonly (() => Column)[];
}

/** Smaller files are read as fast without. */
const FEW = 1 << 18;
/** Rows by which a column is taken for one of texts. */
const SAMPLE = 200;
const DELIMITERS = new Set([",", ";", "\t", "|"]);
const LINE_FEED = 10;

/**
 * @param delimiter if it is known
 * @returns undefined for a file that is not plain, or cannot be read: whoever reads it otherwise says what is wrong
 */
export async function plainRows(
  file: string,
  delimiter: string | undefined,
  options: CellOptions,
): Promise<PlainRows | undefined> {
  if (!options.isPlain || (delimiter !== undefined && !DELIMITERS.has(delimiter))) return undefined;
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "r");
    const { size } = await handle.stat();
    if (size < FEW) return undefined;
    return await readPlain(handle, size, delimiter, options);
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

async function readPlain(
  handle: FileHandle,
  size: number,
  given: string | undefined,
  options: CellOptions,
): Promise<PlainRows | undefined> {
  const first = Buffer.allocUnsafe(Math.min(size, PIECE / 4));
  const { bytesRead } = await handle.read(first, 0, first.length, 0);
  const start = first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf ? 3 : 0;
  const sample = first.subarray(start, first.lastIndexOf(LINE_FEED, bytesRead - 1) + 1);
  if (sample.length === 0 || sample.includes('"') || !isUtf8(sample)) return undefined;
  const text = sample.toString("utf8");
  const begun = beginning(text, given);
  if (!begun) return undefined;
  const { header, rows, delimiter } = begun;
  const width = header.records[0];
  const isText = Array.from({ length: width }, (_, k) => isTextIn(rows, k, width, options));
  const tool = newCutter(delimiter.charCodeAt(0), width, isText);
  if (!tool) return undefined;
  try {
    const from = start + Buffer.byteLength(text.slice(0, header.rest));
    const guess = Math.ceil((size / sample.length) * (lines(sample) + 1) * 1.02) + 16;
    return await new Reading(tool, width, isText, guess, options).read(handle, from, size, header);
  } finally {
    tool.close();
  }
}

/** The header, some rows, and the delimiter; undefined where they are for the other reader. */
function beginning(text: string, given: string | undefined) {
  if (/^sep=/i.test(text)) return undefined;
  try {
    const delimiter = given ?? delimiterOf(text, false);
    const header = cutFields(text, { delimiter, isLast: false, blankLines: false, limit: 1 });
    if (!DELIMITERS.has(delimiter) || header.records.length === 0 || header.records[0] < 2) return undefined;
    const body = text.slice(header.rest);
    const rows = cutFields(body, { delimiter, isLast: false, blankLines: false, limit: SAMPLE });
    // The delimiter was found by as many lines as it is found by in the whole text.
    return rows.records.length === SAMPLE ? { header, rows, delimiter } : undefined;
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}

/** Whether a column is one of texts for sure: one of its cells can be nothing else. */
function isTextIn(rows: Fields, k: number, width: number, options: CellOptions): boolean {
  for (let r = 0; r < rows.records.length; r++) {
    const field = r * width + k;
    if (rows.quotes[field] === BARE && readCell(fieldText(rows, field), options).kind === "text") return true;
  }
  return false;
}

function lines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/** Texts as they come: numbers of known ones, and then, where there are too many, themselves. */
interface Texts {
  codes: Uint16Array;
  coded: number;
  readonly rest: string[];
}

class Reading {
  readonly #cutter: Cutter;
  readonly #width: number;
  readonly #options: CellOptions;
  readonly #numbers: (Float64Array | undefined)[];
  readonly #texts: (Texts | undefined)[];
  #rows = 0;

  constructor(tool: Cutter, width: number, isText: readonly boolean[], guess: number, options: CellOptions) {
    this.#cutter = tool;
    this.#width = width;
    this.#options = options;
    this.#numbers = isText.map(is => (is ? undefined : new Float64Array(guess)));
    this.#texts = isText.map((is, k) => {
      if (!is) return undefined;
      return { codes: new Uint16Array(tool.kinds[k] === CODED ? guess : 0), coded: 0, rest: [] };
    });
  }

  async read(handle: FileHandle, from: number, size: number, header: Fields): Promise<PlainRows | undefined> {
    const { bytes } = this.#cutter;
    let [at, held] = [from, 0];
    while (at < size || held > 0) {
      const wanted = Math.min(PIECE - held, size - at);
      const { bytesRead } = await handle.read(bytes, held, wanted, at);
      if (bytesRead < wanted) return undefined;
      at += bytesRead;
      let end = held + bytesRead;
      if (at === size) {
        if (bytes[end - 1] !== LINE_FEED) bytes[end++] = LINE_FEED;
      } else {
        const last = bytes.subarray(0, end).lastIndexOf(LINE_FEED) + 1;
        if (last === 0) return undefined;
        held = end - last;
        end = last;
      }
      if (!isUtf8(bytes.subarray(0, end)) || !this.#cut(end)) return undefined;
      if (at === size) break;
      bytes.copyWithin(0, end, end + held);
    }
    return { header, length: this.#rows, columns: this.#columns() };
  }

  /** Whether a piece of whole lines was plain. */
  #cut(end: number): boolean {
    const tool = this.#cutter;
    for (let from = 0; ; ) {
      const status = tool.cut(from, end);
      const [rows, next, odd, column] = tool.said;
      if (status !== DONE && status !== FULL && status !== MANY) return false;
      if (!this.#take(rows, odd)) return false;
      if (status === DONE) return true;
      if (status === MANY) tool.kinds[column] = PLACED;
      from = placeIn(tool, next);
    }
  }

  /** Takes the rows that were cut; false where a column is not plain. */
  #take(rows: number, odd: number): boolean {
    const tool = this.#cutter;
    const to = this.#rows + rows;
    for (let k = 0; k < this.#width; k++) {
      const texts = this.#texts[k];
      if (texts) {
        if (tool.kinds[k] === CODED) {
          texts.codes = withRoom(texts.codes, to);
          texts.codes.set(tool.codes(k).subarray(0, rows), this.#rows);
          texts.coded = to;
        } else {
          const places = tool.places(k);
          for (let i = 0; i < rows; i++) {
            texts.rest.push(this.#textAt(places[2 * i], places[2 * i + 1]));
          }
        }
      } else {
        const numbers = withRoom(this.#numbers[k]!, to);
        this.#numbers[k] = numbers;
        numbers.set(tool.numbers(k).subarray(0, rows), this.#rows);
      }
    }
    for (let i = 0; i < odd; i++) {
      const [k, row, start, end] = tool.odd.subarray(4 * i, 4 * i + 4);
      if (row >= rows) continue; // Of a row that is cut again.
      const { kind, value } = readCell(this.#textAt(start, end), this.#options);
      if (kind !== "number" && kind !== "missing") return false;
      this.#numbers[k]![this.#rows + row] = value;
    }
    this.#rows = to;
    return true;
  }

  #textAt(start: number, end: number): string {
    const { buffer } = this.#cutter.bytes;
    return Buffer.from(buffer, start, end - start).toString("utf8");
  }

  #columns(): (() => Column)[] {
    return Array.from({ length: this.#width }, (_, k) => {
      const numbers = this.#numbers[k];
      if (numbers) {
        const column = numbers.subarray(0, this.#rows);
        return () => column;
      }
      const { codes, coded, rest } = this.#texts[k]!;
      if (coded === 0) return () => rest;
      const { ends, bytes } = this.#cutter.dictionary(k);
      const known = Array.from(ends, (end, i) =>
        Buffer.from(
          bytes.buffer,
          bytes.byteOffset + (i > 0 ? ends[i - 1] : 0),
          end - (i > 0 ? ends[i - 1] : 0),
        ).toString("utf8"),
      );
      return textsLater(known, codes, coded, rest);
    });
  }
}

/** Texts by their numbers, put into a list when the list is asked for. */
function textsLater(known: string[], codes: Uint16Array, coded: number, rest: string[]): () => Column {
  let list: string[] | undefined;
  return () => {
    if (!list) {
      list = new Array<string>(coded + rest.length); // oxlint-disable-line unicorn/no-new-array
      for (let i = 0; i < coded; i++) list[i] = known[codes[i]];
      for (let i = 0; i < rest.length; i++) list[coded + i] = rest[i];
    }
    return list;
  };
}

function withRoom<T extends Float64Array | Uint16Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(Math.ceil(1.5 * length));
  longer.set(array);
  return longer;
}
