/** Groups of a table's rows that share a value. */
import type { Value } from "./column.js";
import type { Table } from "./table.js";

export interface Group<R extends object> {
  /** The value shared. */
  readonly key: Value;
  readonly table: Table<R>;
}

const SMALL = 4096;

/** See `Table.groupBy`. */
export function groupTable<R extends object>(table: Table<R>, name: string): Group<R>[] {
  const column = table.values(name);
  const groupOf = new Map<Value, number>();
  // Most columns hold small integers (depths, widths), which an array finds faster than a map.
  const groupOfSmall = new Int32Array(SMALL).fill(-1);
  const counts: number[] = [];
  const groups = new Uint32Array(table.length);
  for (let i = 0; i < table.length; i++) {
    const value = column[i];
    const small = typeof value === "number" && value >= 0 && value < SMALL && value % 1 === 0;
    let group = small ? groupOfSmall[value] : (groupOf.get(value) ?? -1);
    if (group < 0) {
      group = counts.length;
      groupOf.set(value, group);
      if (small) groupOfSmall[value] = group;
      counts.push(0);
    }
    counts[group]++;
    groups[i] = group;
  }
  const members = counts.map(count => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  for (let i = 0; i < table.length; i++) members[groups[i]][filled[groups[i]]++] = i;
  return [...groupOf]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : Number.isNaN(a) ? 1 : -1))
    .map(([key, group]) => ({ key, table: table.take(members[group]) }));
}
