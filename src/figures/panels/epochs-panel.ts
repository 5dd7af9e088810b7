/** Numbers that are known after every epoch of a training or a search, each a line. */
import { expectList, expectNumber } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { seriesColour, seriesDash } from "../style.js";

/** A number by epoch. */
export interface EpochSeries {
  readonly name: string;
  /** One for each epoch, from the first; NaN where it is not known. */
  readonly values: readonly number[];
  /** Series of one colour, from 0, and of one dash belong together. Default: its place in the list. */
  readonly colour?: number;
  readonly dash?: "solid" | "dash" | "dot";
  /** Drawn wider than the others. */
  readonly bold?: boolean;
}

export interface EpochsPanelOptions {
  /** What the values are, with their unit. */
  readonly label: string;
  readonly title?: string;
  /** Of the vertical axis. Default: what there is. */
  readonly range?: readonly [number, number];
  /** Epochs in all, where not all are over. */
  readonly epochs?: number;
}

/**
 * Values by epoch, a line for each series.
 *
 * @throws RangeError for series that are none
 * @example
 * ```ts
 * const panel = epochsPanel(
 *   [
 *     { name: "training", values: [60, 41, 33], colour: 0, dash: "dash" },
 *     { name: "test", values: [62, 45, 40], colour: 0 },
 *   ],
 *   { label: "error (%)", title: "three epochs" },
 * );
 * panel.traces.map(({ name }) => name); // => ["training", "test"]
 * ```
 */
export function epochsPanel(series: readonly EpochSeries[], options: EpochsPanelOptions): Panel {
  const fn = "epochsPanel";
  expectList(fn, "series", series, {
    name: "text",
    values: "list",
    colour: "number?",
    dash: "text?",
    bold: "boolean?",
  });
  expectOptions(fn, options, { label: "text", title: "text?", range: "list?", epochs: "number?" });
  for (const { values } of series) for (const value of values) expectNumber(fn, "a value", value);
  const { label, title, range } = options;
  for (const end of range ?? []) expectNumber(fn, "an end of options.range", end);
  if (range && range.length !== 2) {
    throw new RangeError(`${fn}: options.range must be two numbers, got ${range.length as number}`);
  }
  const done = Math.max(1, ...series.map(({ values }) => values.length));
  const epochs = Math.max(done, options.epochs ?? 1);
  const isShort = epochs <= 10;
  return {
    traces: series.map(({ name, values, colour, dash, bold = false }, i) => ({
      type: "scatter",
      // A line of one point is none.
      mode: values.length === 1 ? "markers" : "lines",
      name: plotlyText(name),
      x: values.map((_, epoch) => epoch + 1),
      y: values.map(value => (Number.isNaN(value) ? null : value)),
      line: {
        color: seriesColour(colour ?? i),
        width: bold ? 3 : 1.5,
        dash: dash ?? seriesDash(colour ?? i),
      },
      marker: { color: seriesColour(colour ?? i), size: 6 },
      hovertemplate: "epoch %{x}<br>%{y:.4~g}<extra></extra>",
    })),
    xaxis: {
      title: { text: "epoch" },
      range: [1, Math.max(2, epochs)],
      ...(isShort && { tickvals: Array.from({ length: epochs }, (_, i) => i + 1) }),
    },
    yaxis: { title: { text: label }, ...(range && { range: [...range] }) },
    legend: "free",
    ...(title !== undefined && { title: plotlyText(title) }),
    ...(range && { limits: { y: [range[0], range[1]] } }),
  };
}
