/**
 * One measure of networks against another, with the curve that describes it and how well (Figure 12: inference
 * time against flops and against activations).
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectList, expectText } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { pearson } from "../../statistics/correlation.js";
import { type CurveFit, fitCurve } from "../../statistics/curve-fit.js";
import type { Curve } from "../../statistics/curves.js";
import { type Numbers, requireSameLength } from "../../statistics/statistics-error.js";
import { logAxis } from "../axes.js";
import { extent } from "../../base/extent.js";
import type { PlotlyObject } from "../figure.js";
import { notePanel } from "./note-panel.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { colours, faded, ink, seriesColour, seriesSymbol } from "../style.js";

export interface FitPanelOptions {
  /** What the axes show, with units: `"flops (GF)"`. */
  readonly labels: { readonly x: string; readonly y: string };
  readonly x: Numbers;
  readonly y: Numbers;
  /** The curve drawn through the points; none if undefined. */
  readonly curve?: Curve;
  /** The points' names, for hovering. */
  readonly names?: readonly string[];
  /** The group of each point; each group gets a colour, and its place in the legend. */
  readonly groups?: readonly string[];
  /** The groups that r and the curve are computed from; the others are only drawn. Default: all. */
  readonly fitted?: readonly string[];
  /** Published curves to compare with, dashed. */
  readonly references?: readonly { readonly name: string; readonly predict: (x: number) => number }[];
  /** Both axes logarithmic; r is then that of the logarithms. Default false. */
  readonly log?: boolean;
  /** Whether groups are named in this panel's legend. Default true. */
  readonly nameGroups?: boolean;
}

/** Points of the curve. */
const STEPS = 60;

/**
 * The scatter of two measures, the curve fitted to it with its numbers in the legend, and Pearson's r under the axis.
 *
 * @example
 * ```ts
 * const networks = sample(RegNetX, { n: 50, seed: 1 });
 * const panel = fitPanel({
 *   labels: { x: "flops (GF)", y: "activations (M)" },
 *   x: networks.map(({ flops }) => flops / 1e9),
 *   y: networks.map(({ acts }) => acts / 1e6),
 *   curve: "ax^b",
 *   log: true,
 * });
 * panel.xaxis.title; // => { text: "flops (GF)<br>r = 0.976" }
 * ```
 */
export function fitPanel(options: FitPanelOptions): Panel {
  if (isObject(options) && !isObject(options.labels)) {
    throw new RangeError(
      `fitPanel: expected what both axes show, such as labels: { x: "flops (GF)", y: "activations (M)" }, got labels ${say(options.labels)}`,
    );
  }
  expectOptions("fitPanel", options, {
    labels: "object",
    x: "list",
    y: "list",
    curve: "text?",
    names: "list?",
    groups: "list?",
    fitted: "list?",
    references: "list?",
    log: "boolean?",
    nameGroups: "boolean?",
  });
  expectOptions("fitPanel", options.labels, { x: "text", y: "text" }, "the axes' labels");
  for (const kind of ["names", "groups"] as const) {
    if (options[kind]) requireSameLength("fitPanel", kind, options[kind], "x", options.x);
    for (const [i, name] of (options[kind] ?? []).entries()) expectText("fitPanel", `${kind}[${i}]`, name);
  }
  expectList("fitPanel", "references", options.references ?? [], { name: "text", predict: "function" });
  const { labels, x, y, curve, names, fitted, references = [], log = false, nameGroups = true } = options;
  if (x.length === 0) return notePanel("no networks", labels);
  const groups = options.groups ?? Array.from(x, () => "");
  const traces = [...new Set(groups)].map((group, k): PlotlyObject => {
    const members = groups.flatMap((name, i) => (name === group ? [i] : []));
    return {
      type: "scatter",
      mode: "markers",
      name: `${plotlyText(group)} (n = ${members.length})`,
      showlegend: nameGroups && group !== "",
      x: members.map(i => x[i]),
      y: members.map(i => y[i]),
      text: names && members.map(i => plotlyText(names[i])),
      marker: {
        color: faded(seriesColour(k), x.length > 200 ? 0.35 : 0.8),
        ...(k >= colours.length && { symbol: seriesSymbol(k) }),
        size: x.length > 200 ? 4 : 7,
      },
      hovertemplate: `${names ? "%{text}<br>" : ""}${labels.x} %{x:.3~g}<br>${labels.y} %{y:.3~g}<extra>${plotlyText(group)}</extra>`,
    };
  });
  const counted = groups.flatMap((group, i) => (!fitted || fitted.includes(group) ? [i] : []));
  const [fittedX, fittedY] = [counted.map(i => x[i]), counted.map(i => y[i])];
  const { value: r } = log ? pearson(logarithms(fittedX), logarithms(fittedY)) : pearson(fittedX, fittedY);
  const places = grid(x, log);
  const [low, high] = extent(y);
  // Logarithmic axes end with the points (see logAxis), and so does a curve.
  const shown = (value: number) => (log && !(value >= low && value <= high) ? null : value);
  const drawn = (predict: (at: number) => number, line: PlotlyObject): PlotlyObject => ({
    type: "scatter",
    mode: "lines",
    x: places,
    y: places.map(place => shown(predict(place))),
    line,
    hoverinfo: "skip",
  });
  if (curve) {
    const fit = fitCurve(curve, fittedX, fittedY);
    const name = `fit: y ≈ ${formula(fit)}`;
    traces.push({ ...drawn(at => fit.predict(at), { color: ink, width: 2 }), name });
  }
  for (const { name, predict } of references) {
    traces.push({ ...drawn(predict, { color: colours[4], width: 2, dash: "dash" }), name: plotlyText(name) });
  }
  return {
    traces,
    xaxis: { title: { text: `${labels.x}<br>r = ${r.toFixed(3)}` }, ...scale(x, log) },
    yaxis: { title: { text: labels.y }, ...scale(y, log) },
    ...(((nameGroups && options.groups) || curve || references.length > 0) && { legend: "free" }),
  };
}

/** The curve with its numbers: `0.62√x + 0.057x`. */
function formula({ curve, coefficients }: CurveFit): string {
  const number = (value: number) => String(Number(value.toPrecision(2)));
  if (curve === "ax^b")
    return `${number(coefficients[0].value)} x<sup>${number(coefficients[1].value)}</sup>`;
  return coefficients
    .reduce((text, { name, value }) => text.replace(name, number(value)), curve as string)
    .replaceAll("+ -", "− ");
}

/** Logarithmic axes end with the points, linear ones begin at zero. */
const scale = (numbers: Numbers, log: boolean): PlotlyObject =>
  log ? logAxis(numbers) : { rangemode: "tozero" };

const logarithms = (numbers: Numbers): Float64Array => Float64Array.from(numbers, Math.log);

/** From the least to the greatest x, in equal steps of x or of log x. */
function grid(x: Numbers, log: boolean): number[] {
  const [low, high] = extent(x);
  return Array.from({ length: STEPS + 1 }, (_, k) => {
    const share = k / STEPS;
    return log ? low * (high / low) ** share : low + (high - low) * share;
  });
}
