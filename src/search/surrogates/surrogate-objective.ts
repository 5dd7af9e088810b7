/** A surrogate in the place of what it was fitted to: a search by it costs nothing but the fit. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Encoder } from "../encodings/encoder.js";
import type { MeasuredObjective } from "../objective.js";
import type { FittedSurrogate } from "./surrogate.js";

/**
 * What a fitted surrogate expects of an architecture, as an objective. It knows whole trainings alone, and how unsure it is
 * stands in the record. What it was fitted to is part of its identity, by a sum that tells data from each other.
 *
 * @param encoder the one whose vectors it was fitted to
 * @throws RangeError for what is no fitted surrogate, or no encoder
 * @example
 * ```ts
 * import { encoder, linearEnsemble, random, search, surrogateObjective, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const encoded = encoder(SmallAssignments, { kind: "scaled" });
 * const ways = [...decisions(SmallAssignments).ways()].slice(0, 200);
 * const fitted = linearEnsemble().fit(
 *   ways.map(way => encoded.encode(way)),
 *   ways.map(way => assignments.look(way).error),
 * );
 * const objective = surrogateObjective(fitted, encoded);
 * const found = await search(SmallAssignments, { strategy: random(), objective, budget: 50 });
 * found.bestSoFar.at(-1); // ≈ 14.2
 * ```
 */
export function surrogateObjective<A extends AnyArchitecture>(
  fitted: FittedSurrogate,
  encoder: Encoder<A>,
): MeasuredObjective<A> {
  const caller = "surrogateObjective";
  if (!isObject(fitted) || typeof fitted.predict !== "function") {
    throw new RangeError(
      `${caller}: expected what linearEnsemble().fit(…) gives, got ${say(fitted)}; fit the surrogate first`,
    );
  }
  if (!isObject(encoder) || typeof encoder.encode !== "function") {
    throw new RangeError(`${caller}: expected an encoder such as encoder(space), got ${say(encoder)}`);
  }
  const program = decisions(encoder.space);
  return {
    name: `error by a ${fitted.name}`,
    settings: { surrogate: fitted.identity, encoding: encoder.settings },
    ignoresEpochs: true,
    measure(architecture, { epochs }) {
      if (epochs !== undefined) {
        throw new RangeError(
          `${caller}: expected to be asked for whole trainings, got ${say(epochs)} epochs, which a surrogate tells nothing of; ask for no epochs`,
        );
      }
      const { mean, deviation } = fitted.predict([encoder.encode(program.encode(architecture))]);
      return {
        value: mean[0],
        cost: { images: 0 },
        ...(deviation && { details: { deviation: deviation[0] } }),
      };
    },
  };
}
