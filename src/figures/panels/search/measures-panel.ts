/** Measures without training against a table's errors: each one's rank correlation, over all functions and among the best. */
import { expectList, expectText } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import type { PlotlyObject } from "../../figure.js";
import { fitText } from "../fit-text.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { seriesColour, seriesSymbol, soft } from "../../style.js";
import { notePanel } from "../note-panel.js";

interface DrawnInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface DrawnRank {
  readonly kendall: DrawnInterval;
  readonly spearman: DrawnInterval;
  readonly n: number;
  /** The difference to the baseline, which is not drawn. */
  readonly versus?: unknown;
}

/** What the panel draws, as `measureCorrelations` gives it. */
export interface DrawnMeasures {
  readonly name: string;
  readonly baseline: string;
  readonly level: number;
  readonly measures: readonly {
    readonly measure: string;
    readonly all: DrawnRank;
    readonly best: DrawnRank;
  }[];
}

export interface MeasuresPanelOptions {
  /** Which rank correlation. Default `"kendall"`. */
  readonly of?: "kendall" | "spearman";
}

const titles = { kendall: "Kendall τ with accuracy", spearman: "Spearman ρ with accuracy" } as const;
const scopes = { all: "all functions", best: "best tenth" } as const;

/**
 * One row for each measure, the first on top; a dotted line is where the baseline is among all functions.
 *
 * @example
 * ```ts
 * import { measureCorrelations, table } from "netspace/search";
 *
 * const cells = await table("SmallCells");
 * const panel = measuresPanel(measureCorrelations(cells), { of: "spearman" });
 * panel.traces.flatMap(({ name }) => name ?? []); // => ["all functions (n = 1163)", "best tenth (n = 118)"]
 * ```
 */
export function measuresPanel(drawn: DrawnMeasures, options: MeasuresPanelOptions = {}): Panel {
  const fn = "measuresPanel";
  expectOptions(
    fn,
    drawn,
    { name: "text", baseline: "text", level: "number", measures: "list" },
    "what measureCorrelations() gives",
  );
  expectOptions(fn, options, { of: "text?" });
  const { of = "kendall" } = options;
  if (!Object.hasOwn(titles, of)) {
    throw new RangeError(`${fn}: of must be "kendall" or "spearman", got ${say(of)}`);
  }
  const { baseline, level, measures } = drawn;
  expectList(fn, "measures", measures, { measure: "text", all: "object", best: "object" });
  for (const { all, best } of measures) {
    for (const rank of [all, best]) {
      expectOptions(fn, rank, { kendall: "object", spearman: "object", n: "number", versus: "any?" });
      expectOptions(fn, rank[of], { value: "number", low: "number", high: "number" });
    }
  }
  expectText(fn, "the baseline", baseline);
  if (measures.length === 0) return notePanel("no measure");
  const traces = (["all", "best"] as const).flatMap((scope, k): PlotlyObject[] => {
    const told = measures.flatMap(({ measure, [scope]: rank }, i) =>
      Number.isFinite(rank[of].value) ? [{ measure, i, n: rank.n, ...rank[of] }] : [],
    );
    if (told.length === 0) return [];
    const n = Math.max(...told.map(one => one.n));
    // Side by side, so that neither scope hides the other.
    const y = told.map(({ i }) => i + (k === 0 ? -0.13 : 0.13));
    const colour = seriesColour(k);
    return [
      // Lines, not error bars, which a legend would be put over.
      {
        type: "scatter",
        mode: "lines",
        x: told.flatMap(({ low, high }) => [low, high, null]),
        y: y.flatMap(place => [place, place, null]),
        line: { color: colour, width: 1.5 },
        showlegend: false,
        hoverinfo: "skip",
      },
      {
        type: "scatter",
        mode: "markers",
        name: `${scopes[scope]} (n = ${n})`,
        x: told.map(({ value }) => value),
        y,
        marker: { color: colour, size: 8, symbol: seriesSymbol(k) },
        customdata: told.map(one => `${plotlyText(one.measure)}, n = ${one.n}`),
        hovertemplate: "%{customdata}: %{x:.2f}<extra></extra>",
      },
    ];
  });
  const base = measures.find(({ measure }) => measure === baseline)?.all[of].value ?? Number.NaN;
  const line = (x: number, dash: string): PlotlyObject => ({
    type: "line",
    layer: "below",
    x0: x,
    x1: x,
    y0: -0.5,
    y1: measures.length - 0.5,
    line: { color: soft, width: 1, dash },
  });
  return {
    traces,
    shapes: [line(0, "solid"), ...(Number.isFinite(base) ? [line(base, "dot")] : [])],
    xaxis: { title: { text: titles[of] } },
    yaxis: {
      title: { text: "" },
      tickvals: measures.map((_, i) => i),
      ticktext: measures.map(({ measure }) => fitText(plotlyText(measure), 74, 12, 2)),
      showgrid: false,
      ticks: "",
      range: [measures.length - 0.5, -0.5],
    },
    legend: "free",
    legendTitle: `intervals of ${Number((100 * level).toPrecision(4))} %`,
  };
}
