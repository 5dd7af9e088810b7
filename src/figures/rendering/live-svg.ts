/**
 * A figure as SVG, drawn here and at once, for an output that changes while work is in progress: JupyterLab's Plotly renderer
 * does not redraw an output that is updated, and a static picture takes longer to make than a small network takes
 * for an epoch. Sizes, colours and places are the figure's, which takes the picture's place in the end.
 *
 * Drawn is what figures of work in progress have: lines, steps and markers over linear axes, titles and legends.
 */
import { escapeHtml } from "../../base/escape-html.js";
import { linearTicks, rangeOf } from "../axes.js";
import type { Figure, PlotlyObject } from "../figure.js";
import { textWidth } from "../panels/fit-text.js";
import { plainText } from "../plotly-text.js";
import { axisStyle, ink, layoutStyle, margin as usualMargin, page } from "../style.js";

/** A panel's place and axes: what `drawPanel` needs to know of the figure. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
  readonly traces: readonly PlotlyObject[];
}

/** Font sizes, CSS pixels: of tick labels, of axes' titles (Plotly's are 1.2 times as large), of legends. */
const FONT = { ticks: 13, axis: 15.6, legend: 12 } as const;
/** Of a legend: heights of an entry and of its further lines, how far texts are from its left end, what is around. */
const LEGEND = { entry: 19, line: 16, text: 40, around: 5 } as const;

/** The figure as an SVG element. */
export function liveSvg({ data, layout }: Figure): string {
  const { width, height } = layout;
  const lines = wordsOf(layout)
    .split("<br>")
    .map(plainText)
    .filter(line => line !== "");
  const left = { ...usualMargin, ...(layout.margin as object) }.l;
  const heading = lines.map((line, i) => text(left, 14 + 20 * i, line, { size: i === 0 ? 15 : 13 }));
  const label = escapeHtml(lines.join(", ") || "figure");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" style="display: block" aria-label="${label}" font-family="${layoutStyle.font.family}" fill="${ink}">`,
    `<rect width="${width}" height="${height}" fill="${page}"/>`,
    ...heading,
    ...framesOf(data, layout).map(drawPanel),
    ...legendsOf(data, layout),
    "</svg>",
  ].join("");
}

function framesOf(data: Figure["data"], layout: Figure["layout"]): Frame[] {
  const { l, r, t, b } = { ...usualMargin, ...(layout.margin as object) };
  const suffixes = Object.keys(layout).flatMap(key => /^xaxis(\d*)$/.exec(key)?.[1] ?? []);
  return suffixes.map(suffix => {
    const [xaxis, yaxis] = ["x", "y"].map(which => layout[`${which}axis${suffix}`] as PlotlyObject);
    const [across, up] = [xaxis, yaxis].map(axis => (axis.domain as [number, number] | undefined) ?? [0, 1]);
    const inner = { width: layout.width - l - r, height: layout.height - t - b };
    const traces = data.filter(trace => (trace.xaxis ?? "x") === `x${suffix}`);
    return {
      left: l + across[0] * inner.width,
      right: l + across[1] * inner.width,
      top: t + (1 - up[1]) * inner.height,
      bottom: t + (1 - up[0]) * inner.height,
      xaxis,
      yaxis,
      traces,
    };
  });
}

/** Every legend of the figure, at its place in the figure inside its margins. */
function legendsOf(data: Figure["data"], layout: Figure["layout"]): string[] {
  const { l, r, t, b } = { ...usualMargin, ...(layout.margin as object) };
  const place = {
    x: (share: number) => l + share * (layout.width - l - r),
    y: (share: number) => t + (1 - share) * (layout.height - t - b),
  };
  return Object.entries(layout).flatMap(([key, legend]) => {
    if (!/^legend\d*$/.test(key)) return [];
    const members = data.filter(trace => (trace.legend ?? "legend") === key);
    return [drawLegend(members, legend as PlotlyObject, place)];
  });
}

