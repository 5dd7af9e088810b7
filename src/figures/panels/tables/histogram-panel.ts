/** How often which values come: one outline for each group. */
import { expectOptions } from "../../../base/expect-options.js";
import { expectList } from "../../../base/expect.js";
import { extent } from "../../../base/extent.js";
import { say } from "../../../base/say.js";
import type { Numbers } from "../../../statistics/statistics-error.js";
import { logAxis } from "../../axes.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { faded, seriesColour, seriesDash } from "../../style.js";
import { notePanel } from "../note-panel.js";

/** Values under a name. */
export interface NamedValues {
  readonly name: string;
  readonly values: Numbers;
}

export interface HistogramPanelOptions {
  /** What the values are, with their unit. */
  readonly label: string;
  /** Bins of equal width over all values; on a logarithmic axis of equal ratio. Default: about √n, from 5 to 50. */
  readonly bins?: number;
  /** A logarithmic axis of values. Default false. */
  readonly log?: boolean;
  readonly title?: string;
}

const MOST_BINS = 1000;

/**
 * Histograms of some groups over the same bins, as shares of each group, so that groups of different sizes can be compared. NaN is
 * left out; the legend has how many there are.
 *
 * @throws RangeError for values at or below 0 on a logarithmic axis
 * @example
 * ```ts
 * const { errors } = await shippedPopulation("AnyNetXA");
 * row([histogramPanel([{ name: "AnyNetXA", values: errors }], { label: "error (%)" })]);
 * ```
 */
export function histogramPanel(groups: readonly NamedValues[], options: HistogramPanelOptions): Panel {
  const fn = "histogramPanel";
  expectList(fn, "groups", groups, { name: "text", values: "list" });
  expectOptions(fn, options, { label: "text", bins: "number?", log: "boolean?", title: "text?" });
  const { label, log = false, title } = options;
  const known = groups.map(({ name, values }) => {
    const odd = Array.from<unknown>(values).find(value => typeof value !== "number");
    if (odd !== undefined) throw new RangeError(`${fn}: expected numbers in ${say(name)}, got ${say(odd)}`);
    return { name, values: Array.from(values).filter(value => Number.isFinite(value)) };
  });
  const all = known.flatMap(({ values }) => values);
  if (all.length === 0) return notePanel("no values", { x: label, y: "share" });
  const [least, greatest] = extent(all);
  if (log && !(least > 0)) {
    throw new RangeError(`${fn}: expected values above 0 on a logarithmic axis, got ${least}; leave log out`);
  }
  const { bins = Math.min(50, Math.max(5, Math.ceil(Math.sqrt(all.length)))) } = options;
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= MOST_BINS)) {
    throw new RangeError(`${fn}: expected bins as a whole number from 1 to ${MOST_BINS}, got ${bins}`);
  }
  const scale = log ? Math.log : (value: number) => value;
  const back = log ? Math.exp : (value: number) => value;
  const [low, high] =
    least < greatest ? [scale(least), scale(greatest)] : [scale(least) - 0.5, scale(least) + 0.5];
  const edges = Array.from({ length: bins + 1 }, (_, i) => back(low + ((high - low) * i) / bins));
  const binOf = (value: number) =>
    Math.min(bins - 1, Math.max(0, Math.floor(((scale(value) - low) / (high - low)) * bins)));
  return {
    traces: known.map(({ name, values }, i) => {
      const counts = new Float64Array(bins);
      for (const value of values) counts[binOf(value)]++;
      const shares = Array.from(counts, count => count / Math.max(1, values.length));
      return {
        type: "scatter",
        mode: "lines",
        name: `${plotlyText(name)} (n = ${values.length})`,
        x: [edges[0], ...edges, edges[bins]],
        y: [0, ...shares, shares[bins - 1], 0],
        line: { shape: "hv", color: seriesColour(i), width: 1.5, dash: seriesDash(i) },
        fill: "tozeroy",
        fillcolor: faded(seriesColour(i), 0.25),
        hovertemplate: "from %{x:.4~g}: %{y:.1%}<extra></extra>",
      };
    }),
    xaxis: { title: { text: plotlyText(label) }, ...(log && logAxis(all)) },
    yaxis: { title: { text: "share" }, rangemode: "tozero" },
    limits: { y: [0, 1] },
    legend: "free",
    ...(title !== undefined && { title: plotlyText(title) }),
  };
}
