/**
 * Rows to look at, such as the paper's tables: a value that shows itself, set in a notebook, aligned elsewhere. A table to
 * compute with is `Table` (src/tables).
 */

import { expectList } from "./expect.js";
import { escapeMarkdown } from "./escape-markdown.js";

/** A cell as text; nothing for `undefined`. */
function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return value.toLocaleString("en");
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** A number as it is written for people, such as by `toFixed`, which gives all of a column their decimals. */
const NUMBER = /^(?:NaN|[+−-]?(?:∞|\d[\d,]*(?:\.\d+)?(?:e[+−-]?\d+)?)(?:\s?%)?)$/;
const NOTHING = /^[–-]?$/;

/** Rows to look at: a Markdown table in a notebook, aligned text elsewhere. */
export class PrintedTable<Row extends object> {
  readonly rows: readonly Row[];
  readonly columns: readonly (keyof Row & string)[];

  /** @param columns the fields to show, in this order; default all of the first row's */
  constructor(rows: readonly Row[], columns?: readonly (keyof Row & string)[]) {
    expectList("PrintedTable", "rows", rows, {});
    this.rows = rows;
    this.columns = columns ?? (Object.keys(rows[0] ?? {}) as (keyof Row & string)[]);
  }

  /** The cells as text, under the columns' names. */
  #cells(): string[][] {
    return [[...this.columns], ...this.rows.map(row => this.columns.map(column => shown(row[column])))];
  }

  toString(): string {
    const cells = this.#cells().map(row => row.map(text => text.replace(/\s*[\r\n]+\s*/g, " ")));
    const widths = this.columns.map((_, i) =>
      cells.reduce((widest, row) => Math.max(widest, row[i].length), 0),
    );
    return cells
      .map(row =>
        row
          .map((text, i) => text.padEnd(widths[i]))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }

  /** A Markdown table; columns whose cells are all numbers, or none, are aligned to the right. */
  toMarkdown(): string {
    const [head, ...body] = this.#cells().map(row => `| ${row.map(escapeMarkdown).join(" | ")} |`);
    const isNumber = (column: keyof Row) => {
      const texts = this.rows.map(row => shown(row[column]).trim());
      return (
        texts.some(text => NUMBER.test(text)) && texts.every(text => NUMBER.test(text) || NOTHING.test(text))
      );
    };
    const rule = `| ${this.columns.map(column => (isNumber(column) ? "---:" : "---")).join(" | ")} |`;
    return [head, rule, ...body].join("\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.toMarkdown(), "text/plain": this.toString() };
  }
}
