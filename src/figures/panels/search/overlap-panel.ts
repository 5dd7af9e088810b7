/** How much runs have in common, strategy by strategy: a matrix of Jaccard's indices. */
import { expectList, expectNumber, expectText } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import type { PlotlyObject } from "../../figure.js";
import { fitText } from "../fit-text.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { colours, faded, ink } from "../../style.js";

/** What the panel draws, as `proposalOverlap` gives it. */
export interface DrawnOverlap {
  readonly names: readonly string[];
  readonly best: number | undefined;
  readonly jaccard: readonly (readonly number[])[];
  readonly repeated?: readonly unknown[];
}

/**
 * The matrix, each index as a number on a shade of it.
 *
 * @example
 * ```ts
 * import { evolution, proposalOverlap, random, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 30, repeats: 5 };
 * const overlap = proposalOverlap({
 *   random: simulate(random(), assignments, how),
 *   evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 * });
 * row([overlapPanel(overlap)], { title: "What two strategies propose" }).data.length; // => 1
 * ```
 */
export function overlapPanel(overlap: DrawnOverlap): Panel {
  const fn = "overlapPanel";
  expectOptions(
    fn,
    overlap,
    { names: "list", best: "number?", jaccard: "list", repeated: "list?" },
    "what proposalOverlap() gives",
  );
  const { names, best, jaccard } = overlap;
  expectList(fn, "rows", jaccard);
  for (const name of names) expectText(fn, "a name", name);
  for (const each of jaccard) {
    expectList(fn, "indices in each row", each);
    for (const value of each) expectNumber(fn, "an index", value);
  }
  const n = names.length;
  const square = jaccard.length === n && jaccard.every(row => row.length === n);
  if (n === 0 || !square) {
    throw new RangeError(
      `${fn}: expected a row and a column for each of ${n} names, got ${jaccard.length} rows`,
    );
  }
  const places = names.map((_, i) => i);
  const words = names.map(plotlyText);
  const greatest = Math.max(0.01, ...jaccard.flat().filter(Number.isFinite));
  // Plotly draws heat maps on a canvas, which there is none of without a browser.
  const cells = jaccard.flatMap((row, i) => row.map((value, j) => ({ value, i, j })));
  const shapes = cells
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, i, j }) => ({
      type: "rect",
      layer: "below",
      x0: j - 0.48,
      x1: j + 0.48,
      y0: i - 0.48,
      y1: i + 0.48,
      line: { width: 0 },
      fillcolor: faded(colours[0], Number(((0.6 * value) / greatest).toFixed(3))),
    }));
  const numbers: PlotlyObject = {
    type: "scatter",
    mode: "text",
    x: cells.map(({ j }) => j),
    y: cells.map(({ i }) => i),
    text: cells.map(({ value }) => (Number.isFinite(value) ? value.toFixed(2) : "–")),
    textfont: { color: ink },
    customdata: cells.map(({ i, j }) => `${words[i]}, ${words[j]}`),
    hovertemplate: "%{customdata}: %{text}<extra></extra>",
  };
  // Beside the panel there is as much room as between two of them, below it a cell's width.
  const tick = (width: number) => words.map(name => fitText(name.replaceAll(" ", "<br>"), width, 11, 3));
  const ticks = {
    tickvals: places,
    showgrid: false,
    ticks: "",
    tickfont: { size: 11 },
    range: [-0.5, n - 0.5],
  };
  return {
    traces: [numbers],
    shapes,
    xaxis: { ...ticks, ticktext: tick(340 / n), tickangle: 0, title: { text: "" } },
    yaxis: { ...ticks, ticktext: tick(74), title: { text: "" }, range: [n - 0.5, -0.5] },
    title:
      best === undefined
        ? "functions that two runs share, of those that either proposed"
        : `functions that two runs share among the best ${best} of each`,
  };
}
