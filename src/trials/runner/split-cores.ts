/** How a sweep splits the cores of this machine among its trainings, when it is not told. */
import { availableParallelism } from "node:os";
import { datasetFacts } from "../../training/datasets/index.js";
import { measureParallelism } from "../../training/parallelism.js";
import type { Trial } from "../trial.js";

/** Trainings at once, and threads of each. */
export interface CoreSplit {
  readonly workers: number;
  readonly threads: number;
}

/** Measuring takes seconds, and pays where each core has some trainings to do. */
const LEAST_TRIALS_A_CORE = 8;
/**
 * By how much another split must be faster than one thread a training. One thread gives the same sums on every machine,
 * and two measurements of the same thing differ by some per cent.
 */
const ADVANTAGE = 1.1;

/**
 * The split for these trials: one thread each, unless another is clearly faster on the one of median flops. Without engine
 * torch, or for a few, nothing is measured.
 */
export async function splitCores(
  trials: readonly Trial[],
  { cores = availableParallelism(), measure = measureParallelism } = {},
): Promise<CoreSplit> {
  const usual: CoreSplit = { workers: cores, threads: 1 };
  if (cores === 1 || trials.length < LEAST_TRIALS_A_CORE * cores) return usual;
  const ranked = [...trials].sort((a, b) => a.flops - b.flops);
  const { network, recipe, precision, engine, dataset } = ranked[ranked.length >> 1];
  if (engine !== "torch") return usual;
  const { resolution } = datasetFacts(dataset);
  let splits: readonly (CoreSplit & { readonly imagesPerSecond: number })[];
  try {
    splits = await measure({ network, batch: recipe.batch, resolution, precision, cores });
  } catch {
    // What keeps a network from being trained is told by its trial.
    return usual;
  }
  const [fastest] = splits;
  const oneThread = splits.find(({ threads }) => threads === 1)!;
  if (fastest.imagesPerSecond < ADVANTAGE * oneThread.imagesPerSecond) return usual;
  return { workers: fastest.workers, threads: fastest.threads };
}
