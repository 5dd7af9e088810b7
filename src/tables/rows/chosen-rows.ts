/** Rows chosen of a table: by indices, in any order, or by marks, in the table's own. */
import type { Column } from "../column.js";

export interface ChosenRows {
  readonly length: number;
  /** The values of these rows. */
  of(column: Column): Column;
}

export function rowsAt(indices: Uint32Array): ChosenRows {
  const { length } = indices;
  return {
    length,
    of: column => {
      if (!(column instanceof Float64Array)) return Array.from(indices, i => column[i]);
      const gathered = new Float64Array(length);
      for (let i = 0; i < length; i++) gathered[i] = column[indices[i]];
      return gathered;
    },
  };
}

/** A bit for each row: a million rows are 125 KB, where new memory takes longer to touch than rows to test. */
export class RowMarks {
  readonly rows: number;
  readonly words: Uint32Array;

  constructor(rows: number) {
    this.rows = rows;
    this.words = new Uint32Array(Math.ceil(rows / 32));
  }

  markAll(): void {
    this.words.fill(0xffffffff);
    if (this.rows % 32 > 0) this.words[this.words.length - 1] = 2 ** (this.rows % 32) - 1;
  }

  /** Unmarks the rows without a value: NaN, or an empty text. */
  unmarkMissing(column: Column): void {
    for (let i = 0; i < this.rows; i++) {
      const value = column[i];
      // Only NaN differs from itself.
      if (value === "" || value !== value) this.words[i >>> 5] &= ~(1 << (i & 31)); // oxlint-disable-line no-self-compare
    }
  }

  /** The rows marked, in order. */
  chosen(): ChosenRows {
    const { words } = this;
    let length = 0;
    for (let k = 0; k < words.length; k++) length += bitsIn(words[k]);
    return {
      length,
      of: column => {
        if (!(column instanceof Float64Array)) {
          const texts: string[] = [];
          eachMarked(words, i => texts.push(column[i]));
          return texts;
        }
        const gathered = new Float64Array(length);
        let n = 0;
        for (let k = 0; k < words.length; k++) {
          for (let word = words[k]; word !== 0; word &= word - 1) {
            gathered[n++] = column[32 * k + 31 - Math.clz32(word & -word)];
          }
        }
        return gathered;
      },
    };
  }
}

export function eachMarked(words: Uint32Array, use: (row: number) => void): void {
  for (let k = 0; k < words.length; k++) {
    for (let word = words[k]; word !== 0; word &= word - 1) use(32 * k + 31 - Math.clz32(word & -word));
  }
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