function drawPanel(frame: Frame): string {
  const { left, right, top, bottom, xaxis, yaxis, traces } = frame;
  const [x, y] = [rangeOf("x", xaxis, traces), rangeOf("y", yaxis, traces)];
  const place = {
    x: (value: number) => left + ((right - left) * (value - x[0])) / (x[1] - x[0]),
    y: (value: number) => bottom - ((bottom - top) * (value - y[0])) / (y[1] - y[0]),
  };
  const parts: string[] = [];
  const line = (from: readonly [number, number], to: readonly [number, number], colour: string) =>
    parts.push(`<path d="M${from.map(round).join(" ")}L${to.map(round).join(" ")}" stroke="${colour}"/>`);
  for (const tick of (xaxis.tickvals as number[] | undefined) ?? linearTicks(x)) {
    const at = place.x(tick);
    line([at, top], [at, bottom], axisStyle.gridcolor);
    line([at, bottom], [at, bottom + axisStyle.ticklen], ink);
    parts.push(text(at, bottom + 16, `${tick}`, { anchor: "middle", size: FONT.ticks }));
  }
  for (const tick of (yaxis.tickvals as number[] | undefined) ?? linearTicks(y)) {
    const at = place.y(tick);
    line([left, at], [right, at], axisStyle.gridcolor);
    line([left - axisStyle.ticklen, at], [left, at], ink);
    parts.push(text(left - 8, at, `${tick}`, { anchor: "end", size: FONT.ticks }));
  }
  parts.push(
    `<rect x="${round(left)}" y="${round(top)}" width="${round(right - left)}" height="${round(bottom - top)}" fill="none" stroke="${ink}"/>`,
    text((left + right) / 2, bottom + 37, titleOf(xaxis), { anchor: "middle", size: FONT.axis }),
  );
  const [axisAt, middle] = [left - 46, (top + bottom) / 2];
  parts.push(
    `<g transform="rotate(-90 ${round(axisAt)} ${round(middle)})">${text(axisAt, middle, titleOf(yaxis), { anchor: "middle", size: FONT.axis })}</g>`,
    ...traces.map(trace => drawTrace(trace, place)),
  );
  return parts.join("");
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function drawTrace(trace: PlotlyObject, place: Place): string {
  const mode = modeOf(trace);
  const ys = Array.from(trace.y as ArrayLike<number>);
  // What is not finite, as a diverged loss, has no place in the panel.
  const points = Array.from(trace.x as ArrayLike<number>)
    .map((x, i): [number, number] => [place.x(x), place.y(ys[i])])
    .filter(point => point.every(Number.isFinite))
    .map(([x, y]): [number, number] => [round(x), round(y)]);
  const { line, shape } = lineOf(trace);
  const to = ([x, y]: [number, number]) => (shape === "hv" ? `H${x}V${y}` : `L${x} ${y}`);
  const [first, ...rest] = points;
  const path =
    mode.includes("lines") && rest.length > 0
      ? `<path d="M${first.join(" ")}${rest.map(to).join("")}" fill="none" ${line} stroke-linejoin="round"/>`
      : "";
  return path + (mode.includes("markers") ? points.map(point => marker(trace, point)).join("") : "");
}

/** The entries of a legend's named traces under its title, on the legend's own ground. */
function drawLegend(traces: readonly PlotlyObject[], legend: PlotlyObject, place: Place): string {
  const named = traces.filter(
    ({ name, x: xs, showlegend }) =>
      name !== undefined && showlegend !== false && (xs as ArrayLike<number>).length > 0,
  );
  if (named.length === 0) return "";
  const title = wordsOf(legend);
  const entries = named.map(({ name }) => String(name).split("<br>").map(plainText));
  const heights = entries.map(lines => LEGEND.entry + LEGEND.line * (lines.length - 1));
  const above = LEGEND.around + (title === "" ? 0 : LEGEND.entry);
  const widest = [title, ...named.map(({ name }) => String(name))]
    .map(words => textWidth(words, FONT.legend))
    .reduce((most, width) => Math.max(most, width));
  const size = {
    width: LEGEND.text + widest + LEGEND.around,
    height: above + heights.reduce((sum, height) => sum + height, 0) + LEGEND.around,
  };
  const left = place.x(Number(legend.x)) - (legend.xanchor === "right" ? size.width : 0);
  const top = place.y(Number(legend.y)) - (legend.yanchor === "top" ? 0 : size.height);
  let down = top + above;
  const drawn = named.map((trace, i) => {
    const at = down + LEGEND.entry / 2;
    down += heights[i];
    const [mode, { line }] = [modeOf(trace), lineOf(trace)];
    return [
      mode.includes("lines") ? `<path d="M${round(left + 5)} ${round(at)}h30" ${line}/>` : "",
      mode.includes("markers") ? marker(trace, [round(left + 20), round(at)]) : "",
      ...entries[i].map((words, k) =>
        text(left + LEGEND.text, at + LEGEND.line * k, words, { size: FONT.legend }),
      ),
    ].join("");
  });
  const ground = `<rect x="${round(left)}" y="${round(top)}" width="${round(size.width)}" height="${round(size.height)}" fill="${(legend as { bgcolor?: string }).bgcolor ?? page}"/>`;
  const heading =
    title.trim() === ""
      ? ""
      : text(left + LEGEND.around, top + above - LEGEND.entry / 2, plainText(title), { size: FONT.legend });
  return ground + heading + drawn.join("");
}

const modeOf = (trace: PlotlyObject): string => (trace.mode as string | undefined) ?? "lines";

/** How a trace's lines or markers look. */
interface Drawn {
  readonly color?: string;
  readonly width?: number;
  readonly shape?: string;
  readonly dash?: string;
  readonly size?: number;
  readonly symbol?: string;
}

const DASHES: Readonly<Record<string, string>> = {
  dot: "2 3",
  dash: "6 4",
  longdash: "10 4",
  dashdot: "6 3 2 3",
};

function lineOf(trace: PlotlyObject): { line: string; shape: string | undefined } {
  const { color = ink, width = 2, shape, dash = "solid" } = (trace.line ?? {}) as Drawn;
  const dashes = dash === "solid" ? "" : ` stroke-dasharray="${DASHES[dash] ?? "6 4"}"`;
  return { line: `stroke="${color}" stroke-width="${width}"${dashes}`, shape };
}

function marker(trace: PlotlyObject, [x, y]: [number, number]): string {
  const { color, size = 6, symbol } = (trace.marker ?? {}) as Drawn;
  const colour = color ?? (trace.line as Drawn | undefined)?.color ?? ink;
  const style =
    symbol === "circle-open" ? `fill="none" stroke="${colour}" stroke-width="2"` : `fill="${colour}"`;
  return `<circle cx="${x}" cy="${y}" r="${size / 2}" ${style}/>`;
}

/** The title of a figure or an axis, in Plotly's markup. */
const wordsOf = (of: PlotlyObject): string => (of.title as { text?: string } | undefined)?.text ?? "";

const titleOf = (axis: PlotlyObject): string => plainText(wordsOf(axis));

function text(
  x: number,
  y: number,
  words: string,
  { anchor = "start", size }: { anchor?: "start" | "middle" | "end"; size: number },
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" dominant-baseline="central">${escapeHtml(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
