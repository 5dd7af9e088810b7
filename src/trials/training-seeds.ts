/** Where a sweep's training seeds come from: a number in the spec, or a range that no other population has. */
import { createHash } from "node:crypto";
import { MOST_SEED } from "../base/random.js";
import { spaceIdentity } from "./space-spec.js";
import type { CheckedSpec } from "./spec.js";
import { canonicalJson } from "./trial.js";

/** Length of a population's own range of seeds, more than a sweep has trials. */
export const OWN_RANGE = 2 ** 20;

/** Own ranges lie above every seed that a spec without a `trainingSeed` trains with. */
const FIRST_RANGE = Math.ceil((MOST_SEED + OWN_RANGE) / OWN_RANGE);

/**
 * The seed that trial 0 trains with; trial i trains with this + i.
 *
 * With `trainingSeed: "own"` it is the start of one of 2³² ranges, chosen by the hash of what decides which networks
 * are sampled: space, seed, windows and stem. Populations of other networks thus share no training seed, while the
 * same networks with another dataset, recipe or number, or trained again, keep theirs.
 */
export function firstTrainingSeed(
  spec: Pick<CheckedSpec, "space" | "seed" | "where" | "stem" | "trainingSeed">,
): number {
  const { space, seed, where, stem, trainingSeed = seed } = spec;
  if (trainingSeed !== "own") return trainingSeed;
  const sampled = canonicalJson({ space: spaceIdentity(space), seed, where, stem });
  return (FIRST_RANGE + createHash("sha256").update(sampled).digest().readUInt32BE()) * OWN_RANGE;
}
