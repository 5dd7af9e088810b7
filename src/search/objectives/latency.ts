/** How long a network takes on this machine, measured by the engine, as what a search makes small. */
import { expectOptions } from "../../base/expect-options.js";
import { checkTiming, time, type TimeOptions } from "../../training/time.js";
import { thisMachine } from "../../trials/store/machine.js";
import type { MeasuredObjective } from "../objective.js";
import { noFacts } from "./details.js";

/** Those of `time`. */
export type LatencyOptions = Omit<TimeOptions, "signal">;

/**
 * The median time of one run of a network on this machine, seconds: a forward pass of a batch, or a training step. Runs that
 * warm up do not count; the details have the quartiles, the number of runs and the machine. Neither weights nor a fidelity
 * decide it.
 *
 * It is the machine's time as it is, longer on one that trains meanwhile: give it the threads, the batch and the quiet
 * that its numbers are for. `measure` throws what `time` does.
 *
 * @throws RangeError for an option that is not what it must be
 * @example `latency({ batch: 1, resolution: 32, threads: 1, runs: 21 })`
 */
export function latency(options: LatencyOptions = {}): MeasuredObjective {
  expectOptions("latency", options, {
    batch: "number?",
    resolution: "number?",
    mode: "text?",
    precision: "text?",
    threads: "number?",
    seconds: "number?",
    runs: "number?",
    engine: "any?",
    device: "text?",
  });
  checkTiming("latency", options);
  const { engine, ...plain } = options;
  const { batch = 64, mode = "inference", precision = "float32", ...rest } = plain;
  const settings = { batch, mode, precision, ...rest };
  return {
    name: `latency, ${mode}`,
    settings: {
      ...settings,
      ...(engine !== undefined && { engine: typeof engine === "string" ? engine : engine.name }),
    },
    unit: "s",
    ignoresEpochs: true,
    isTimed: true,
    async measure(architecture, _fidelity, { signal } = {}) {
      const began = performance.now();
      const timing = await time(architecture, { ...options, ...(signal && { signal }) });
      const { median, quartiles, runs, resolution, engine: timer } = timing;
      return {
        value: median,
        cost: { images: 0, seconds: (performance.now() - began) / 1000 },
        details: {
          ...noFacts,
          ...settings,
          quartiles,
          runs,
          resolution,
          engine: timer,
          machine: thisMachine(),
        },
      };
    },
  };
}
