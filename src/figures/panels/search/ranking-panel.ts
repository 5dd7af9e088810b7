/** Errors with shared weights against errors from scratch, a marker for each function of a table. */
import { expectFields, expectList } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import { fixed } from "../../../base/fixed.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { seriesColour } from "../../style.js";
import { notePanel } from "../note-panel.js";

/** What the panel draws, as `rankingQuality` gives it. */
export interface DrawnRanking {
  readonly name: string;
  readonly functions: readonly {
    readonly function: string;
    readonly shared: number;
    readonly alone: number;
  }[];
  readonly ranking: { readonly all: { readonly kendall: { readonly value: number } } };
  /** What else it is held against, which is not drawn. */
  readonly ceiling?: unknown;
  readonly params?: unknown;
}

/**
 * Errors with shared weights against errors from scratch, a marker for each function, with Kendall's τ above.
 *
 * @example
 * ```ts
 * const panel = rankingPanel({
 *   name: "three cells",
 *   functions: [
 *     { function: "a", shared: 70, alone: 21 },
 *     { function: "b", shared: 64, alone: 20 },
 *     { function: "c", shared: 66, alone: 18 },
 *   ],
 *   ranking: { all: { kendall: { value: 1 / 3 } } },
 * });
 * panel.title; // => "three cells: τ = 0.33, n = 3"
 * ```
 */
export function rankingPanel(drawn: DrawnRanking): Panel {
  const fn = "rankingPanel";
  expectOptions(
    fn,
    drawn,
    { name: "text", functions: "list", ranking: "object", ceiling: "any?", params: "any?" },
    "what rankingQuality() gives",
  );
  const { name, functions, ranking } = drawn;
  expectFields(fn, "a ranking", ranking, { all: "object" });
  expectFields(fn, "the ranking of all functions", ranking.all, { kendall: "object" });
  expectFields(fn, "a correlation", ranking.all.kendall, { value: "number" });
  expectList(fn, "functions", functions, { function: "text", shared: "number", alone: "number" });
  const some = functions.filter(({ shared, alone }) => Number.isFinite(shared) && Number.isFinite(alone));
  if (some.length === 0) return notePanel("no function");
  const markers: PlotlyObject = {
    type: "scatter",
    mode: "markers",
    x: some.map(({ alone }) => alone),
    y: some.map(({ shared }) => shared),
    text: some.map(each => plotlyText(each.function)),
    marker: { color: seriesColour(0), size: 5, opacity: 0.6 },
    showlegend: false,
    hovertemplate: "%{text}<br>%{x:.2f} % from scratch, %{y:.2f} % shared<extra></extra>",
  };
  const { value } = ranking.all.kendall;
  return {
    traces: [markers],
    title: `${plotlyText(name)}: τ = ${Number.isNaN(value) ? "–" : fixed(value, 2).replace("-", "−")}, n = ${some.length}`,
    xaxis: { title: { text: "test error from scratch (%)" } },
    yaxis: { title: { text: "error with shared weights (%)" } },
  };
}
