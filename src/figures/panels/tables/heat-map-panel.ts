/** A table as coloured cells: the mean error at each width and depth, or what is taken for what. */
import { expectOptions } from "../../../base/expect-options.js";
import { extent } from "../../../base/extent.js";
import type { TableLike } from "../../../tables/table.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { colours, faded, ink, page } from "../../style.js";
import { notePanel } from "../note-panel.js";
import { columnOf, numbersOf, requireTable, shortDigits } from "./columns-of.js";

export interface HeatMapPanelOptions {
  /** What the axes show, with units: `x` the columns, `y` the rows. */
  readonly labels: { readonly x: string; readonly y: string };
  /** What the cells show, in the title. */
  readonly title?: string;
  /** Values of the palest and of the darkest colour. Default: the least and the greatest there is. */
  readonly range?: readonly [number, number];
  /** Whether the first row is at the top, as in a matrix of confusion. Default false: it is at the bottom, as on an axis. */
  readonly fromTop?: boolean;
  /** Decimals of the numbers in the cells. Default: three digits. */
  readonly decimals?: number;
}

/** Cells beyond which none can be told from its neighbours. */
const MOST_CELLS = 10_000;
/** Cells beyond which numbers do not fit into them. */
const MOST_NUMBERS = { across: 12, down: 16 };

/**
 * Cells in one colour, darker where the value is greater; empty where there is none. Takes what `pivot` gives: a first column that
 * names the rows, and a column of numbers for each column of cells.
 *
 * @throws RangeError for a table without numbers, or of more than 10,000 cells
 * @example
 * ```ts
 * const errors = (await shippedPopulation("AnyNetXE")).pivot({ rows: "g1", columns: "d1", values: "error" });
 * row([heatMapPanel(errors, { labels: { x: "depth of stage 1", y: "group width of stage 1" }, title: "mean error (%)" })]);
 * ```
 */
export function heatMapPanel(table: TableLike, options: HeatMapPanelOptions): Panel {
  const fn = "heatMapPanel";
  requireTable(fn, table);
  expectOptions(fn, options, {
    labels: "object",
    title: "text?",
    range: "list?",
    fromTop: "boolean?",
    decimals: "number?",
  });
  expectOptions(fn, options.labels, { x: "text", y: "text" }, "the axes' labels");
  const { labels, title, fromTop = false, decimals } = options;
  const [named, ...across] = table.names;
  if (across.length === 0) {
    throw new RangeError(
      `${fn}: expected a column that names the rows and one of numbers or more, got ${table.names.length} columns; pivot() makes such a table`,
    );
  }
  if (across.length * table.length > MOST_CELLS) {
    throw new RangeError(
      `${fn}: expected at most ${MOST_CELLS.toLocaleString("en")} cells, got ${table.length} × ${across.length}; round the values before pivot()`,
    );
  }
  const down = Array.from<number | string, string>(columnOf(fn, table, "the rows", named), value =>
    typeof value === "number" ? shortDigits(value) : value,
  );
  const columns = across.map(name => numbersOf(fn, table, "a column of cells", name));
  const [low, high] = checkedRange(fn, options.range) ?? extent(columns.flatMap(column => finite(column)));
  if (!(low <= high)) return notePanel("no values", labels);
  const share = (value: number) => (high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 1);
  const cells = columns.flatMap((column, x) =>
    Array.from(column).flatMap((value, y) => (Number.isNaN(value) ? [] : [{ x, y, value }])),
  );
  const isNumbered = across.length <= MOST_NUMBERS.across && down.length <= MOST_NUMBERS.down;
  const words = (value: number) => (decimals === undefined ? shortDigits(value) : value.toFixed(decimals));
  const texts = (pale: boolean): PlotlyObject => {
    const some = cells.filter(({ value }) => share(value) < 0.6 === pale);
    return {
      type: "scatter",
      mode: isNumbered ? "text" : "markers",
      x: some.map(cell => cell.x),
      y: some.map(cell => cell.y),
      ...(isNumbered && { text: some.map(({ value }) => words(value)) }),
      textfont: { color: pale ? ink : page, size: across.length > 8 ? 10 : 12 },
      marker: { opacity: 0 },
      hovertext: some.map(({ x, y, value }) => plotlyText(`${down[y]}, ${across[x]}: ${words(value)}`)),
      hoverinfo: "text",
    };
  };
  const axis = (names: readonly string[], label: string): PlotlyObject => {
    const every = Math.ceil(names.length / 16);
    const shown = names.map((_, i) => i).filter(i => i % every === 0);
    return {
      title: { text: plotlyText(label) },
      range: [-0.5, names.length - 0.5],
      tickvals: shown,
      ticktext: shown.map(i => plotlyText(names[i])),
      showgrid: false,
    };
  };
  const yaxis = axis(down, labels.y);
  return {
    traces: [texts(true), texts(false)],
    xaxis: axis(across, labels.x),
    yaxis: fromTop ? { ...yaxis, range: [down.length - 0.5, -0.5] } : yaxis,
    shapes: cells.map(({ x, y, value }) => ({
      type: "rect",
      layer: "below",
      x0: x - 0.5,
      x1: x + 0.5,
      y0: y - 0.5,
      y1: y + 0.5,
      fillcolor: faded(colours[0], Number((0.04 + 0.96 * share(value)).toFixed(3))),
      line: { width: 1, color: page },
    })),
    ...(title !== undefined && {
      title: plotlyText(isNumbered ? title : `${title}, ${words(low)} (pale) to ${words(high)} (dark)`),
    }),
  };
}

const finite = (column: Float64Array): number[] => Array.from(column).filter(Number.isFinite);

function checkedRange(
  fn: string,
  range: readonly [number, number] | undefined,
): readonly [number, number] | undefined {
  if (range === undefined) return undefined;
  const [low, high] = range;
  if (range.length === 2 && Number.isFinite(low) && Number.isFinite(high) && low < high) return range;
  throw new RangeError(
    `${fn}: expected range as [low, high] with low < high, got [${Array.from(range).map(String).join(", ")}]`,
  );
}
