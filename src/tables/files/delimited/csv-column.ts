/** A column of a CSV file: numbers or texts, as all of its cells together say. */
import { type CellKind, type CellOptions, readCell, shortNumber } from "../cell.js";
import { type Column, quoteShort } from "../../column.js";
import { BARE, type Fields, fieldText } from "./fields.js";
import { TableError } from "../../table-error.js";

export interface Cells {
  readonly pieces: readonly Fields[];
  /** Number of columns. */
  readonly width: number;
  /** Whether a column whose values are all in quotes is one of texts. */
  readonly quotesTell: boolean;
  readonly options: CellOptions;
}

/**
 * Numbers, if every cell is one or missing; else the texts as they are. Thousands' separators are numbers where a
 * fraction shows that they are no list, or where they were asked for; and per cent signs where every value has one.
 *
 * @param as what was asked for, if anything
 * @param notes takes what is to be known of the column
 */
export function columnFrom(
  fn: string,
  file: string,
  name: string,
  k: number,
  cells: Cells,
  as: "numbers" | "texts" | undefined,
  notes: string[],
): Column {
  if (as === "texts") return readTexts(k, cells, false);
  if (as === undefined && cells.quotesTell && isInQuotes(k, cells)) return readTexts(k, cells, true);
  const { numbers, seen, other } = readNumbers(k, cells);
  if (as === "numbers") {
    if (!other) return numbers;
    throw new TableError(
      `${fn}: expected a number in every row of "${name}", got ${quoteShort(other.text)} in row ${other.row} of ${file}`,
    );
  }
  if (other) return readTexts(k, cells, false);
  if (seen.long > 0) {
    const what = seen.cut > 0 ? "numbers" : "integers";
    notes.push(`column "${name}" has ${what} above 2⁵³, which numbers do not keep; read as texts`);
  }
  const isMixed = [seen.percent, seen.truth].some(count => count > 0 && count < seen.values);
  const isList = seen.grouped > 0 && seen.fractions === 0 && cells.options.thousands === undefined;
  if (seen.long > 0 || seen.padded > 0 || isMixed || isList) return readTexts(k, cells, false);
  if (seen.percent > 0) notes.push(`column "${name}" has per cent signs; read as numbers without them`);
  return numbers;
}

/** Counts of cells that are no plain numbers, by their kind, and what they are counted among; `cut` are long fractions. */
type Seen = Record<"values" | "fractions" | "cut" | Exclude<CellKind, "number" | "missing" | "text">, number>;

/** The cells as numbers, up to the first that is a text. */
function readNumbers(k: number, { pieces, width, options }: Cells) {
  const numbers = new Float64Array(rowsOf(pieces));
  const seen: Seen = {
    values: 0,
    fractions: 0,
    cut: 0,
    percent: 0,
    truth: 0,
    grouped: 0,
    long: 0,
    padded: 0,
  };
  let row = 0;
  for (const piece of pieces) {
    const { text, starts, ends } = piece;
    const rows = piece.records.length;
    for (let r = 0, field = k; r < rows; r++, field += width, row++) {
      const short = options.isPlain ? shortNumber(text, starts[field], ends[field]) : Number.NaN;
      if (!Number.isNaN(short)) {
        numbers[row] = short;
        seen.values++;
        if (short % 1 !== 0) seen.fractions++;
        continue;
      }
      const said = fieldText(piece, field);
      const { kind, value } = readCell(said, options);
      numbers[row] = value;
      if (kind === "missing") continue;
      if (kind === "text") return { numbers, seen, other: { text: said, row: row + 1 } };
      seen.values++;
      const isFraction = said.includes(options.decimal);
      if (isFraction) seen.fractions++;
      if (isFraction && kind === "long") seen.cut++;
      if (kind !== "number") seen[kind]++;
    }
  }
  return { numbers, seen };
}

/** Whether every value of a column is in quotes, and there is one, be it an empty text. */
function isInQuotes(k: number, { pieces, width, options }: Cells): boolean {
  let found = false;
  for (const piece of pieces) {
    const { starts, ends, quotes, records } = piece;
    for (let r = 0, field = k; r < records.length; r++, field += width) {
      if (quotes[field] !== BARE) found = true;
      else if (starts[field] < ends[field] && !options.missing.has(fieldText(piece, field).trim()))
        return false;
    }
  }
  return found;
}

/** The cells as they are written, and "" for a missing value that other cells' quotes tell from a text. */
function readTexts(k: number, { pieces, width }: Cells, inQuotes: boolean): string[] {
  const texts: string[] = [];
  for (const piece of pieces) {
    for (let r = 0, field = k; r < piece.records.length; r++, field += width) {
      const text = fieldText(piece, field);
      texts.push(inQuotes && piece.quotes[field] === BARE ? "" : text);
    }
  }
  return texts;
}

const rowsOf = (pieces: readonly Fields[]): number =>
  pieces.reduce((sum, { records }) => sum + records.length, 0);
