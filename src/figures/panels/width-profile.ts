/**
 * Width profiles: the width of every block on a logarithmic axis (paper, Figures 6, 8, 15 and 16), with the line
 * u_j = w₀ + w_a·j dotted and its quantisation w₀·w_m^⌊s_j⌉ dashed.
 */
import { expectFields, expectList } from "../../base/expect.js";
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { quantisedPowers } from "../../architectures/regnet/regnet.js";
import {
  checkedStages,
  fitQuantisedLinear,
  type LinearSetting,
  type StageWidths,
} from "../../architectures/regnet/quantised-linear-fit.js";
import { powersOfTwo } from "../axes.js";
import type { PlotlyObject } from "../figure.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { colours, faded, ink, seriesColour, seriesSymbol } from "../style.js";

/** One network of a width profile. */
export interface WidthProfile {
  /** What the legend calls it; default the architecture's name, or its depths and widths. */
  readonly name?: string;
  readonly network: Architecture | StageWidths;
  /**
   * The line to draw with it: a setting; `"fit"` for the best fit; `"own"` for a RegNet's own parameters; none unless
   * given.
   */
  readonly line?: LinearSetting | "fit" | "own";
}

const profileNames: OptionNames<WidthProfile> = { name: true, network: true, line: true };

function settingOf({ network, line }: WidthProfile): LinearSetting | undefined {
  if (line === "fit") return fitQuantisedLinear(network);
  if (line === undefined) return undefined;
  if (line !== "own") {
    expectFields("widthProfilePanel", 'a line, "fit", "own" or a setting,', line, {
      w0: "number",
      wa: "number",
      wm: "number",
    });
    return line;
  }
  const parameters = "parameters" in network ? network.parameters : undefined;
  if (parameters?.w0 && parameters.wa !== undefined && parameters.wm) {
    return { w0: parameters.w0, wa: parameters.wa, wm: parameters.wm };
  }
  throw new RangeError(
    'widthProfilePanel: line "own" needs a network with parameters w0, wa and wm, got one without; use "fit"',
  );
}

function nameOf({ name, network }: WidthProfile): string {
  if (name) return name;
  if ("name" in network && network.name) return network.name;
  const stages = "stages" in network ? network.stages : network;
  return `d [${stages.map(s => s.depth).join(", ")}], w [${stages.map(s => s.width).join(", ")}]`;
}

/**
 * The profiles of some networks on one pair of axes.
 *
 * @example
 * ```ts
 * const panel = widthProfilePanel([
 *   { network: zoo("RegNetX-200MF").architecture, name: "RegNetX-200MF", line: "own" },
 * ]);
 * panel.traces.map(({ name }) => name); // => ["RegNetX-200MF: w<sub>0</sub> 24, w<sub>a</sub> 36.44, w<sub>m</sub> 2.49", "line u", "u, quantised"]
 * ```
 */
export function widthProfilePanel(profiles: readonly WidthProfile[]): Panel {
  expectList("widthProfilePanel", "profiles", profiles, { name: "text?", network: "object" });
  for (const profile of profiles) {
    refuseUnknown("widthProfilePanel", profile, profileNames);
    checkedStages("widthProfilePanel", profile.network);
  }
  let longest = 1;
  const traces = profiles.flatMap((profile, i): PlotlyObject[] => {
    const { network } = profile;
    const stages = "stages" in network ? network.stages : network;
    const widths = stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => width));
    const blocks = widths.map((_, j) => j);
    longest = Math.max(longest, widths.length);
    const colour = seriesColour(i);
    const name = plotlyText(nameOf(profile));
    const observed: PlotlyObject = {
      type: "scatter",
      mode: "lines+markers",
      name,
      x: blocks,
      y: widths,
      line: { color: colour, width: 2 },
      marker: { color: colour, size: 6, ...(i >= colours.length && { symbol: seriesSymbol(i) }) },
      hovertemplate: "block %{x}<br>width %{y}<extra></extra>",
    };
    const setting = settingOf(profile);
    if (!setting) return [observed];
    const { w0, wa, wm } = setting;
    const isFirst = i === profiles.findIndex(({ line }) => line !== undefined);
    const thin = { type: "scatter", mode: "lines", x: blocks, showlegend: isFirst } as const;
    const shown = (value: number) => Number(value.toPrecision(4));
    return [
      {
        ...observed,
        name: `${name}: w<sub>0</sub> ${shown(w0)}, w<sub>a</sub> ${shown(wa)}, w<sub>m</sub> ${shown(wm)}`,
      },
      {
        ...thin,
        name: "line u",
        y: blocks.map(j => w0 + wa * j),
        line: { color: faded(colour, 0.75), width: 1.5, dash: "dot" },
        hovertemplate: "block %{x}<br>line %{y:.0f}<extra></extra>",
      },
      {
        ...thin,
        name: "u, quantised",
        y: quantisedPowers({ depth: widths.length, w0, wa, wm }).map(s => w0 * wm ** s),
        // Over the network's own widths, unless there are others to be told from.
        line: { color: profiles.length > 1 ? colour : ink, width: 1.5, dash: "dash" },
        hovertemplate: "block %{x}<br>quantised line %{y:.0f}<extra></extra>",
      },
    ];
  });
  return {
    traces,
    xaxis: { title: { text: "block index" }, range: [-0.5, longest - 0.5] },
    yaxis: { title: { text: "width (channels)" }, type: "log", tickvals: powersOfTwo },
    legend: "free",
  };
}
