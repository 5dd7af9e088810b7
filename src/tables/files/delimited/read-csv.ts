/** CSV and TSV files as tables. Each column's type is decided over the whole file. */
import type { Column } from "../../column.js";
import { distinctColumns } from "../column-names.js";
import { columnFrom, type Cells } from "./csv-column.js";
import { BARE, cutFields, delimiterOf, FieldError, type Fields, fieldText, malformed } from "./fields.js";
import { plainRows } from "./plain-rows.js";
import { cellOptions, type ReadOptions } from "../read-options.js";
import { type Row, Table } from "../../table.js";
import { TableError } from "../../table-error.js";
import { textOf } from "../text-file.js";

/** What Excel writes before the header to say what the delimiter is. */
const SAID = /^sep=(.)(?:\r\n|\n|\r)/i;

/** A field that does not end within so many characters is taken for a quote that was forgotten. */
const LONGEST = 100e6;

/** @throws TableError for a file that is empty, or has rows of other lengths than the header, and for malformed quotes */
export async function readCsv<R extends object = Row>(
  fn: string,
  file: string,
  options: ReadOptions,
): Promise<Table<R>> {
  const plain = await readPlain<R>(file, options);
  if (plain) return plain;
  const { header, pieces } = await cutFile(fn, file, options);
  const { names, notes } = namesOf(header);
  for (const name of [...(options.texts ?? []), ...(options.numbers ?? [])]) {
    if (names.includes(name)) continue;
    throw new TableError(`${fn}: unknown column "${name}"; ${file} has ${names.join(", ")}`);
  }
  // Quotes mean something only where not everything is in them.
  const isBare = ({ starts, ends, quotes, records }: Fields) => {
    const fields = records.at(-1) ?? 0;
    for (let i = 0; i < fields; i++) if (quotes[i] === BARE && starts[i] < ends[i]) return true;
    return false;
  };
  const quotesTell = isBare(header) || pieces.some(isBare);
  const cells: Cells = { pieces, width: names.length, quotesTell, options: cellOptions(options) };
  const columns = new Map<string, () => Column>();
  for (const [k, name] of names.entries()) {
    const as = options.texts?.includes(name)
      ? "texts"
      : options.numbers?.includes(name)
        ? "numbers"
        : undefined;
    const column = columnFrom(fn, file, name, k, cells, as, notes);
    columns.set(name, () => column);
  }
  const length = pieces.reduce((sum, { records }) => sum + records.length, 0);
  return new Table<R>(length, columns, notes);
}

/** A plain file; undefined for any other. */
async function readPlain<R extends object>(
  file: string,
  options: ReadOptions,
): Promise<Table<R> | undefined> {
  if (options.texts?.length || options.numbers?.length) return undefined;
  const plain = await plainRows(file, delimiterGiven(file, options), cellOptions(options));
  if (!plain) return undefined;
  const { names, notes } = namesOf(plain.header);
  return new Table<R>(plain.length, new Map(names.map((name, k) => [name, plain.columns[k]])), notes);
}

const delimiterGiven = (file: string, { delimiter }: ReadOptions): string | undefined =>
  delimiter ?? (/\.tsv(?:\.gz)?$/i.test(file) ? "\t" : undefined);

async function cutFile(fn: string, file: string, options: ReadOptions) {
  const pieces: Fields[] = [];
  let header: Fields | undefined;
  let delimiter = delimiterGiven(file, options);
  let kept = "";
  const cutTexts: string[] = [];

  const cut = (text: string, isLast: boolean): void => {
    let from = 0;
    const line = (at: number) =>
      [...cutTexts, text.slice(0, at)].reduce((sum, done) => sum + lineBreaks(done), 1);
    try {
      if (!header) {
        const said = SAID.exec(text);
        if (said) {
          delimiter ??= said[1];
          from = said[0].length;
        }
        delimiter ??= delimiterOf(text, isLast);
        const first = cutFields(text.slice(from), { delimiter, isLast, blankLines: false, limit: 1 });
        if (first.records.length === 0) {
          kept = text;
          return;
        }
        header = first;
        from += first.rest;
      }
      const width = header.records[0];
      const body = text.slice(from);
      const fields = cutFields(body, { delimiter: delimiter!, isLast, blankLines: width === 1 });
      const ragged = fields.records.findIndex((end, r) => end !== (r + 1) * width);
      if (ragged >= 0) {
        const begin = ragged > 0 ? fields.records[ragged - 1] : 0;
        const found = fields.records[ragged] - begin;
        throw new TableError(
          `${fn}: expected as many values in every row as the header has names (${width}), got ${found} in line ${line(from + fields.starts[begin])} of ${file}; give each row all its values, empty where missing`,
        );
      }
      if (fields.records.length > 0) pieces.push(fields);
      kept = body.slice(fields.rest);
      from += fields.rest;
    } catch (error) {
      if (error instanceof FieldError) throw malformed(fn, file, line(from + error.at), error);
      throw error;
    }
    if (kept.length > LONGEST) {
      throw malformed(fn, file, line(from), new FieldError("a quote that is not closed", 0));
    }
    // Lines are counted only where an error asks for one.
    cutTexts.push(text.slice(0, from));
  };

  for await (const text of textOf(fn, file)) cut(kept + text, false);
  if (kept !== "") cut(kept, true);
  if (header) return { header, pieces };
  throw new TableError(`${fn}: expected a line with the columns' names, got nothing in ${file}`);
}

const lineBreaks = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** Names of the header; those that are missing or there twice get one of their own. */
function namesOf(header: Fields): { names: string[]; notes: string[] } {
  const given = Array.from({ length: header.records[0] }, (_, k) => {
    const text = fieldText(header, k);
    return header.quotes[k] === BARE ? text.trim() || `column${k}` : text;
  });
  const notes: string[] = [];
  return { names: distinctColumns(given, notes), notes };
}
