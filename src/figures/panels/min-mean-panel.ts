/**
 * What the legends of EDFs say, [min | mean], for many populations at once: a bar per population from its least to its
 * mean error. For numbers of which only these two are known, as the paper's.
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectList } from "../../base/expect.js";
import { fixed } from "../../base/fixed.js";
import { extent } from "../../base/extent.js";
import { requireFinite } from "../../statistics/statistics-error.js";
import type { PlotlyObject } from "../figure.js";
import { linearTicks, type Range } from "../axes.js";
import { fitText, textWidth } from "./fit-text.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { spaceColours } from "../space-colours.js";
import { faded } from "../style.js";

export interface MinMean {
  readonly name: string;
  /** Least and mean error, per cent. */
  readonly range: readonly [min: number, mean: number];
  /** Populations of a group have one colour, and the group its place in the legend. */
  readonly group: string;
}

/** The narrowest panel that the words must have room in, three in a row of a page, and their font's size. Pixels. */
const [NARROW, FONT] = [262, 11] as const;
/** What words take of it at most. */
const MOST = 0.7;

/** The text next to a bar; a long name is cut off. */
function words({ name, range: [min, mean] }: MinMean): string {
  const range = ` [${fixed(min, 1)} | ${fixed(mean, 1)}]`;
  return `  ${fitText(plotlyText(name), MOST * NARROW - textWidth(range, FONT), FONT, 1)}${range}`;
}

/**
 * The bars, from top to bottom in the order given.
 *
 * @example
 * ```ts
 * const populations = await Promise.all(["AnyNetXA", "AnyNetXE", "RegNetX"].map(shippedPopulation));
 * const panel = minMeanPanel(
 *   populations.map(({ name, errors }) => {
 *     const { min, mean } = edf(errors);
 *     return { name, range: [min, mean], group: name.slice(0, 6) };
 *   }),
 * );
 * panel.traces.flatMap(({ text }) => text ?? []); // => ["  AnyNetXA [24.4 | 46.1]", "  AnyNetXE [27.4 | 40.0]", "  RegNetX [25.9 | 33.5]"]
 * ```
 */
export function minMeanPanel(
  populations: readonly MinMean[],
  options: { readonly title?: string } = {},
): Panel {
  expectList("minMeanPanel", "populations", populations, { name: "text", range: "list", group: "text" });
  for (const { name, range } of populations) {
    requireFinite("minMeanPanel", `numbers, [min, mean], for ${name}`, range, 2);
  }
  expectOptions("minMeanPanel", options, { title: "text?" });
  const { title } = options;
  const labels = { x: "top-1 error (%): least to mean" };
  if (populations.length === 0) return notePanel("no populations", labels);
  const groups = [...new Set(populations.map(p => p.group))];
  const colours = spaceColours(groups);
  const traces = groups.flatMap((group, i): PlotlyObject[] => {
    const members = populations.filter(p => p.group === group);
    const colour = colours[i];
    const y = (member: MinMean) => populations.indexOf(member);
    return [
      {
        type: "scatter",
        mode: "lines",
        showlegend: false,
        hoverinfo: "skip",
        x: members.flatMap(({ range }) => [...range, null]),
        y: members.flatMap(member => [y(member), y(member), null]),
        line: { color: faded(colour, 0.5), width: 7 },
      },
      {
        type: "scatter",
        mode: "markers+text",
        name: plotlyText(group),
        x: members.map(({ range }) => range[1]),
        y: members.map(y),
        text: members.map(words),
        customdata: members.map(({ name }) => plotlyText(name)),
        textposition: "middle right",
        textfont: { size: FONT },
        marker: { color: colour, size: 9, symbol: "line-ns-open", line: { width: 2.5, color: colour } },
        cliponaxis: false,
        hovertemplate: "%{customdata}<br>mean %{x:.1f} %<extra></extra>",
      },
    ];
  });
  const [low, high] = extent(populations.flatMap(p => p.range));
  const margin = 0.05 * (high - low) || 1;
  // From the left end to a mean there is what its words leave of the panel.
  const spans = populations.map(
    member => (member.range[1] - low + margin) / (1 - (textWidth(words(member), FONT) + 8) / NARROW),
  );
  const range: Range = [low - margin, low - margin + extent(spans)[1]];
  return {
    traces,
    ...(title && { title }),
    xaxis: { title: { text: labels.x }, range, tickvals: linearTicks([range[0], Math.min(range[1], 100)]) },
    yaxis: {
      title: { text: "" },
      showticklabels: false,
      ticks: "",
      range: [populations.length - 0.4, -0.6],
      showgrid: false,
    },
  };
}
