/** What searches proposed, against what the space has: distribution functions of errors, with bands over runs. */
import { expectList, expectNumber } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import type { PlotlyObject } from "../../figure.js";
import type { Panel } from "../../panels.js";
import { plotlyText } from "../../plotly-text.js";
import { staircase } from "../staircase.js";
import { seriesLines } from "../../space-colours.js";
import { faded, ink } from "../../style.js";

/** What the panel draws, as `proposalDistribution` gives it. */
export interface DrawnProposals {
  readonly level: number;
  readonly errors: readonly number[];
  readonly space: readonly number[];
  readonly spaceName: string;
  readonly strategies: readonly {
    readonly name: string;
    readonly share: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly distance: number;
  }[];
}

export interface ProposalsPanelOptions {
  /** The best share of the space that is shown: its errors up to that quantile. Default 1, all. */
  readonly upTo?: number;
}

/**
 * The space's distribution dashed, and the mean one of each strategy's runs, with Kolmogorov and Smirnov's distance D.
 *
 * @example
 * ```ts
 * import { evolution, proposalDistribution, random, simulate, spaceErrors, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const how = { evaluations: 30, repeats: 5 };
 * const proposals = proposalDistribution(
 *   {
 *     random: simulate(random(), assignments, how),
 *     evolution: simulate(evolution({ population: 10, sample: 3 }), assignments, how),
 *   },
 *   spaceErrors(assignments),
 * );
 * // The best fifth of the space, where searches differ.
 * proposalsPanel(proposals, { upTo: 0.2 }).traces.flatMap(({ name }) => name ?? []); // => ["random (D 0.17)", "evolution (D 0.18)", "SmallAssignments, as drawn"]
 * ```
 */
export function proposalsPanel(proposals: DrawnProposals, options: ProposalsPanelOptions = {}): Panel {
  const fn = "proposalsPanel";
  expectOptions(
    fn,
    proposals,
    { level: "number", errors: "list", space: "list", spaceName: "text", strategies: "list" },
    "what proposalDistribution() gives",
  );
  expectOptions(fn, options, { upTo: "number?" });
  const { errors, space, spaceName, strategies, level } = proposals;
  const { upTo = 1 } = options;
  if (!(upTo > 0 && upTo <= 1)) throw new RangeError(`${fn}: upTo must be a share in (0, 1], got ${upTo}`);
  expectList(fn, "strategies", strategies, { name: "text", share: "list", low: "list", high: "list" });
  for (const list of [errors, space, ...strategies.flatMap(({ share, low, high }) => [share, low, high])]) {
    for (const value of list) expectNumber(fn, "a value of its lists", value);
  }
  for (const { distance } of strategies) expectNumber(fn, "the distance of a strategy", distance);
  const beyond = space.findIndex(share => share > upTo);
  const shown = beyond <= 0 ? errors.length : Math.max(2, beyond);
  const x = errors.slice(0, shown);
  const cut = (values: readonly number[]) => values.slice(0, shown);
  const lines = seriesLines(strategies.map(({ name }) => name));
  const hover = "error %{x:.2f} %<br>share %{y:.3f}<extra></extra>";
  const traces = strategies.flatMap(({ name, share, low, high, distance }, i): PlotlyObject[] => {
    const line: PlotlyObject = {
      type: "scatter",
      mode: "lines",
      name: `${plotlyText(name)} (D ${distance.toFixed(2)})`,
      x,
      y: cut(share),
      line: { shape: "hv", width: 2, ...lines[i] },
      hovertemplate: hover,
    };
    if (low.some(Number.isNaN)) return [line];
    const places = x.map((_, k) => k);
    const [over, under] = [staircase(x, high, places), staircase(x, low, places)];
    const band: PlotlyObject = {
      type: "scatter",
      mode: "lines",
      x: [...over.x, ...under.x.toReversed()],
      y: [...over.y, ...under.y.toReversed()],
      fill: "toself",
      fillcolor: faded(lines[i].color, 0.15),
      line: { width: 0 },
      showlegend: false,
      hoverinfo: "skip",
    };
    return [band, line];
  });
  traces.push({
    type: "scatter",
    mode: "lines",
    name: `${plotlyText(spaceName)}, as drawn`,
    x,
    y: cut(space),
    line: { shape: "hv", color: ink, width: 1.5, dash: "dash" },
    hovertemplate: hover,
  });
  const whole = upTo === 1;
  return {
    traces,
    xaxis: { title: { text: "error that proposals are judged by (%)" } },
    yaxis: {
      title: { text: "share of proposals" },
      ...(whole && { range: [0, 1.02], tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1] }),
    },
    legend: "free",
    legendTitle: `mean of runs, pointwise ${Number((100 * level).toPrecision(4))} %`,
    limits: { y: [0, 1.02] },
  };
}
