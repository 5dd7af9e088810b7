/** The networks of a sweep before it is trained. */
import { shownSamples } from "../../spaces/shown-samples.js";
import type { Sample } from "../../spaces/space.js";
import { samplesOf } from "../samples.js";
import { completeSpec, type SweepSpec } from "../spec.js";

/**
 * The networks that `sweep(spec)` trains, in its order: counted at the dataset's resolution, with its classes and the spec's
 * stem, which `sample` knows nothing of.
 *
 * @throws SpecError if the spec is not valid
 * @throws SamplingError if its windows are (nearly) empty
 * @throws DatasetError if the dataset cannot be described
 * @example
 * ```ts
 * const networks = await networksOf({
 *   space: "RegNetX", n: 3, where: { flops: [2e6, 4e6] }, stem: { kind: "simple", width: 16 },
 *   dataset: datasetByName("procedural:32"), recipe: "tiny",
 * });
 * networks.length; // => 3
 * ```
 */
export async function networksOf(spec: SweepSpec): Promise<Sample[]> {
  return shownSamples(samplesOf(await completeSpec(spec)));
}
