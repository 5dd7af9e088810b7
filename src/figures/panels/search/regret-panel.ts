/** Searches against what they spend: a step curve and a pointwise band for each strategy. */
import { expectList } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import { extent } from "../../../base/extent.js";
import type { Band, Centre, StepCurve } from "../../../statistics/step-curves.js";
import { logAxis } from "../../axes.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { seriesLines } from "../../space-colours.js";
import { faded } from "../../style.js";
import { staircase } from "../staircase.js";

/** What the panel draws, as `regretCurves` gives it. */
export interface DrawnRegret {
  readonly along: "evaluations" | "images" | "seconds";
  /** Undefined where the curves are values, and no distances to the best there is. */
  readonly best: number | undefined;
  readonly centre: Centre;
  readonly band: Band;
  readonly level: number;
  readonly curves: readonly (StepCurve & { readonly name: string })[];
  /** Of what `proposalDiversity` gives. */
  readonly window?: number;
}

export interface RegretPanelOptions {
  /** Of the vertical axis. Default false. */
  readonly log?: boolean;
  /** Of the horizontal axis. Default false. */
  readonly logAlong?: boolean;
  /** Of the errors. Default `"points"` for a regret, `"%"` for values. */
  readonly unit?: string;
  /** What the vertical axis shows, where that is neither a regret nor an error: `"mean distance of 20 proposals"`; `unit` is put behind it. */
  readonly label?: string;
}

const alongTitles = { evaluations: "evaluations", images: "images trained on", seconds: "seconds" } as const;

/** What a band is, as the legend says it: in few words, since its columns are narrow. */
const bandNames: Readonly<Record<Band, string>> = {
  t: "(t)",
  order: "(order)",
  bootstrap: "(bootstrap)",
  quantiles: "of runs",
};

/**
 * The curves in the order given. On a logarithmic axis a regret of 0 has no place: the curve ends there, and where the band
 * reaches 0 it goes on to the axis' lower edge.
 *
 * @example
 * ```ts
 * import { evolution, random, regretCurves, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 30, repeats: 10 };
 * const regret = regretCurves(
 *   {
 *     random: simulate(random(), assignments, how),
 *     evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 *   },
 *   { best: assignments.best },
 * );
 * const panel = regretPanel(regret);
 * panel.yaxis.title; // => { text: "regret (points)" }
 * ```
 */
export function regretPanel(regret: DrawnRegret, options: RegretPanelOptions = {}): Panel {
  const fn = "regretPanel";
  expectOptions(
    fn,
    regret,
    {
      along: "text",
      best: "number?",
      centre: "text",
      band: "text",
      level: "number",
      curves: "list",
      window: "number?",
    },
    "what regretCurves() gives",
  );
  expectOptions(fn, options, { log: "boolean?", logAlong: "boolean?", unit: "text?", label: "text?" });
  expectList(fn, "curves", regret.curves, {
    name: "text",
    repeats: "number",
    x: "list",
    centre: "list",
    low: "list",
    high: "list",
  });
  const { along, best, centre, band, level, curves } = regret;
  const { log = false, logAlong = false } = options;
  const unit = options.unit ?? (best === undefined ? "%" : "points");
  const drawn = curves
    .flatMap(curve => [...curve.centre, ...curve.low, ...curve.high])
    .filter(value => Number.isFinite(value) && (!log || value > 0));
  const floor = log ? lowest(curves) : -Infinity;
  const lines = seriesLines(curves.map(({ name }) => name));
  const traces = curves.flatMap(({ name, repeats, x, centre: middle, low, high }, i): PlotlyObject[] => {
    const banded = x.flatMap((_, k) => (Number.isNaN(low[k]) ? [] : [k]));
    const steps = (values: readonly number[]) => staircase(x, values, banded);
    const [over, under] = [steps(high), steps(low)];
    const above = (value: number) => Math.max(floor, value);
    const shade: PlotlyObject = {
      type: "scatter",
      mode: "lines",
      x: [...over.x, ...under.x.toReversed()],
      y: [...over.y.map(above), ...under.y.toReversed().map(above)],
      fill: "toself",
      fillcolor: faded(lines[i].color, 0.15),
      line: { width: 0 },
      showlegend: false,
      hoverinfo: "skip",
    };
    const line: PlotlyObject = {
      type: "scatter",
      mode: "lines",
      name: `${plotlyText(name)} (n = ${repeats})`,
      x,
      y: log ? middle.map(value => (value > 0 ? value : null)) : middle,
      line: { shape: "hv", width: 2, ...lines[i] },
      hovertemplate: `%{x:.4~g} ${alongTitles[along]}<br>%{y:.3~g} ${unit}<extra></extra>`,
    };
    return banded.length > 0 ? [shade, line] : [line];
  });
  const hasBand = curves.some(({ low }) => low.some(value => !Number.isNaN(value)));
  const said = options.label ?? (best === undefined ? "best so far, judged" : "regret");
  const what = options.label !== undefined && options.unit === undefined ? said : `${said} (${unit})`;
  const xs = curves.flatMap(({ x }) => [x[0], x[x.length - 1]]);
  return {
    traces,
    xaxis: { title: { text: alongTitles[along] }, ...(logAlong && logAxis(xs.filter(x => x > 0))) },
    yaxis: {
      title: { text: what },
      ...(log && drawn.length > 0 ? logAxis([floor, extent(drawn)[1]]) : { rangemode: "normal" }),
    },
    legend: "free",
    legendTitle: hasBand
      ? `${centre}, pointwise ${Number((100 * level).toPrecision(4))} % ${bandNames[band]}`
      : centre,
  };
}

/** The least that a logarithmic axis shows: of what is above 0, a centre, or the lower end of a band within a decade of one. */
function lowest(curves: readonly StepCurve[]): number {
  const positive = (values: readonly number[]) => values.filter(value => value > 0);
  const least = Math.min(...curves.map(({ centre }) => extent(positive(centre))[0]));
  const lows = positive(curves.flatMap(({ low }) => [...low]));
  return Math.max(least / 10, Math.min(least / 1.5, ...(lows.length > 0 ? [extent(lows)[0]] : [])));
}
