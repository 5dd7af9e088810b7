/** Errors of layer assignments by depth: all of them, the best of each depth, and the way that greedy growth takes. */
import { expectList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { extent } from "../../base/extent.js";
import { say } from "../../base/say.js";
import type { PlotlyObject } from "../figure.js";
import type { Panel } from "../panels.js";
import { plotlyText } from "../plotly-text.js";
import { colours, faint, ink } from "../style.js";

/** What the panel draws, as `assignmentErrors` gives it. */
export interface DrawnAssignments {
  readonly name?: string;
  readonly assignments: readonly {
    /** Layers of each stage. */
    readonly depths: readonly number[];
    /** Layers of all stages together. */
    readonly depth: number;
    /** Mean of its trainings, per cent. */
    readonly error: number;
  }[];
}

export interface AssignmentPanelOptions {
  /** Assignments that growth passed through, as `growthLoss` gives its `chain`. Default: none. */
  readonly chain?: readonly (readonly number[])[];
  /** Default `"free"`; false for none. */
  readonly legend?: Panel["legend"] | false;
}

/**
 * The panel; the best of each depth is labelled with its layers by stage.
 *
 * @example
 * ```ts
 * import { assignmentErrors, growthLoss } from "netspace/search";
 *
 * const errors = assignmentErrors([
 *   { depths: [1, 1], errors: [30, 31] },
 *   { depths: [1, 2], errors: [20, 22] },
 *   { depths: [2, 1], errors: [25, 24] },
 * ]);
 * const panel = assignmentPanel(errors, { chain: growthLoss(errors).chain });
 * panel.traces.map(({ name }) => name); // => ["assignments (n = 3)", "best of each depth", "greedy growth"]
 * ```
 */
export function assignmentPanel(errors: DrawnAssignments, options: AssignmentPanelOptions = {}): Panel {
  const fn = "assignmentPanel";
  expectOptions(fn, options, { chain: "list?", legend: "any?" });
  const { chain = [], legend = "free" } = options;
  const all = requireDrawn(fn, errors);
  const word = (depths: readonly number[]) => depths.join("-");
  const byName = new Map(all.map(one => [word(one.depths), one]));
  const best = new Map<number, (typeof all)[number]>();
  for (const one of all) if (one.error < (best.get(one.depth)?.error ?? Infinity)) best.set(one.depth, one);
  expectList(fn, "the assignments of chain", chain);
  const grown = chain.map(depths => {
    const one = areNumbers(depths) ? byName.get(word(depths)) : undefined;
    if (one) return one;
    throw new RangeError(
      `${fn}: expected chain to be of the assignments drawn, got ${say(depths)}; growthLoss(errors).chain is`,
    );
  });
  const trace = (name: string, ones: readonly (typeof all)[number][], more: PlotlyObject): PlotlyObject => ({
    type: "scatter",
    name,
    x: ones.map(one => one.depth),
    y: ones.map(one => one.error),
    customdata: ones.map(one => word(one.depths)),
    hovertemplate: "%{customdata}<br>%{x} layers<br>error %{y:.2f} %<extra></extra>",
    ...more,
  });
  const bests = [...best.values()].sort((a, b) => a.depth - b.depth);
  const [first, last] = extent(all.map(({ depth }) => depth));
  const [least, most] = extent(all.map(({ error }) => error));
  return {
    traces: [
      trace(`assignments (n = ${all.length})`, all, { mode: "markers", marker: { color: faint, size: 6 } }),
      trace("best of each depth", bests, {
        mode: "lines+markers+text",
        text: bests.map(one => word(one.depths)),
        // Left of a falling line, which is above.
        textposition: "bottom left",
        textfont: { size: 11, color: ink },
        line: { color: colours[0], width: 1.5 },
        marker: { color: colours[0], size: 8 },
      }),
      ...(grown.length > 0
        ? [
            trace("greedy growth", grown, {
              mode: "lines+markers",
              line: { color: colours[1], width: 1.5, dash: "dash" },
              marker: { color: colours[1], size: 12, symbol: "circle-open", line: { width: 1.5 } },
            }),
          ]
        : []),
    ],
    xaxis: { title: { text: "layers" }, dtick: 1, range: [first - 0.8, last + 0.4] },
    yaxis: {
      title: { text: "top-1 error (%)" },
      range: [least - 0.12 * (most - least || 1), most + 0.06 * (most - least || 1)],
    },
    ...(errors.name !== undefined && { title: plotlyText(errors.name) }),
    ...(legend && { legend }),
    limits: { y: [0, 100] },
  };
}

const areNumbers = (depths: unknown): depths is number[] =>
  Array.isArray(depths) && Array.from(depths).every(depth => typeof depth === "number");

function requireDrawn(fn: string, errors: DrawnAssignments): DrawnAssignments["assignments"] {
  expectOptions(fn, errors, { name: "text?", assignments: "list" }, "what assignmentErrors() gives");
  const { assignments } = errors;
  expectList(fn, "assignments", assignments, { depths: "list", depth: "number", error: "number" });
  const odd = assignments.find(({ depths }) => !areNumbers(depths));
  if (odd) throw new RangeError(`${fn}: expected depths to be numbers of layers, got ${say(odd.depths)}`);
  if (assignments.length > 0) return assignments;
  throw new RangeError(`${fn}: expected assignments to draw, got none`);
}
