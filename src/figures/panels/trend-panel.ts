/**
 * How a parameter of good networks changes with flops (Figure 11): the bands of all, good and best networks a regime,
 * and trends and networks to compare them with.
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectList } from "../../base/expect.js";
import type { ParameterBand } from "../../statistics/parameter-bands.js";
import { logAxis } from "../axes.js";
import { extent } from "../../base/extent.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { colours, faded, ink, seriesColour } from "../style.js";

/** Values of the parameter along flops, under a name. */
export interface Trend {
  readonly name: string;
  /** Flops (or whatever the panel runs along), rising. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface TrendPanelOptions {
  /** What the axes show, with units. */
  readonly labels: { readonly x: string; readonly y: string };
  /** Of a population; `along` in the x axis's unit. One regime alone is drawn as bars, several as bands. */
  readonly bands?: readonly ParameterBand[];
  /** What the legend calls the population. */
  readonly name?: string;
  /** Dashed lines with markers: published trends. */
  readonly trends?: readonly Trend[];
  /** Single networks. */
  readonly networks?: readonly (Trend & { readonly names?: readonly string[] })[];
  /** Logarithmic y axis. Default false. */
  readonly log?: boolean;
  /** The legend, which all panels of a figure may share. Default none. */
  readonly legend?: Panel["legend"];
}

/** Of groups of networks; the first is the one of most figures. */
const networkSymbols = ["diamond", "square", "triangle-up", "cross", "x", "star", "circle"];

/**
 * The panel; x is logarithmic.
 *
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("RegNetX");
 * const regimes = rows.map(({ flops }) => (flops < 1.5e6 ? 1.25 : 1.75));
 * const panel = trendPanel({
 *   labels: { x: "flops (MF)", y: "depth (blocks)" },
 *   bands: parameterBands(regimes, rows.map(({ depth }) => depth), errors),
 *   name: "RegNetX",
 * });
 * panel.traces.flatMap(({ name }) => name ?? []); // => ["RegNetX: all", "RegNetX: good", "RegNetX: best (n = 59 to 69)"]
 * ```
 */
export function trendPanel(options: TrendPanelOptions): Panel {
  expectOptions("trendPanel", options, {
    labels: "object",
    bands: "list?",
    name: "text?",
    trends: "list?",
    networks: "list?",
    log: "boolean?",
    legend: "text?",
  });
  expectOptions("trendPanel", options.labels, { x: "text", y: "text" }, "the axes' labels");
  const { labels, bands = [], name = "population", trends = [], networks = [], log = false } = options;
  expectList("trendPanel", "bands", bands, { along: "number", all: "list", good: "list", best: "number" });
  const trend = { name: "text", x: "list", y: "list" } as const;
  expectList("trendPanel", "trends", trends, trend);
  expectList("trendPanel", "networks", networks, trend);
  const traces: PlotlyObject[] = [
    ...bandTraces(bands, plotlyText(name)),
    ...networks.map(
      ({ name: group, x, y, names }, i): PlotlyObject => ({
        type: "scatter",
        mode: "markers",
        name: plotlyText(group),
        x,
        y,
        text: names?.map(plotlyText),
        marker: { color: seriesColour(1 + i), size: 7, symbol: networkSymbols[i % networkSymbols.length] },
        hovertemplate: `${names ? "%{text}<br>" : ""}%{x:.3~g}, %{y:.4~g}<extra>${plotlyText(group)}</extra>`,
      }),
    ),
    ...trends.map(
      ({ name: group, x, y }, i): PlotlyObject => ({
        type: "scatter",
        mode: "lines+markers",
        name: plotlyText(group),
        x,
        y,
        line: { color: i === 0 ? ink : seriesColour(2 + i), width: 2, dash: i < 5 ? "dash" : "dot" },
        marker: { color: i === 0 ? ink : seriesColour(2 + i), size: 5 },
      }),
    ),
  ];
  if (traces.length === 0) return notePanel("no trained networks yet", labels);
  const xs = [...bands.map(band => band.along), ...trends.flatMap(t => t.x), ...networks.flatMap(t => t.x)];
  const ys = [
    ...bands.flatMap(band => [...band.all, band.best]),
    ...[...trends, ...networks].flatMap(t => t.y),
  ];
  const top = extent(ys)[1];
  return {
    traces,
    xaxis: { title: { text: labels.x }, ...logAxis(xs) },
    yaxis: { title: { text: labels.y }, ...(log ? logAxis(ys) : { range: [0, 1.08 * top] }) },
    ...(options.legend && { legend: options.legend }),
  };
}

function bandTraces(bands: readonly ParameterBand[], name: string): PlotlyObject[] {
  if (bands.length === 0) return [];
  const [colour] = colours;
  const x = bands.map(band => band.along);
  const best = bands.map(band => band.best);
  const sizes = [...new Set(bands.map(band => band.n))];
  const count = sizes.length === 1 ? `n = ${sizes[0]}` : `n = ${extent(sizes).join(" to ")}`;
  const line: PlotlyObject = {
    type: "scatter",
    mode: "lines+markers",
    name: `${name}: best (${count})`,
    x,
    y: best,
    line: { color: colour, width: 2 },
    marker: { color: colour, size: 8 },
  };
  return [
    region(bands, band => band.all, faded(colour, 0.15), `${name}: all`),
    region(bands, band => band.good, faded(colour, 0.4), `${name}: good`),
    line,
  ];
}

/** The area between two values a regime; of a single regime, a bar. */
function region(
  bands: readonly ParameterBand[],
  interval: (band: ParameterBand) => readonly [number, number],
  colour: string,
  name: string,
): PlotlyObject {
  const x = bands.map(band => band.along);
  const [low, high] = [bands.map(band => interval(band)[0]), bands.map(band => interval(band)[1])];
  if (bands.length === 1) {
    const line = { color: colour, width: 14 };
    return { type: "scatter", mode: "lines", name, x: [x[0], x[0]], y: [low[0], high[0]], line };
  }
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: [...x, ...x.toReversed()],
    y: [...high, ...low.toReversed()],
    fill: "toself",
    fillcolor: colour,
    line: { width: 0 },
    hoverinfo: "skip",
  };
}
