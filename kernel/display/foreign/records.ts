/** Tables that are no library's: arrays and sets of flat records, and maps. */

import { types } from "node:util";
import type { Form } from "../form.js";
import { className, isPlainObject } from "./look.js";
import { type Table, tableBundle } from "./table.js";

export const records: Form = {
  name: "records",
  show: (value, extent) => {
    const table = tableOf(value, extent.full);
    return table && tableBundle(table, extent);
  },
};

/** Rows that are looked at closely to tell what an array holds. */
const LOOKED_AT = 200;
/** Rows whose columns are looked for, unless all is to be shown. */
const SCANNED = 1_000_000;
/** An array in a cell of a record, such as the widths of four stages, may be this long. */
const MAX_LIST = 16;

function tableOf(value: object, full = false): Table | undefined {
  if (Array.isArray(value)) return recordsTable(value, full);
  if (types.isMap(value)) return mapTable(value, full);
  return types.isSet(value) && value.size > 0 ? recordsTable([...value], full) : undefined;
}

/** Rows may be missing (null or undefined), which is as if all their columns were. */
function recordsTable(rows: readonly unknown[], full: boolean): Table | undefined {
  const some = rows.slice(0, LOOKED_AT);
  const present = some.filter(row => !isAbsent(row));
  if (present.length === 0 || !present.every(isFlatRecord)) return undefined;
  const scanned = full ? rows.length : Math.min(rows.length, SCANNED);
  const columns = columnsOf(rows, scanned);
  if (!columns || columns.length === 0) return undefined;
  return {
    columns,
    rowCount: rows.length,
    row: (index, count) => columns.slice(0, count).map(column => cellOf(rows[index], column)),
    ...(scanned < rows.length && { note: `columns of the first ${scanned.toLocaleString("en")} rows` }),
  };
}

/** The columns that any row has, in the order in which they are met; nothing when a row is no record. */
function columnsOf(rows: readonly unknown[], count: number): string[] | undefined {
  const columns = new Set<string>();
  let before: readonly string[] = [];
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    if (isAbsent(row)) continue;
    if (typeof row !== "object" || !isPlainObject(row)) return undefined;
    const keys = Object.keys(row);
    // Nearly always a row has the columns of the row before it.
    if (keys.length === before.length && keys.every((key, k) => key === before[k])) continue;
    for (const key of keys) columns.add(key);
    before = keys;
  }
  return [...columns];
}

/** What a row has in a column. A getter may do anything; looking at a value must not run it. */
function cellOf(row: unknown, column: string): unknown {
  if (!isPlainObject(row)) return undefined;
  const property = Object.getOwnPropertyDescriptor(row, column);
  return !property || "value" in property ? property?.value : "[Getter]";
}

/** A map of records has a column of keys before those of the records; one of plain values has two columns. */
function mapTable(map: Map<unknown, unknown>, full: boolean): Table | undefined {
  if (map.size === 0) return undefined;
  const keys = [...map.keys()];
  const values = [...map.values()];
  if (!keys.slice(0, LOOKED_AT).every(isCell)) return undefined;
  const table = recordsTable(values, full);
  if (table) return { ...table, index: index => keys[index] };
  if (!values.slice(0, LOOKED_AT).every(isCell)) return undefined;
  return { columns: ["key", "value"], rowCount: map.size, row: index => [keys[index], values[index]] };
}

/** A plain object whose values fit into cells. */
function isFlatRecord(value: unknown): value is Record<string, unknown> {
  if (!isPlainObject(value)) return false;
  return Object.getOwnPropertyNames(value).every(name => {
    // A getter may do anything; looking at a value must not run it.
    const property = Object.getOwnPropertyDescriptor(value, name);
    return property && "value" in property && isCell(property.value);
  });
}

function isAbsent(row: unknown): row is null | undefined {
  return row === null || row === undefined;
}

function isCell(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return typeof value !== "function";
  if (types.isProxy(value)) return false;
  if (types.isDate(value)) return true;
  if (Array.isArray(value))
    return (
      value.length <= MAX_LIST &&
      value.every(item => item === null || (typeof item !== "object" && typeof item !== "function"))
    );
  // Values of DuckDB's own types in rows read as objects.
  return /^DuckDB\w+Value$/.test(className(value));
}
