/** What an architecture costs, counted: an objective beside the error, and the baseline of all measures without training. */
import { countArchitecture } from "../../architectures/count-architecture.js";
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import type { MeasuredObjective } from "../objective.js";
import { noFacts } from "./details.js";

/** What can be counted, with its unit. */
const units = {
  flops: "multiply-adds",
  params: "parameters",
  acts: "activations",
  effectiveFlops: "multiply-adds",
} as const;

/** `effectiveFlops`: multiply-adds with pixels, without those with padding. */
export type ComplexityName = keyof typeof units;

export interface ComplexityOptions {
  /** Height and width of the image, pixels. Default: the architecture's own, or 224. */
  readonly resolution?: number;
  /** Default `"least"`; `"greatest"` makes a baseline of it that prefers large networks. */
  readonly better?: "least" | "greatest";
}

/**
 * A count of `countArchitecture` as an objective. It costs no images, and no time to speak of.
 *
 * @throws RangeError for a count that there is not, or an option that is not what it must be
 * @example
 * ```ts
 * import { complexityOf, random, search } from "netspace/search";
 *
 * const params = complexityOf("params");
 * const found = await search(NasBench201, { strategy: random(), objective: params, budget: 20 });
 * [params.unit, found.bestSoFar.at(-1)]; // => ["parameters", 73306]
 * ```
 */
export function complexityOf(what: ComplexityName, options: ComplexityOptions = {}): MeasuredObjective {
  if (typeof what !== "string" || !Object.hasOwn(units, what)) {
    throw new RangeError(`complexityOf: expected ${Object.keys(units).join(", ")}, got ${say(what)}`);
  }
  expectOptions("complexityOf", options, { resolution: "number?", better: "text?" });
  const { resolution, better = "least" } = options;
  if (resolution !== undefined && !(Number.isSafeInteger(resolution) && resolution > 0)) {
    throw new RangeError(`complexityOf: resolution must be a positive integer, got ${say(resolution)}`);
  }
  if (better !== "least" && better !== "greatest") {
    throw new RangeError(`complexityOf: better must be "least" or "greatest", got ${say(better)}`);
  }
  return {
    name: what,
    settings: { ...(resolution !== undefined && { resolution }), better },
    better,
    unit: units[what],
    ignoresEpochs: true,
    measure(architecture) {
      const size = resolution ?? architecture.resolution ?? USUAL_RESOLUTION;
      const value =
        what === "effectiveFlops"
          ? countArchitecture(architecture, size, { taps: "inside" }).flops
          : countArchitecture(architecture, size)[what];
      return { value, cost: { images: 0, seconds: 0 }, details: { ...noFacts, resolution: size } };
    },
  };
}
