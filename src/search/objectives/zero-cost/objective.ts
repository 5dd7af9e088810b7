/** Measures without training as what a search makes great. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { isObject, say } from "../../../base/say.js";
import type { MeasuredObjective } from "../../objective.js";
import { factsOf } from "../details.js";
import { checkedMeasures, type ZeroCostName } from "./measures.js";
import { checkZeroCost, type ZeroCost, zeroCost, type ZeroCostOptions } from "./zero-cost.js";

/** Those of `zeroCost`; which weights are drawn is decided by the seed of whoever measures, unless it is given. */
export type ZeroCostMeasureOptions = Omit<ZeroCostOptions, "measures" | "weights" | "signal">;

/**
 * A measure of `zeroCost` as an objective: the greatest is the best. `measure` throws what `zeroCost` does; what it cannot
 * say of an architecture is NaN, with the reason in the details.
 *
 * @throws RangeError for a measure that there is not, or an option that is not what it must be
 * @example `zeroCostMeasure("synflow", { dataset, batch: 64 })`
 */
export function zeroCostMeasure(name: ZeroCostName, options: ZeroCostMeasureOptions): MeasuredObjective {
  if (typeof name !== "string") {
    throw new RangeError(`zeroCostMeasure: expected the name of a measure, got ${say(name)}`);
  }
  return measuring("zeroCostMeasure", checkedMeasures("zeroCostMeasure", name), options)[0];
}

/**
 * Measures of `zeroCost` as objectives that share their passes: asked of one architecture after the other, the first measures for
 * all of them.
 *
 * @param names Default: all, params and flops included
 * @throws RangeError for a measure that there is not, or an option that is not what it must be
 */
export const zeroCostMeasures = (
  options: ZeroCostMeasureOptions,
  names?: readonly ZeroCostName[],
): MeasuredObjective[] => measuring("zeroCostMeasures", checkedMeasures("zeroCostMeasures", names), options);

/** Whether images decide it: SynFlow's is one of ones, and counts have none. */
const looks = (name: ZeroCostName): boolean => !["synflow", "params", "flops"].includes(name);

function measuring(
  caller: string,
  names: readonly ZeroCostName[],
  options: ZeroCostMeasureOptions,
): MeasuredObjective[] {
  checkZeroCost(caller, options);
  const { dataset, engine, batch = 64, batchSeed = 0, precision = "float32", seed, device } = options;
  if (typeof dataset !== "string" && !isObject(dataset)) {
    throw new RangeError(
      `${caller}: dataset must be a data set, its description or its name, got ${say(dataset)}`,
    );
  }
  const settings = {
    dataset: typeof dataset === "string" || "kind" in dataset ? dataset : dataset.name,
    batch,
    batchSeed,
    precision,
    ...(seed !== undefined && { seed }),
    ...(device !== undefined && { device }),
    ...(engine !== undefined && { engine: typeof engine === "string" ? engine : engine.name }),
  };
  let last: { architecture: AnyArchitecture; seed: number; measured: Promise<ZeroCost> } | undefined;
  const measuredOnce = (architecture: AnyArchitecture, of: number, signal?: AbortSignal) => {
    if (last?.architecture === architecture && last.seed === of) return last.measured;
    const asked = { ...options, seed: of, measures: names, ...(signal && { signal }) };
    const measured = zeroCost(architecture, asked);
    const entry = { architecture, seed: of, measured };
    last = entry;
    // What was stopped, or failed for want of something, is measured when it is asked for again.
    measured.catch(() => {
      if (last === entry) last = undefined;
    });
    return measured;
  };
  return names.map(name => ({
    name,
    settings,
    better: "greatest",
    ignoresEpochs: true,
    ...(looks(name) && { split: "training" }),
    async measure(architecture, fidelity, { signal } = {}) {
      const of = seed ?? fidelity.seed ?? 0;
      const measured = await measuredOnce(architecture, of, signal);
      const value = measured.values[name]!;
      const note = measured.notes[name];
      return {
        // A search's records are JSON, which has no infinity; it is told as what failed: worse than all that is known.
        value: Number.isFinite(value) ? value : Number.NaN,
        cost: { images: 0, seconds: measured.seconds[name]! },
        details: {
          ...factsOf(looks(name) ? "training" : null, { seed: of }),
          dataset: measured.dataset,
          batch,
          batchSeed,
          precision,
          engine: measured.engine,
          ...(note !== undefined && { [Number.isFinite(value) ? "note" : "reason"]: note }),
        },
      };
    },
  }));
}
