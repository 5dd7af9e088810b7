/**
 * Text with delimiters (CSV, RFC 4180) cut into fields: where each begins and ends, and whether it is in quotes,
 * which DuckDB's reader does not tell. Lines may end with LF, CR LF or CR.
 */
import { TableError } from "../../table-error.js";

/** Records of a piece of text, field after field: those of record r end before `records[r]`. */
export interface Fields {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** How each field is written: one of `BARE`, `QUOTED` and `ESCAPED`. */
  readonly quotes: Uint8Array;
  readonly records: Uint32Array;
  /** Where the first record begins that did not end within the text. */
  readonly rest: number;
}

export const BARE = 0;
export const QUOTED = 1;
/** In quotes, with doubled quotes inside. */
export const ESCAPED = 2;

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

/** A field that is malformed, and where it begins. */
export class FieldError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export interface CutOptions {
  /** One character. */
  readonly delimiter: string;
  /** Whether nothing comes behind this text. */
  readonly isLast: boolean;
  /** Whether a line without anything is a record, as it is where there is one column. */
  readonly blankLines: boolean;
  /** Records to cut at most. */
  readonly limit?: number;
}

/** Cuts text into fields. @throws FieldError for a quote that is not closed, or closed within a field */
export function cutFields(
  text: string,
  { delimiter, isLast, blankLines, limit = Number.POSITIVE_INFINITY }: CutOptions,
): Fields {
  const separator = delimiter.charCodeAt(0);
  const { length } = text;
  let room = Math.max(16, length >> 3);
  let [starts, ends, quotes] = [new Uint32Array(room), new Uint32Array(room), new Uint8Array(room)];
  let records = new Uint32Array(Math.max(16, length >> 5));
  let [fields, count, i] = [0, 0, 0];

  let rest = 0;
  while (i < length && count < limit) {
    const before = fields;
    let ended = false;
    for (;;) {
      if (fields === room) {
        room *= 2;
        [starts, ends, quotes] = [grown(starts, room), grown(ends, room), grown(quotes, room)];
      }
      const start = i;
      let code = text.charCodeAt(i);
      if (code === QUOTE) {
        const { close, how } = closingQuote(text, i);
        if (close < 0) {
          if (isLast) throw new FieldError("a quote that is not closed", start);
          break;
        }
        starts[fields] = start + 1;
        ends[fields] = close;
        quotes[fields++] = how;
        i = close + 1;
        code = text.charCodeAt(i);
        if (i < length && code !== separator && code !== LINE_FEED && code !== RETURN) {
          throw new FieldError("text behind a closing quote", start);
        }
      } else {
        while (i < length && code !== separator && code !== LINE_FEED && code !== RETURN) {
          code = text.charCodeAt(++i);
        }
        starts[fields] = start;
        ends[fields] = i;
        quotes[fields++] = BARE;
      }
      if (i >= length) {
        ended = isLast;
        break;
      }
      i++;
      if (code === separator) continue;
      if (code === RETURN && text.charCodeAt(i) === LINE_FEED) i++;
      ended = true;
      break;
    }
    if (!ended) {
      fields = before;
      break;
    }
    rest = i;
    const isBlank = fields === before + 1 && quotes[before] === BARE && starts[before] === ends[before];
    if (isBlank && !blankLines) {
      fields = before;
      continue;
    }
    if (count === records.length) records = grown(records, 2 * count);
    records[count++] = fields;
  }
  return { text, starts, ends, quotes, records: records.subarray(0, count), rest };
}

function closingQuote(text: string, open: number): { close: number; how: number } {
  let how = QUOTED;
  for (let from = open + 1; ; ) {
    const close = text.indexOf('"', from);
    if (close < 0 || text.charCodeAt(close + 1) !== QUOTE) return { close, how };
    how = ESCAPED;
    from = close + 2;
  }
}

function grown<T extends Uint32Array | Uint8Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(length);
  longer.set(array);
  return longer;
}

/** A field's text, without its quotes. */
export function fieldText({ text, starts, ends, quotes }: Fields, field: number): string {
  const found = text.slice(starts[field], ends[field]);
  return quotes[field] === ESCAPED ? found.replaceAll('""', '"') : found;
}

const DELIMITERS = [",", ";", "\t", "|"];
const LOOKED_AT = 50;

/**
 * The delimiter of a file, by its first lines: one that the header has, and every line as often; else the one that the
 * header has most.
 */
export function delimiterOf(text: string, isLast: boolean): string {
  const found = DELIMITERS.map(delimiter => {
    const widths = widthsWith(text, delimiter, isLast);
    const even = widths.every(width => width === widths[0]);
    return { delimiter, width: widths[0] ?? 1, even };
  }).filter(({ width }) => width > 1);
  const even = found.filter(candidate => candidate.even);
  const [best] = (even.length > 0 ? even : found).sort((a, b) => b.width - a.width);
  return best?.delimiter ?? ",";
}

function widthsWith(text: string, delimiter: string, isLast: boolean): number[] {
  try {
    const { records } = cutFields(text, { delimiter, isLast, blankLines: false, limit: LOOKED_AT });
    return Array.from(records, (end, i) => end - (i > 0 ? records[i - 1] : 0));
  } catch (error) {
    if (error instanceof FieldError) return [];
    throw error;
  }
}

/** What a FieldError is to who reads the file. */
export const malformed = (fn: string, file: string, line: number, error: FieldError): TableError =>
  new TableError(`${fn}: expected CSV, got ${error.message} in line ${line} of ${file}`, { cause: error });
