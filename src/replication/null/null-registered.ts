/**
 * Registered populations before they are trained: which networks they have is known from their sweeps, so that their
 * claims can be tried with errors of others, at the numbers of networks that were registered.
 */
import { storeArchitecture } from "../../architectures/stored.js";
import { Population } from "../../populations/population.js";
import { checkSpec } from "../../trials/spec.js";
import type { TrialRecord } from "../../trials/trial.js";
import { trialsOf } from "../../trials/trials-of.js";
import { sweepId } from "../../trials/trial.js";
import type { Random } from "../../base/random.js";
import { FirstNetworks, type RegisteredNetworks } from "../registration/registered-networks.js";
import { registeredSweep } from "../registration/registered-sweep.js";
import type { Registration } from "../registration/registration.js";

/**
 * A registered population's networks on procedural images, each with an error drawn from a pool, with replacement.
 *
 * @param pool per cent
 */
export function untrainedNetworks(
  registration: Registration,
  name: string,
  pool: readonly number[],
  random: Random,
): RegisteredNetworks {
  const spec = checkSpec(registeredSweep(registration, "procedural", name));
  const sweep = sweepId(spec);
  const trials = trialsOf(spec).map(
    ({ architecture, flops, params, acts, drawn }, index): TrialRecord => ({
      version: 1,
      id: `${sweep} ${index}`,
      sweep,
      index,
      architecture: storeArchitecture(architecture),
      complexity: { flops, params, acts },
      ...(drawn && { drawn }),
      status: "finished",
      error: pool[Math.floor(random() * pool.length)],
      endedAt: "",
    }),
  );
  return new FirstNetworks(new Population(spec, trials));
}
