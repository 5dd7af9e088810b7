/** Several trainings by epoch on one pair of axes: runs, members of a population, or anything that has epochs. */
import { expectList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import type { Panel } from "../panels.js";
import { epochsPanel } from "./epochs-panel.js";

/** A training with what is known after each of its epochs, as `train` returns and populations have as members. */
export interface Curved {
  readonly epochs: readonly {
    /** 1-based. */
    readonly epoch: number;
    readonly trainLoss?: number;
    readonly trainError?: number;
    readonly validationError?: number;
    readonly testError?: number;
    readonly learningRate?: number;
  }[];
}

/** What a curve can be of, with its label. */
const values = {
  validationError: "validation error (%)",
  testError: "test error (%)",
  trainError: "training error (%)",
  trainLoss: "training loss (nats)",
  learningRate: "learning rate",
} as const;

export interface CurvesPanelOptions {
  /** Default: the validation error where all runs have it in several epochs, else the test error, else the training error. */
  readonly value?: keyof typeof values;
  readonly title?: string;
}

/** More epochs than any training here has; a list of more would fill memory. */
const MOST_EPOCHS = 1_000_000;

/**
 * Trainings overlaid, one line each under its name; the legend is below the panel. An epoch in which the value was not measured is bridged.
 *
 * @throws RangeError for no runs, runs without epochs, epochs that are not counted from 1, or a value that one of them lacks
 * @example
 * ```ts
 * const { members } = await shippedPopulation("RegNetX");
 * const panel = curvesPanel({ first: members[0], second: members[1] }, { value: "trainLoss" });
 * panel.traces.map(({ name }) => name); // => ["first", "second"]
 * ```
 */
export function curvesPanel(runs: Readonly<Record<string, Curved>>, options: CurvesPanelOptions = {}): Panel {
  const fn = "curvesPanel";
  if (!isObject(runs) || Array.isArray(runs) || Object.keys(runs).length === 0) {
    throw new RangeError(
      `${fn}: expected runs by name, such as { wide: run, deep: other }, got ${say(runs)}`,
    );
  }
  for (const [name, run] of Object.entries(runs)) {
    if (!isObject(run)) throw new RangeError(`${fn}: expected a training as ${say(name)}, got ${say(run)}`);
    expectList(fn, `epochs of ${name}`, run.epochs, { epoch: "number" });
    if (run.epochs.length === 0)
      throw new RangeError(`${fn}: expected a training with epochs as ${say(name)}, got one with none`);
    for (const { epoch } of run.epochs) {
      if (Number.isSafeInteger(epoch) && epoch >= 1 && epoch <= MOST_EPOCHS) continue;
      throw new RangeError(
        `${fn}: expected epochs of ${say(name)} counted from 1 to at most ${MOST_EPOCHS.toLocaleString("en")}, got ${say(epoch)}`,
      );
    }
  }
  expectOptions(fn, options, { value: "text?", title: "text?" });
  const all = Object.values(runs);
  const has = (value: keyof typeof values) => (run: Curved) =>
    run.epochs.some(epoch => measured(epoch[value]));
  const isCurve = (value: keyof typeof values) => (run: Curved) =>
    run.epochs.filter(epoch => measured(epoch[value])).length > 1;
  const value =
    options.value ??
    (["validationError", "testError"] as const).find(one => all.every(isCurve(one))) ??
    "trainError";
  if (!Object.hasOwn(values, value)) {
    throw new RangeError(
      `${fn}: expected value as one of ${Object.keys(values).join(", ")}, got ${say(value)}`,
    );
  }
  const common = (of: readonly Curved[]) =>
    Object.keys(values).filter(one => of.every(has(one as keyof typeof values)));
  const lacking = Object.entries(runs).filter(([, run]) => !has(value)(run));
  if (lacking.length > 0) {
    const which =
      lacking.length === all.length ? "no run has" : `${lacking.map(([name]) => say(name)).join(", ")} lacks`;
    throw new RangeError(
      `${fn}: ${which} a ${value}; they have ${common(all).join(", ") || "nothing in common to draw"}`,
    );
  }
  const series = Object.entries(runs).map(([name, { epochs }]) => {
    const by = new Map(epochs.map(epoch => [epoch.epoch, epoch[value]]));
    const last = epochs.reduce((most, { epoch }) => Math.max(most, epoch), 1);
    const at = Array.from({ length: last }, (_, i) => by.get(i + 1));
    return { name, values: at.map(one => (measured(one) ? one : Number.NaN)) };
  });
  const panel = epochsPanel(series, {
    label: values[value],
    ...(options.title !== undefined && { title: options.title }),
  });
  return {
    ...panel,
    legend: "below",
    traces: panel.traces.map((trace, i) => ({
      ...trace,
      connectgaps: true,
      cliponaxis: false,
      // What was measured once, as at the end, is a point.
      mode: series[i].values.filter(measured).length === 1 ? "markers" : "lines",
      hovertemplate: `${trace.name as string}<br>${trace.hovertemplate as string}`,
    })),
  };
}

const measured = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value);
