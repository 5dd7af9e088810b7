/** How well shared weights rank functions against how long they were trained: a curve and a band over supernets for each strategy. */
import { extent } from "../../../base/extent.js";
import { expectList } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import { logAxis } from "../../axes.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { faded, seriesColour, seriesDash, soft } from "../../style.js";
import { notePanel } from "../note-panel.js";

interface DrawnInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What the panel draws, as `rankingByLength` gives it. */
export interface DrawnLengths {
  readonly name: string;
  readonly lengths: readonly {
    readonly strategy: string;
    readonly epochs: number;
    readonly runs: number;
    /** Kendall's τ, the mean over runs with its interval; of all functions, and of the better half. */
    readonly all: DrawnInterval;
    readonly best: DrawnInterval;
  }[];
  /** What counting parameters comes to, and one training from scratch. */
  readonly params: { readonly all: number; readonly best: number };
  readonly ceiling: { readonly all: number; readonly best: number };
  /** What the lengths are means of, which is not drawn. */
  readonly runs?: unknown;
}

export interface RankingLengthsPanelOptions {
  /** Which functions. Default `"all"`. */
  readonly of?: "all" | "best";
}

/** Strategies that have the same colour in every figure, whichever others there are. */
const usual = ["uniform", "enas", "fair", "darts"];

/**
 * Kendall's τ of shared weights and trainings from scratch against epochs, a curve with its band for each strategy.
 *
 * @example
 * ```ts
 * import { rankingsOf, shippedRanking, table } from "netspace/search";
 *
 * const lengths = rankingsOf(shippedRanking()!, await table("SmallCells"));
 * const panel = rankingLengthsPanel(lengths, { of: "best" });
 * panel.traces.flatMap(({ name }) => name ?? []); // => ["uniform (n = 3)", "enas (n = 3)", "fair (n = 3)", "darts (n = 3)", "parameters", "one training"]
 * ```
 */
export function rankingLengthsPanel(drawn: DrawnLengths, options: RankingLengthsPanelOptions = {}): Panel {
  const fn = "rankingLengthsPanel";
  expectOptions(
    fn,
    drawn,
    { name: "text", lengths: "list", params: "object", ceiling: "object", runs: "any?" },
    "what rankingByLength() gives",
  );
  expectOptions(fn, options, { of: "text?" });
  const { of = "all" } = options;
  if (of !== "all" && of !== "best")
    throw new RangeError(`${fn}: of must be "all" or "best", got ${say(of)}`);
  const { lengths, params, ceiling } = drawn;
  expectList(fn, "lengths", lengths, {
    strategy: "text",
    epochs: "number",
    runs: "number",
    all: "object",
    best: "object",
  });
  for (const { all, best } of lengths)
    for (const interval of [all, best])
      expectOptions(fn, interval, { value: "number", low: "number", high: "number" });
  for (const both of [params, ceiling]) expectOptions(fn, both, { all: "number", best: "number" });
  if (lengths.length === 0) return notePanel("no supernet");
  const strategies = [...new Set([...usual, ...lengths.map(({ strategy }) => strategy)])];
  const xs = lengths.map(({ epochs }) => epochs);
  const traces = strategies.flatMap((strategy, i): PlotlyObject[] => {
    const own = lengths.filter(each => each.strategy === strategy).sort((a, b) => a.epochs - b.epochs);
    if (own.length === 0) return [];
    const banded = own.filter(each => Number.isFinite(each[of].low));
    const colour = seriesColour(i);
    return [
      {
        type: "scatter",
        mode: "lines",
        x: [...banded, ...banded.toReversed()].map(({ epochs }) => epochs),
        y: [...banded.map(each => each[of].high), ...banded.toReversed().map(each => each[of].low)],
        fill: "toself",
        fillcolor: faded(colour, 0.15),
        line: { width: 0 },
        showlegend: false,
        hoverinfo: "skip",
      },
      {
        type: "scatter",
        mode: "lines+markers",
        name: `${plotlyText(strategy)} (n = ${Math.max(...own.map(({ runs }) => runs))})`,
        x: own.map(({ epochs }) => epochs),
        y: own.map(each => each[of].value),
        line: { color: colour, width: 2, dash: seriesDash(i) },
        hovertemplate: "%{x} epochs<br>τ = %{y:.2f}<extra></extra>",
      },
    ];
  });
  const level = (name: string, value: number, dash: string): PlotlyObject => ({
    type: "scatter",
    mode: "lines",
    name,
    x: extent(xs),
    y: [value, value],
    line: { color: soft, width: 1, dash },
    hovertemplate: `${name}: %{y:.2f}<extra></extra>`,
  });
  return {
    traces: [...traces, level("parameters", params[of], "dot"), level("one training", ceiling[of], "dash")],
    xaxis: { title: { text: "epochs of the supernet" }, ...logAxis(xs) },
    yaxis: { title: { text: of === "all" ? "Kendall τ" : "Kendall τ, best half" } },
    legend: "free",
  };
}
