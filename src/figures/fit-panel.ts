/**
 * One measure of networks against another, with the curve that describes it and how well (Figure 12: inference
 * time against flops and against activations).
 */
import { pearson } from "../statistics/correlation.js";
import { type Curve, type CurveFit, fitCurve } from "../statistics/curve-fit.js";
import type { Numbers } from "../statistics/statistics-error.js";
import type { PlotlyObject } from "./figure.js";
import type { Panel } from "./panels.js";
import { colours, faded } from "./style.js";

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
  /** Both axes logarithmic; r is then that of the logarithms. Default false. */
  readonly log?: boolean;
  /** Whether groups are named in this panel's legend. Default true. */
  readonly nameGroups?: boolean;
}

/** Points of the curve. */
const STEPS = 60;

/** The scatter of two measures, the curve fitted to it, and Pearson's r under the axis. */
export function fitPanel(options: FitPanelOptions): Panel {
  const { labels, x, y, curve, names, log = false, nameGroups = true } = options;
  const groups = options.groups ?? Array.from(x, () => "");
  const traces = [...new Set(groups)].map((group, k): PlotlyObject => {
    const members = groups.flatMap((name, i) => (name === group ? [i] : []));
    return {
      type: "scatter",
      mode: "markers",
      name: group,
      showlegend: nameGroups && group !== "",
      x: members.map(i => x[i]),
      y: members.map(i => y[i]),
      text: names && members.map(i => names[i]),
      marker: {
        color: faded(colours[k % colours.length], x.length > 200 ? 0.35 : 0.8),
        size: x.length > 200 ? 4 : 7,
      },
      hovertemplate: `${names ? "%{text}<br>" : ""}${labels.x} %{x:.3~g}<br>${labels.y} %{y:.3~g}<extra>${group}</extra>`,
    };
  });
  const { value: r } = log ? pearson(logarithms(x), logarithms(y)) : pearson(x, y);
  const said = [`r = ${r.toFixed(3)}`];
  if (curve) {
    const fit = fitCurve(curve, x, y);
    const places = grid(x, log);
    const [low, high] = extent(y);
    // Logarithmic axes end with the points (see scale), and so does the curve.
    const shown = (value: number) => (log && !(value >= low && value <= high) ? null : value);
    said.push(`y ≈ ${formula(fit)}`);
    const line = { color: "#222222", width: 2 };
    traces.push({
      type: "scatter",
      mode: "lines",
      showlegend: false,
      x: places,
      y: places.map(place => shown(fit.predict(place))),
      line,
      hoverinfo: "skip",
    });
  }
  return {
    traces,
    xaxis: { title: { text: `${labels.x}<br>${said.join(", ")}` }, ...scale(x, log) },
    yaxis: { title: { text: labels.y }, ...scale(y, log) },
    ...(nameGroups &&
      options.groups && { legend: { x: 0.98, y: 0.02, xanchor: "right", yanchor: "bottom" } }),
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

/** The axis; of a logarithmic one its range too, so that panels with the same measure agree. */
function scale(numbers: Numbers, log: boolean): PlotlyObject {
  if (!log) return { rangemode: "tozero" };
  const logs = Float64Array.from(numbers, Math.log10).sort();
  const [low, high] = [logs[0], logs[logs.length - 1]];
  const margin = 0.06 * (high - low);
  // Plotly's own ticks between decades read "2" and "5", whatever the decade.
  const steps = high - low > 2.5 ? [1] : [1, 2, 5];
  const tickvals = Array.from({ length: 40 }, (_, k) => 10 ** (k - 20)).flatMap(decade =>
    steps.map(step => Number((step * decade).toPrecision(1))),
  );
  return { type: "log", tickvals, tickangle: 0, range: [low - margin, high + margin] };
}

const logarithms = (numbers: Numbers): Float64Array => Float64Array.from(numbers, Math.log);

/** From the least to the greatest x, in equal steps of x or of log x. */
function grid(x: Numbers, log: boolean): number[] {
  const [low, high] = extent(x);
  return Array.from({ length: STEPS + 1 }, (_, k) => {
    const share = k / STEPS;
    return log ? low * (high / low) ** share : low + (high - low) * share;
  });
}

function extent(numbers: Numbers): [number, number] {
  const sorted = Float64Array.from(numbers).sort();
  return [sorted[0], sorted[sorted.length - 1]];
}
