/** One column of a table against another, coloured by a third. */
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import { spearman } from "../../../statistics/correlation.js";
import type { TableLike } from "../../../tables/table.js";
import { logAxis } from "../../axes.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { colours, faded, seriesColour, seriesSymbol } from "../../style.js";
import { notePanel } from "../note-panel.js";
import { columnOf, numbersOf, shortDigits } from "./columns-of.js";

export interface ScatterPanelOptions {
  /** Columns of numbers. */
  readonly x: string;
  readonly y: string;
  /** A column by which points are coloured: each text has its colour, numbers are put into five classes of equal size. */
  readonly colour?: string;
  /** What the axes show, with units. Default: the columns' names. */
  readonly labels?: { readonly x?: string; readonly y?: string };
  /** Logarithmic axes. Default: neither. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
}

/** Classes of a column of numbers. */
const CLASSES = 5;
/** Texts that can be told by colour and marker. */
const MOST_TEXTS = 12;

/**
 * The scatter of two columns, with Spearman's ρ and its n above it. Rows without a value in either are left out.
 *
 * @throws RangeError for a column that the table has not, or values at or below 0 on a logarithmic axis
 * @example
 * ```ts
 * const table = stageColumns(await shippedPopulation("AnyNetXE"));
 * row([scatterPanel(table, { x: "meanWidth", y: "error", colour: "depth", log: { x: true } })]);
 * ```
 */
export function scatterPanel(table: TableLike, options: ScatterPanelOptions): Panel {
  const fn = "scatterPanel";
  expectOptions(fn, options, { x: "text", y: "text", colour: "text?", labels: "object?", log: "object?" });
  const { labels = {}, log = {} } = options;
  expectOptions(fn, labels, { x: "text?", y: "text?" }, "the axes' labels");
  expectOptions(fn, log, { x: "boolean?", y: "boolean?" }, "the logarithmic axes");
  const [xs, ys] = [numbersOf(fn, table, "x", options.x), numbersOf(fn, table, "y", options.y)];
  const titles = { x: plotlyText(labels.x ?? options.x), y: plotlyText(labels.y ?? options.y) };
  const rows = Array.from(xs, (_, i) => i).filter(i => Number.isFinite(xs[i]) && Number.isFinite(ys[i]));
  if (rows.length === 0) return notePanel("no rows with both values", titles);
  const groups =
    options.colour === undefined
      ? [{ name: undefined, rows, colour: faded(colours[0], 0.6), symbol: "circle" }]
      : groupsOf(fn, table, options.colour, rows);
  const axis = (which: "x" | "y", values: Float64Array): PlotlyObject => {
    const shown = rows.map(i => values[i]);
    const least = shown.reduce((a, b) => Math.min(a, b));
    if (log[which] && !(least > 0)) {
      throw new RangeError(
        `${fn}: expected values above 0 on a logarithmic axis, got ${least} in ${say(options[which])}; leave log.${which} out`,
      );
    }
    return { title: { text: titles[which] }, ...(log[which] && logAxis(shown)) };
  };
  const [xaxis, yaxis] = [axis("x", xs), axis("y", ys)];
  const x = rows.map(i => xs[i]);
  const y = rows.map(i => ys[i]);
  const varies = (values: readonly number[]) => values.some(value => value !== values[0]);
  const rho = rows.length > 2 && varies(x) && varies(y) ? spearman(x, y).value : Number.NaN;
  const n = `n = ${rows.length}`;
  return {
    traces: groups.map(({ name, rows: members, colour, symbol }) => ({
      type: "scatter",
      mode: "markers",
      ...(name !== undefined && { name: plotlyText(name) }),
      x: members.map(i => xs[i]),
      y: members.map(i => ys[i]),
      marker: { color: colour, symbol, size: rows.length > 500 ? 4 : 6 },
      hovertemplate: `%{x:.4~g}, %{y:.4~g}<extra>${plotlyText(name ?? "")}</extra>`,
    })),
    xaxis,
    yaxis,
    title: Number.isNaN(rho) ? n : `Spearman’s ρ = ${rho.toFixed(2).replace("-", "−")} (${n})`,
    ...(options.colour !== undefined && { legend: "free", legendTitle: plotlyText(options.colour) }),
  };
}

/**
 * Where classes of about equal size begin. Equal values are of one class: where one value fills more than its share, what is left is
 * shared among the others.
 *
 * @param sorted at least as many distinct values as classes, rising
 */
function classStarts(sorted: readonly number[]): number[] {
  const starts = [sorted[0]];
  let from = 0;
  for (let left = CLASSES; left > 1 && sorted.at(-1)! > sorted[from]; left--) {
    const share = Math.max(1, Math.floor((sorted.length - from) / left));
    let end = from + share;
    while (sorted[end] === sorted[end - 1]) end++;
    if (end === sorted.length) end = sorted.indexOf(sorted.at(-1)!);
    from = end;
    starts.push(sorted[from]);
  }
  return starts;
}

/** Rows that look alike: of one text, or of one class of numbers. */
function groupsOf(fn: string, table: TableLike, name: string, rows: readonly number[]) {
  const column = columnOf(fn, table, "colour", name);
  if (!(column instanceof Float64Array)) {
    const texts = [...new Set(rows.map(i => column[i]))].sort();
    if (texts.length > MOST_TEXTS) {
      throw new RangeError(
        `${fn}: expected a colour column of at most ${MOST_TEXTS} texts, got ${texts.length} in ${say(name)}`,
      );
    }
    return texts.map((text, k) => ({
      name: text === "" ? "none" : text,
      rows: rows.filter(i => column[i] === text),
      colour: seriesColour(k),
      symbol: seriesSymbol(k) as string,
    }));
  }
  const known = rows.filter(i => !Number.isNaN(column[i])).toSorted((a, b) => column[a] - column[b]);
  const values = [...new Set(known.map(i => column[i]))];
  const classes = values.length <= CLASSES ? values : classStarts(known.map(i => column[i]));
  const classOf = (value: number) => classes.findLastIndex(start => value >= start);
  const found = classes.map((_, k) => {
    const members = known.filter(i => classOf(column[i]) === k);
    const [low, high] = [column[members[0]], column[members.at(-1)!]].map(shortDigits);
    return {
      name: low === high ? low : `${low} to ${high}`,
      rows: members,
      colour: faded(colours[0], Number((0.15 + (0.85 * (k + 1)) / classes.length).toFixed(2))),
      symbol: "circle",
    };
  });
  const none = rows.filter(i => Number.isNaN(column[i]));
  return none.length === 0
    ? found
    : [...found, { name: "none", rows: none, colour: colours[6] as string, symbol: "x" }];
}
