/** Design spaces inside one another (Figure 1, left): each a circle in the one it refines. */
import { expectList } from "../../base/expect.js";
import { extent } from "../../base/extent.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { spaceColours } from "../space-colours.js";
import { faded } from "../style.js";

export interface NestedSpace {
  readonly name: string;
  /** How many settings it has; a circle's area grows with its logarithm. */
  readonly size: bigint;
}

/**
 * Circles from the largest space to the smallest, all touching at the bottom, so that each lies in the one before.
 *
 * @throws RangeError for a space without settings, which is no space
 * @example
 * ```ts
 * row([nestedSpacesPanel([{ name: "A", size: 1000n }, { name: "B", size: 10n }])]).data.length; // => 1
 * ```
 */
export function nestedSpacesPanel(spaces: readonly NestedSpace[]): Panel {
  expectList("nestedSpacesPanel", "spaces", spaces, { name: "text", size: "bigint" });
  if (spaces.length === 0) return notePanel("no spaces");
  const logs = spaces.map(logarithm);
  // A space of one setting alone has the logarithm 0.
  const greatest = extent(logs)[1] || 1;
  // From the smallest space to the largest the areas are as their logarithms, spread so that labels have room.
  const radii = logs.map(
    (log, i) => Math.sqrt(Math.max(log, 0.02 * greatest) / greatest) * (1 - (0.55 * i) / spaces.length),
  );
  const colours = spaceColours(spaces.map(({ name }) => name));
  const shapes = radii.map(
    (r, i): PlotlyObject => ({
      type: "circle",
      x0: -r,
      x1: r,
      y0: -1,
      y1: -1 + 2 * r,
      fillcolor: faded(colours[i], 0.12),
      line: { color: colours[i], width: 2 },
    }),
  );
  const notes = radii.map((r, i) => {
    const top = -1 + 2 * r;
    const next = i + 1 < radii.length ? -1 + 2 * radii[i + 1] : -1;
    const exponent = Math.floor(logs[i]);
    const mantissa = (10 ** (logs[i] - exponent)).toFixed(1);
    const at = i + 1 < radii.length ? (top + next) / 2 : (top - 1) / 2;
    return {
      x: 0.5,
      y: (at + 1.05) / 2.1,
      text: `<b>${plotlyText(spaces[i].name)}</b>  ${mantissa}·10<sup>${exponent}</sup>`,
    };
  });
  const axis = { showticklabels: false, ticks: "", showgrid: false, showline: false, range: [-1.05, 1.05] };
  return {
    traces: [{ type: "scatter", x: [0], y: [0], mode: "markers", marker: { opacity: 0 }, hoverinfo: "skip" }],
    xaxis: axis,
    yaxis: axis,
    shapes,
    notes,
  };
}

/** log₁₀ of a space's size, which may be greater than a number can be. */
function logarithm({ name, size }: NestedSpace): number {
  if (size < 1n) {
    throw new RangeError(
      `nestedSpacesPanel: expected a space of at least 1 setting, got ${size} for ${name}`,
    );
  }
  const digits = String(size);
  return Math.log10(Number(digits.slice(0, 15))) + Math.max(0, digits.length - 15);
}
