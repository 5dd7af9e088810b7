/**
 * What the legends of EDFs say, [min | mean], for many populations at once: a bar a population from its least to its
 * mean error. For numbers of which only these two are known, as the paper's.
 */
import { extent } from "../statistics/extent.js";
import type { PlotlyObject } from "./figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "./panels.js";
import { plotlyText } from "./plotly-text.js";
import { colours, faded } from "./style.js";

export interface MinMean {
  readonly name: string;
  /** Least and mean error, per cent. */
  readonly range: readonly [min: number, mean: number];
  /** Populations of a group have one colour, and the group its place in the legend. */
  readonly group: string;
}

/** A character of the names, and the narrowest panel they must have room in: three in a row of a page. Pixels. */
const [CHARACTER, NARROW] = [5.3, 262] as const;

/** The bars, from top to bottom in the order given. */
export function minMeanPanel(
  populations: readonly MinMean[],
  { title }: { readonly title?: string } = {},
): Panel {
  const labels = { x: "top-1 error (%): least to mean" };
  if (populations.length === 0) return notePanel("no populations", labels);
  const groups = [...new Set(populations.map(p => p.group))];
  const traces = groups.flatMap((group, i): PlotlyObject[] => {
    const members = populations.filter(p => p.group === group);
    const colour = colours[i % colours.length];
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
        text: members.map(
          ({ name, range: [min, mean] }) => `  ${plotlyText(name)} [${min.toFixed(1)} | ${mean.toFixed(1)}]`,
        ),
        textposition: "middle right",
        textfont: { size: 11 },
        marker: { color: colour, size: 9, symbol: "line-ns-open", line: { width: 2.5, color: colour } },
        cliponaxis: false,
        hovertemplate: "mean %{x:.1f} %<extra></extra>",
      },
    ];
  });
  const [low, high] = extent(populations.flatMap(p => p.range));
  const margin = 0.05 * (high - low);
  // From the left end to a mean there is what its words leave of the panel.
  const spans = populations.map(({ name, range: [, mean] }) => {
    const words = (`  ${name} [00.0 | 00.0]`.length * CHARACTER) / NARROW;
    return (mean - low + margin) / Math.max(0.2, 1 - words);
  });
  return {
    traces,
    ...(title && { title }),
    xaxis: { title: { text: labels.x }, range: [low - margin, low - margin + extent(spans)[1]] },
    yaxis: {
      title: { text: "population" },
      showticklabels: false,
      ticks: "",
      range: [populations.length - 0.4, -0.6],
      showgrid: false,
    },
  };
}
