/**
 * A sweep on this machine: samples a population and trains it in worker processes.
 *
 * The folder holds `spec.json` and the trial store; running the same spec there again resumes where it stopped.
 */
import { resolve } from "node:path";
import { checkSignal, expectName } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { clusterQueue } from "./cluster/cluster-queue.js";
import { lockFolder } from "../trials/store/lock.js";
import { completes } from "../notebook/completes.js";
import { openPopulation, type Population } from "../populations/population.js";
import { runInFolder } from "../trials/runner/run-in-folder.js";
import { prepareRun, type RunOptions, runOptionKinds, runTrials } from "../trials/runner/run-trials.js";
import { knownTrials } from "../trials/runner/trial-source.js";
import { spaceNames } from "../spaces/names.js";
import { spaceName } from "../trials/space-spec.js";
import { type CheckedSpec, completeSpec, type SweepSpec } from "../trials/spec.js";
import { keepSpec } from "../trials/spec-file.js";
import { StoreError } from "../trials/store/store-error.js";
import { sweepView } from "./sweep-view.js";
import { datasetWords } from "../training/datasets/dataset-by-name.js";
import { recipeNames } from "../training/recipes.js";
import { trialsOf } from "../trials/trials-of.js";

export interface SweepOptions extends RunOptions {
  /**
   * Aborting stops the workers; trials under way are lost, finished ones kept. Default: the signal of the notebook
   * cell that called, so that its Stop button stops the sweep.
   */
  readonly signal?: AbortSignal;
}

/**
 * Trains the spec's networks that have no outcome in `out` yet, and returns the population as it is. Trials
 * that failed are in its notes, with the reason; running the sweep again tries them again.
 *
 * @throws SpecError if the spec is not valid, or `out` holds a sweep of another spec
 * @throws SamplingError if the windows are (nearly) empty
 * @throws DatasetError if the dataset cannot be loaded
 * @throws StoreError if another runner is at work in `out`, or a log cannot be written
 * @example
 * ```ts
 * const population = await sweep(
 *   {
 *     space: "RegNetX",
 *     n: 2,
 *     where: { flops: [0, 2e5] },
 *     stem: { kind: "simple", width: 8 },
 *     dataset: { kind: "procedural", resolution: 16, train: 64, test: 50, seed: 1, classes: 2 },
 *     recipe: { ...recipes.tiny, epochs: 1, batch: 32 },
 *     run: { workers: 1, threads: 1 },
 *   },
 *   { out: "runs/first" },
 * );
 * population.length; // => 2
 * ```
 */
export function sweep(spec: SweepSpec, options: SweepOptions): Promise<Population> {
  return sweepWith(undefined, spec, options);
}

completes(sweep, () => [], { space: spaceNames, dataset: datasetWords, recipe: recipeNames });

/** `sweep` with a worker program of one's own, which must speak as `worker.ts` does. */
export async function sweepWith(
  program: string | undefined,
  spec: SweepSpec,
  options: SweepOptions,
): Promise<Population> {
  expectOptions("sweep", options, {
    out: "any",
    ...runOptionKinds,
    signal: "any?",
  });
  expectName("sweep", "a folder for the sweep as options.out", options.out);
  checkSignal("sweep", "options.signal", options.signal);
  checkSignal("sweep", "options.drain", options.drain);
  const checked = await completeSpec(spec);
  const out = resolve(options.out);
  const view = options.onProgress ? undefined : sweepView(spaceName(checked.space));
  const onProgress = options.onProgress ?? (view && (progress => view.update(progress)));
  try {
    return await runInFolder(out, options.signal, stop =>
      lockAndRun(checked, { ...options, onProgress, out, program }, stop),
    );
  } finally {
    view?.end();
  }
}

async function lockAndRun(
  spec: CheckedSpec,
  options: SweepOptions & { readonly program?: string },
  stop: AbortController,
): Promise<Population> {
  const { out } = options;
  const trials = knownTrials(trialsOf(spec));
  // A sweep that is refused leaves nothing behind, be it a folder.
  await prepareRun(spec, trials, options);
  const unlock = lockFolder(out);
  try {
    const queued = clusterQueue(out);
    if (queued.length > 0) {
      throw new StoreError(
        `sweep: ${queued.length} tasks of ${out} are in Slurm's queue (job ${queued[0].job}) and train the same networks; wait for them, or netspace sweep cancel`,
      );
    }
    keepSpec(out, spec);
    await runTrials(spec, trials, options, stop);
  } finally {
    unlock();
  }
  return openPopulation(out);
}
