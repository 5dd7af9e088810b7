/**
 * The one visual style of all figures: readable at the width of a paper column and on a projector, in colours
 * that colour-blind readers can tell apart.
 */

/** Okabe and Ito's palette (Color Universal Design, 2008), dark ones first: lines on white need contrast. */
export const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

/** A colour with an opacity in [0, 1]. */
export function faded(colour: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map(i => Number.parseInt(colour.slice(i, i + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

const ink = "#222222";

/** What every axis shares. */
export const axisStyle = {
  showline: true,
  linecolor: ink,
  linewidth: 1,
  mirror: true,
  ticks: "outside",
  ticklen: 4,
  tickcolor: ink,
  gridcolor: "#E6E6E6",
  zeroline: false,
  automargin: true,
} as const;

/** What every figure shares. */
export const layoutStyle = {
  font: { family: "Open Sans, Helvetica, Arial, sans-serif", size: 13, color: ink },
  paper_bgcolor: "white",
  plot_bgcolor: "white",
  hoverlabel: { font: { family: "Open Sans, Helvetica, Arial, sans-serif" } },
  margin: { l: 60, r: 15, t: 45, b: 55 },
} as const;
