/** Trainings that are all known, in a folder of their own, as a sweep's: what retraining and judging of found architectures share. */
import { openPopulation, type Population } from "../populations/population.js";
import { runInFolder } from "../trials/runner/run-in-folder.js";
import { prepareRun, type RunOptions, runTrials } from "../trials/runner/run-trials.js";
import { knownTrials } from "../trials/runner/trial-source.js";
import type { CheckedSpec } from "../trials/spec.js";
import { keepSpec } from "../trials/spec-file.js";
import { lockFolder } from "../trials/store/lock.js";
import type { Trial } from "../trials/trial.js";

export interface KnownTrainings {
  readonly out: string;
  readonly spec: CheckedSpec;
  readonly trials: readonly Trial[];
  /** How they are run; what is undefined is left out. */
  readonly how: Omit<RunOptions, "out">;
  readonly signal?: AbortSignal | undefined;
  /** The workers' program, if not the usual one. */
  readonly program?: string | undefined;
}

/** Trains them, or those that are left; the same call on the same folder goes on. */
export async function trainKnown(trainings: KnownTrainings): Promise<Population> {
  const { out, spec, trials, how, signal, program } = trainings;
  const given = Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined));
  const run = { ...given, out, ...(program !== undefined && { program }) };
  const source = knownTrials(trials);
  await runInFolder(out, signal, async stop => {
    await prepareRun(spec, source, run);
    const unlock = lockFolder(out);
    try {
      keepSpec(out, spec);
      await runTrials(spec, source, run, stop);
    } finally {
      unlock();
    }
  });
  return openPopulation(out);
}
