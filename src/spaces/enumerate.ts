/** All architectures of a small space, instead of a sample of a large one. */
import type { Architecture } from "../architectures/anynet/architecture.js";
import { USUAL_RESOLUTION } from "../architectures/build.js";
import { canonical } from "../architectures/canonical.js";
import { countChecked, requireTrue } from "../architectures/count-architecture.js";
import { checkArchitecture } from "../architectures/families.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { expectOptions } from "../base/expect-options.js";
import { isObject, say } from "../base/say.js";
import { admission } from "./admission.js";
import { decisions } from "./decisions/decisions-of.js";
import { type Constraints, SamplingError } from "./sample.js";
import type { Sample, Space } from "./space.js";

export interface EnumerateOptions<A extends AnyArchitecture = Architecture> {
  /** The first so many. Default: all. */
  readonly n?: number;
  /** What an architecture must satisfy, as in `sample`. */
  readonly where?: Constraints<A>;
  /** Height and width of the image at which complexity is counted, pixels. Default: the architecture's own, or 224. */
  readonly resolution?: number;
  /** Of those that compute the same function (`canonical`) the first alone. Default false. */
  readonly distinct?: boolean;
}

/** Ways through a program that are walked at most: of a larger space one takes a sample. */
const MOST_WAYS = 10_000_000;

/**
 * The architectures of a space in the order of its choices, the last choice counting fastest, with what they cost.
 *
 * @throws RangeError for a space that has no program of choices, or more than ten million ways and no `n`
 * @throws SamplingError if there are fewer than `n`
 * @example
 * ```ts
 * const two = new DecisionSpace("two", choose => {
 *   const stage = { depth: choose("d", [1, 2]), width: choose("w", [8, 16]), bottleneck: 1, groupWidth: 8, stride: 2 };
 *   return anyNet([stage]);
 * });
 * enumerate(two, { resolution: 32 }).map(({ params }) => params); // => [11144, 20488, 11896, 22248]
 * ```
 */
export function enumerate<A extends AnyArchitecture = Architecture>(
  space: Space<A>,
  options: EnumerateOptions<A> = {},
): Sample<A>[] {
  expectOptions("enumerate", options, {
    n: "number?",
    where: "object?",
    resolution: "number?",
    distinct: "boolean?",
  });
  const { n, where, resolution, distinct = false } = options;
  for (const [name, value] of Object.entries({ n, resolution })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new RangeError(`enumerate: ${name} must be a positive integer, got ${say(value)}`);
  }
  if (!isObject(space) || typeof space.decide !== "function") {
    const got = isObject(space) && typeof space.name === "string" ? space.name : say(space);
    const remedy = typeof space === "string" ? `; spaceByName(${say(space)}) is the space of that name` : "";
    throw new RangeError(`enumerate: expected a space with a program of choices, got ${got}${remedy}`);
  }
  const program = decisions(space);
  const windows = admission("enumerate", space, where, resolution);
  const tooMany = (ways: string) =>
    new RangeError(
      `enumerate: expected at most ${MOST_WAYS} ways, got ${ways} of ${space.name}; take a sample() of it, or the first n`,
    );
  // Told before they are walked: millions of architectures do not fit into memory.
  if (n === undefined && program.size > MOST_WAYS) throw tooMany(`${program.size}`);
  const seen = new Set<string>();
  const found: Sample<A>[] = [];
  let walked = 0;
  for (const { architecture } of program.ways()) {
    if (++walked > MOST_WAYS) throw tooMany(`${walked} or more`);
    if (!windows.admits(architecture)) continue;
    if (distinct) {
      const form = canonical(architecture);
      if (seen.has(form)) continue;
      seen.add(form);
    }
    checkArchitecture("enumerate", architecture);
    const size = resolution ?? architecture.resolution ?? USUAL_RESOLUTION;
    const cost = countChecked(architecture, size);
    requireTrue("enumerate", architecture, size, cost);
    found.push({ architecture, ...cost });
    if (found.length === n) return found;
  }
  if (n === undefined) return found;
  const what = distinct ? "different functions" : "architectures";
  throw new SamplingError(
    `enumerate: expected ${n} ${what} of ${space.name}, which has ${found.length}${windows.refusals()}; ask for as many`,
  );
}
