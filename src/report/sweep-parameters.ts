/** The part of a sweep's page on its parameters: each that varies against the error, with where its best value lies. */
import { bestValuePanel } from "../figures/panels/best-value-panel.js";
import type { PlotlyObject } from "../figures/figure.js";
import { type Panel, row } from "../figures/panels.js";
import type { Population } from "../populations/population.js";
import { bestValue } from "../statistics/best-value.js";
import { extent } from "../base/extent.js";
import { figureHtml, paragraphs, tableHtml } from "./page.js";

/** Panels in a row. */
const ACROSS = 3;

/** Parameters in the order in which they are shown, by what the axis calls them. */
const labels: readonly (readonly [pattern: RegExp, label: (name: string) => string, log?: boolean])[] = [
  [/^depth$/, () => "depth (blocks)"],
  [/^d\d+$/, name => `${name}: depth of stage ${name.slice(1)}`],
  [/^w\d+$/, name => `${name}: width of stage ${name.slice(1)}`, true],
  [/^b\d+$/, name => `${name}: bottleneck ratio of stage ${name.slice(1)}`],
  [/^g\d+$/, name => `${name}: group width of stage ${name.slice(1)}`, true],
  [/^w0$/, () => "w₀: initial width", true],
  [/^wa$/, () => "w_a: slope of widths", true],
  [/^wm$/, () => "w_m: width multiplier"],
  [/^b$/, () => "b: bottleneck ratio"],
  [/^g$/, () => "g: group width", true],
  [
    /^(learningRate|weightDecay)$/,
    name => (name === "learningRate" ? "learning rate" : "weight decay"),
    true,
  ],
  [/^(epsilon|clipNorm|learningRateEnd)$/, name => name, true],
  [
    /^(momentum|beta1|beta2|smoothing|decayFactor|decayEvery|auxiliaryWeight|cutout|warmupEpochs|trainBatch)$/,
    name => name,
  ],
];

/** Every parameter that varies against the error, with the interval of its best value. */
export function parameterParts(population: Population): string[] {
  const found = varying(population);
  const alone = (letter: string) =>
    found.filter(({ name }) => /^[dwbg]\d+$/.test(name) && name[0] === letter).length === 1;
  const shown = found.flatMap(parameter => {
    const { name } = parameter;
    if (!/^[bg]\d+$/.test(name)) return [parameter];
    // A RegNet's b and g are those of its stages, unless a group width was made to fit.
    if (alone(name[0]) && found.some(other => other.name === name[0])) return [];
    return [
      alone(name[0])
        ? { ...parameter, label: parameter.label.replace(/^(.)\d+(.*) of stage \d+$/, "$1$2, all stages") }
        : parameter,
    ];
  });
  const panels = shown.map(({ label, log, values, errors }): Panel => {
    const panel = bestValuePanel({ label, values, errors });
    return { ...panel, xaxis: { ...panel.xaxis, ...(log ? logAxis(values) : wholeTicks(values)) } };
  });
  const rows = shown.map(({ label, values, errors }) => {
    const { median, low, high } = bestValue(values, errors);
    const [least, greatest] = extent(values);
    return {
      parameter: label,
      "best (median)": shortened(median),
      "from (2.5 %)": shortened(low),
      "to (97.5 %)": shortened(high),
      least: shortened(least),
      greatest: shortened(greatest),
    };
  });
  return [
    ...chunks(panels, ACROSS).map(some => {
      // The last row's panels are as wide as the others.
      const share = ((100 * some.length) / ACROSS).toFixed(1);
      return `<div style="width: ${share}%">${figureHtml(row(some, { width: 333 * some.length, height: 300 }))}</div>`;
    }),
    paragraphs([
      "Line and band: median and 95 % interval of the value that the best network has, by the empirical bootstrap.",
    ]),
    tableHtml(rows),
  ];
}

/** The parameters that vary; one that is the same in all stages is shown once. */
function varying(population: Population) {
  const seen = new Set<string>();
  return labels.flatMap(([pattern, label, log = false]) =>
    population.names.flatMap(name => {
      if (!pattern.test(name)) return [];
      const present = population.complete(name, "error");
      const values = present.column(name);
      const content = `${pattern.source} ${values.join()}`;
      if (new Set(values).size < 2 || seen.has(content)) return [];
      seen.add(content);
      return [{ name, label: label(name), log, values, errors: present.errors }];
    }),
  );
}

const shortened = (value: number): number => Number(value.toPrecision(4));

/** Ticks at 1, 2 and 5 times powers of ten, or at powers of ten where the range is wide. */
function logAxis(values: readonly number[]): PlotlyObject {
  const [low, high] = extent(values);
  const wide = high / low > 1000;
  const exponents = Array.from({ length: 25 }, (_, i) => i - 12);
  const ticks = exponents.flatMap(e => (wide ? [1] : [1, 2, 5]).map(m => Number(`${m}e${e}`)));
  const tickvals = ticks.filter(tick => tick >= low / 1.01 && tick <= high * 1.01);
  return { type: "log", tickvals, ticktext: tickvals.map(String), tickangle: 0 };
}

/** No ticks between whole numbers where there are few of them. */
function wholeTicks(values: readonly number[]): PlotlyObject {
  const [least, greatest] = extent(values);
  return greatest - least <= 8 && values.every(Number.isInteger) ? { dtick: 1 } : {};
}

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
