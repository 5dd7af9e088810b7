/**
 * Error against what networks cost (Figures 17 and 18): a line a family, and which networks no other one beats in both.
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectList } from "../../base/expect.js";
import { paretoFront } from "../../statistics/pareto-front.js";
import { logAxis } from "../axes.js";
import { extent } from "../../base/extent.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { spaceColours } from "../space-colours.js";
import { ink, seriesSymbol } from "../style.js";

/** One network as the panel shows it. */
export interface TradeOff {
  readonly name: string;
  /** Each family gets a colour, a line and its place in the legend. */
  readonly family: string;
  /** Flops, params, acts or time, in the axis's unit; above zero. */
  readonly cost: number;
  /** Per cent. */
  readonly error: number;
  /** Standard deviation of the error between trainings, where known. */
  readonly deviation?: number;
}

export interface TradeOffPanelOptions {
  /** What the x axis shows, with its unit: `"flops (GF)"`. */
  readonly label: string;
  readonly networks: readonly TradeOff[];
  /** Rings around the networks of the Pareto front. Default true. */
  readonly front?: boolean;
  /** Whether a family's networks are joined in the order of their costs, as those of one scale are; false for a grid. Default true. */
  readonly lines?: boolean;
  /** The legend, which all panels of a figure may share; false for none. Default `"free"`. */
  readonly legend?: Panel["legend"] | false;
  /** What the y axis shows. Default `"top-1 error (%)"`. */
  readonly errorLabel?: string;
}

/**
 * The panel; the cost axis is logarithmic where costs span more than a factor of two.
 *
 * @example
 * ```ts
 * const networks = ["RegNetX-200MF", "RegNetX-400MF", "RegNetY-200MF", "RegNetY-400MF"].map(name => {
 *   const { flopsG, error } = printedNetwork(name)!;
 *   return { name, family: name.slice(0, 7), cost: flopsG, error: error! };
 * });
 * const panel = tradeOffPanel({ label: "flops (GF)", networks });
 * panel.traces.flatMap(({ name }) => name ?? []); // => ["RegNetX (n = 2)", "RegNetY (n = 2)", "Pareto front"]
 * ```
 */
export function tradeOffPanel(options: TradeOffPanelOptions): Panel {
  expectOptions("tradeOffPanel", options, {
    label: "text",
    networks: "list",
    front: "boolean?",
    lines: "boolean?",
    legend: "any?",
    errorLabel: "text?",
  });
  const { label, networks, front = true, lines = true } = options;
  const { legend = "free", errorLabel = "top-1 error (%)" } = options;
  expectList("tradeOffPanel", "networks", networks, {
    name: "text",
    family: "text",
    cost: "number",
    error: "number",
  });
  if (networks.length === 0) return notePanel("no networks", { x: label, y: errorLabel });
  for (const { name, cost } of networks) {
    if (cost > 0 && cost < Infinity) continue;
    throw new RangeError(
      `tradeOffPanel: expected costs above zero, got ${cost} for ${name}; leave such networks out`,
    );
  }
  const [low, high] = extent(networks.map(network => network.cost));
  const families = [...new Set(networks.map(network => network.family))];
  const colours = spaceColours(families);
  const traces = families.map((family, i): PlotlyObject => {
    const members = networks.filter(n => n.family === family).toSorted((a, b) => a.cost - b.cost);
    const colour = colours[i];
    return {
      type: "scatter",
      mode: lines ? "lines+markers" : "markers",
      name: `${plotlyText(family)} (n = ${members.length})`,
      x: members.map(n => n.cost),
      y: members.map(n => n.error),
      text: members.map(n => plotlyText(n.name)),
      ...(members.some(n => n.deviation !== undefined) && {
        error_y: { type: "data", array: members.map(n => n.deviation ?? 0), color: colour, thickness: 1 },
      }),
      line: { color: colour, width: 1.5 },
      marker: { color: colour, size: 7, symbol: seriesSymbol(i) },
      hovertemplate: `%{text}<br>${label} %{x:.3~g}<br>error %{y:.2f} %<extra></extra>`,
    };
  });
  if (front) {
    const best = paretoFront([
      { values: networks.map(n => n.cost) },
      { values: networks.map(n => n.error) },
    ]).map(i => networks[i]);
    traces.push({
      type: "scatter",
      mode: "markers",
      // Without a count, which is another in each panel that shares a legend.
      name: "Pareto front",
      x: best.map(n => n.cost),
      y: best.map(n => n.error),
      marker: { size: 13, symbol: "circle-open", color: ink, line: { width: 1.2, color: ink } },
      hoverinfo: "skip",
    });
  }
  return {
    traces,
    xaxis: { title: { text: label }, ...(high / low > 2 && logAxis(networks.map(n => n.cost))) },
    yaxis: { title: { text: errorLabel } },
    ...(legend && { legend }),
    limits: { y: [0, 100] },
  };
}
