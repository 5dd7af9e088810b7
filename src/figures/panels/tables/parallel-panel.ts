/** Parallel coordinates: each row a line over several columns, the best ones in front. */
import { expectOptions } from "../../../base/expect-options.js";
import { expectList, expectText } from "../../../base/expect.js";
import { extent } from "../../../base/extent.js";
import type { TableLike } from "../../../tables/table.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { colours, faded, ink, soft } from "../../style.js";
import { notePanel } from "../note-panel.js";
import { numbersOf, shortDigits } from "./columns-of.js";

export interface ParallelPanelOptions {
  /** Columns of numbers, from left to right; two or more. */
  readonly columns: readonly string[];
  /** The column by which rows are best. */
  readonly by: string;
  /** Share of the rows that is drawn in front, in (0, 1]. Default 0.1. */
  readonly share?: number;
  /** Whether greater is better. Default false, as of errors. */
  readonly greatest?: boolean;
}

const MOST_COLUMNS = 30;

/**
 * Each row as a line through its values, each column from its least value at the bottom to its greatest at the top; the best tenth
 * in front, in colour. What the best have in common is where their lines run together. Rows that lack a value are left out.
 *
 * @throws RangeError for a column that the table has not
 * @example
 * ```ts
 * const population = await shippedPopulation("AnyNetXE");
 * row([parallelPanel(population, { columns: ["d1", "d2", "d3", "d4", "w1", "w4", "error"], by: "error" })]);
 * ```
 */
export function parallelPanel(table: TableLike, options: ParallelPanelOptions): Panel {
  const fn = "parallelPanel";
  expectOptions(fn, options, { columns: "list", by: "text", share: "number?", greatest: "boolean?" });
  const { columns: names, by, share = 0.1, greatest = false } = options;
  expectList(fn, "columns", names);
  for (const name of Array.from(names)) expectText(fn, "a column", name);
  if (names.length < 2 || names.length > MOST_COLUMNS) {
    throw new RangeError(`${fn}: expected from 2 to ${MOST_COLUMNS} columns, got ${names.length}`);
  }
  if (!(share > 0 && share <= 1)) throw new RangeError(`${fn}: expected share in (0, 1], got ${share}`);
  const columns = names.map(name => numbersOf(fn, table, "a column", name));
  const measure = numbersOf(fn, table, "by", by);
  const rows = Array.from(measure, (_, i) => i)
    .filter(i => [measure, ...columns].every(column => Number.isFinite(column[i])))
    .toSorted((a, b) => (greatest ? measure[b] - measure[a] : measure[a] - measure[b]));
  if (rows.length === 0) return notePanel("no rows with all values");
  const ends = columns.map(column => extent(rows.map(i => column[i])));
  const height = (value: number, [low, high]: readonly [number, number]) =>
    high > low ? (value - low) / (high - low) : 0.5;
  const best = Math.max(1, Math.round(share * rows.length));
  const lines = (members: readonly number[], name: string, colour: string, width: number): PlotlyObject => ({
    type: "scatter",
    mode: "lines",
    name,
    // A gap after each row keeps its line from the next one's.
    x: members.flatMap(() => [...names.keys(), null]),
    y: members.flatMap(i => [...columns.map((column, k) => height(column[i], ends[k])), null]),
    line: { color: colour, width },
    hoverinfo: "skip",
  });
  const rest = rows.slice(best);
  return {
    traces: [
      ...(rest.length > 0 ? [lines(rest, `others (n = ${rest.length})`, faded(soft, 0.25), 0.8)] : []),
      lines(
        rows.slice(0, best),
        `best by ${plotlyText(by)} (n = ${best})`,
        faded(colours[1], best > 30 ? 0.6 : 0.9),
        1.6,
      ),
    ],
    xaxis: {
      range: [-0.3, names.length - 0.7],
      tickvals: [...names.keys()],
      ticktext: names.map((name, k) => `${shortDigits(ends[k][0])}<br>${plotlyText(name)}`),
      showgrid: false,
      tickangle: 0,
      tickfont: { size: names.length > 6 ? 10 : 12 },
    },
    yaxis: { range: [-0.04, 1.12], showticklabels: false, ticks: "", showgrid: false, title: { text: "" } },
    shapes: names.map((_, k) => ({
      type: "line",
      layer: "below",
      x0: k,
      x1: k,
      y0: 0,
      y1: 1,
      line: { color: ink, width: 1 },
    })),
    notes: names.map((_, k) => ({
      x: (k + 0.3) / (names.length - 0.4),
      y: 0.96,
      text: shortDigits(ends[k][1]),
      size: 11,
    })),
    limits: { y: [-0.04, 1.12] },
    legend: "free",
  };
}
