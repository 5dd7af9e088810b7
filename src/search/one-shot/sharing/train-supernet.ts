/**
 * Single path one-shot training (Guo et al., ECCV 2020, arXiv 1904.00420): every batch trains one architecture, drawn at random, with the
 * weights that all share. What is searched afterwards is told apart by errors with these weights. Drawn by random search instead, it is random
 * search with weight sharing (Li and Talwalkar, UAI 2019, arXiv 1902.07638): the training is the same.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import { requireSupernet } from "../require-supernet.js";
import type { Supernet } from "../supernet.js";
import { pathSampler, type Sampling } from "./sampling.js";
import { requireSharingOptions, share, type SharingOptions, sharingOptionKinds } from "./share.js";
import type { SharedWeights } from "./shared-weights.js";

export interface TrainSupernetOptions<A extends AnyArchitecture = AnyArchitecture> extends SharingOptions<A> {
  /** Which path a batch trains: see `Sampling`. Default `"uniform"`. */
  readonly sampling?: Sampling;
}

/**
 * Trains a supernet, one path a batch. A training that diverges or is stopped gives what there is.
 *
 * @throws RangeError, RecipeError or DatasetError for what cannot be trained, naming it
 * @throws SpecError if `out` holds something else
 * @throws EngineUnavailableError when no engine that keeps weights can be used here
 * @example
 * ```
 * const shared = await trainSupernet(supernet(SmallCells, { classes: 10 }), { dataset: "procedural:12", recipe: "tiny" });
 * const found = await search(SmallCells, { strategy: evolution(), objective: shared.objective(), budget: 1000 });
 * ```
 */
export async function trainSupernet<A extends AnyArchitecture>(
  supernet: Supernet<A>,
  options: TrainSupernetOptions<A>,
): Promise<SharedWeights<A>> {
  const fn = "trainSupernet";
  requireSupernet(fn, supernet);
  requireSharingOptions(fn, options);
  expectOptions(fn, options, { ...sharingOptionKinds, sampling: "text?" });
  const { sampling = "uniform", seed = 0 } = options;
  if (sampling !== "uniform" && sampling !== "fair")
    throw new RangeError(`${fn}: sampling must be "uniform" or "fair", got ${say(sampling)}`);
  const { shared } = await share(fn, supernet, options, {
    strategy: { name: sampling, settings: {} },
    begin: () => ({ path: pathSampler(supernet.space, sampling, seed) }),
  });
  return shared;
}
