/** Groups of a table's rows that share a value. */
import type { Column, Value } from "../column.js";
import type { Table } from "../table.js";

export interface Group<R extends object> {
  /** The value shared. */
  readonly key: Value;
  readonly table: Table<R>;
}

const SMALL = 4096;
/** Rows whose groups are found at once. */
export const ROWS = 8192;

/** Numbers groups as their values come; NaN is one. */
export class Grouping {
  /** The groups' values, and how many rows each has. */
  readonly keys: Value[] = [];
  readonly counts: number[] = [];
  readonly #groups = new Map<Value, number>();
  // Most columns hold small integers (depths, widths), which an array finds faster than a map.
  readonly #groupOfSmall = new Int32Array(SMALL).fill(-1);

  /** Writes the groups of the rows from `from` on into the list, as many as it has. */
  assign(column: Column, from: number, groupOf: Uint32Array): void {
    const { counts } = this;
    const groupOfSmall = this.#groupOfSmall;
    if (!(column instanceof Float64Array)) {
      for (let i = 0; i < groupOf.length; i++) counts[(groupOf[i] = this.#enter(column[from + i]))]++;
      return;
    }
    for (let i = 0; i < groupOf.length; i++) {
      const value = column[from + i];
      const small = value | 0;
      const isSmall = small === value && small >= 0 && small < SMALL;
      let group = isSmall ? groupOfSmall[small] : this.#enter(value);
      if (group < 0) {
        // −0 is 0.
        group = this.#enter(small);
        groupOfSmall[small] = group;
      }
      groupOf[i] = group;
      counts[group]++;
    }
  }

  #enter(value: Value): number {
    const known = this.#groups.get(value);
    if (known !== undefined) return known;
    const group = this.keys.length;
    this.#groups.set(value, group);
    this.keys.push(value);
    this.counts.push(0);
    return group;
  }

  /** The groups by rising value, NaN last. */
  order(): number[] {
    const { keys } = this;
    return keys
      .map((_, group) => group)
      .sort((i, j) => {
        const [a, b] = [keys[i], keys[j]];
        return a < b ? -1 : a > b ? 1 : Number.isNaN(a) ? 1 : -1;
      });
  }
}

/** See `Table.groupBy`: the value of each group with the indices of its rows. */
export function groupIndices(column: Column, length: number): { key: Value; rows: Uint32Array }[] {
  const grouping = new Grouping();
  const groupOf = new Uint32Array(length);
  grouping.assign(column, 0, groupOf);
  const { counts, keys } = grouping;
  // One list for all groups, each with its place in it: lists that grow are copied again and again.
  const rows = new Uint32Array(length);
  const filled = new Uint32Array(counts.length);
  for (let group = 1; group < filled.length; group++) filled[group] = filled[group - 1] + counts[group - 1];
  for (let row = 0; row < length; row++) rows[filled[groupOf[row]]++] = row;
  return grouping.order().map(group => ({
    key: keys[group],
    rows: rows.subarray(filled[group] - counts[group], filled[group]),
  }));
}
