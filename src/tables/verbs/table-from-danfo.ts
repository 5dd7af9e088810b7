/** danfo.js DataFrames as tables: the way back from `Table.toDanfo`. */
import { isObject, say } from "../../base/say.js";
import { type Row, type Table, tableOf } from "../table.js";
import { TableError } from "../table-error.js";

/** What is read of a DataFrame: so much of danfo.js that it need not be installed. */
export interface DanfoFrame {
  /** The columns' names. */
  readonly columns: readonly string[];
  /** Rows of values, or values where there is one column alone. */
  readonly values: readonly unknown[];
}

/**
 * The table of a danfo.js DataFrame: numbers and texts as they are, booleans as 0 and 1, what is missing as NaN or "". The
 * frame's index is left out; `frame.resetIndex()` makes it a column. A column that `toDanfo` called `index_`, since frames have an
 * `index` of their own, keeps that name.
 *
 * @throws TableError for what is no DataFrame, and for a column that mixes numbers and texts
 * @example
 * ```ts
 * const frame = await tableOf([{ depth: 10, error: 40 }, { depth: 20, error: 38 }]).toDanfo();
 * tableFromDanfo(frame).column("error"); // => [40, 38]
 * ```
 */
export function tableFromDanfo<R extends object = Row>(frame: DanfoFrame): Table<R> {
  const fn = "tableFromDanfo";
  if (!(isObject(frame) && Array.isArray(frame.columns) && Array.isArray(frame.values))) {
    throw new TableError(
      `${fn}: expected a DataFrame of danfo.js, got ${say(frame)}; tableOf() makes a table of rows or columns`,
    );
  }
  const odd = Array.from(frame.columns).find(name => !["string", "number"].includes(typeof name));
  if (odd !== undefined || frame.columns.length !== Object.keys(frame.columns).length) {
    throw new TableError(`${fn}: expected names of columns, got ${say(odd)} among them`);
  }
  const names = frame.columns.map(String);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TableError(`${fn}: expected columns of different names, got ${say(twice)} twice`);
  }
  const rows = Array.from(frame.values, (row, i): readonly unknown[] => {
    const values = Array.isArray(row) ? (row as readonly unknown[]) : [row];
    if (values.length === names.length) return values;
    throw new TableError(`${fn}: expected ${names.length} values in row ${i + 1}, got ${values.length}`);
  });
  return tableOf<R>(
    Object.fromEntries(names.map((name, k) => [name, rows.map(row => row[k])])) as Readonly<
      Record<string, number[]>
    >,
  );
}
