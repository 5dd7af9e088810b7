/** A design space: a set of architectures with a distribution to draw them from. */
import type { Architecture } from "../architectures/anynet/architecture.js";
import type { AnyArchitecture, Family } from "../architectures/family.js";
import type { Complexity } from "../networks/complexity.js";
import type { Random } from "../base/random.js";
import { isObject, say } from "../base/say.js";
import type { Choose } from "./decisions/choose.js";

/** A drawn architecture and what it costs. */
export interface Sample<A extends AnyArchitecture = Architecture> extends Complexity {
  readonly architecture: A;
}

/** A design space of architectures of one family: AnyNets unless it says otherwise. */
export interface Space<A extends AnyArchitecture = Architecture> {
  readonly name: string;
  /** What its architectures are of. None: AnyNet. */
  readonly family?: Family<A>;
  /** The space's free parameters by name, `["d1", …, "g"]`: one that has a single value is not among them. */
  readonly dimensions: readonly string[];
  /** How many parameter settings the space has, before any are rejected. */
  readonly size: bigint;
  /** Draws one architecture; undefined where the drawn parameters give none (it counts as a rejection). */
  draw(random: Random): A | undefined;
  /**
   * As `draw`, with the same numbers from `random`, but the next call writes over the architecture. `sample` uses
   * it where it is there, since most candidates are thrown away, and copies what it accepts.
   */
  sketch?(random: Random): A | undefined;
  /** The space's own condition on what its networks cost, as constrained RegNetX has one; it must not keep them. */
  accepts?(candidate: Sample<A>): boolean;
  /** The space as a program of choices, from which `decisions` derives all that searches need. */
  decide?(choose: Choose): A | undefined;
  /** Choices of the program that make this architecture, by name, where the space knows them; undefined if none do. */
  choicesOf?(architecture: A): Readonly<Record<string, unknown>> | undefined;
  /** The same space with other fixed parts: of AnyNets block, stem, activation, number of classes. */
  with?(base: Partial<A>): Space<A>;
}

/** Both conditions. */
export const both = (
  first: ((candidate: Sample) => boolean) | undefined,
  second: (candidate: Sample) => boolean,
): ((candidate: Sample) => boolean) =>
  first ? candidate => decided("a space's condition", first(candidate)) && second(candidate) : second;

/** A condition's answer, which must be one: a promise would accept everything, nothing would reject it. */
export function decided(what: string, answer: unknown): boolean {
  if (typeof answer === "boolean") return answer;
  if (answer instanceof Promise) answer.catch(() => undefined);
  if (answer === undefined || answer instanceof Promise) {
    const got = answer === undefined ? "nothing" : "a promise";
    const remedy = answer === undefined ? "return it" : "make it no async function";
    throw new RangeError(`sample: ${what} must say true or false, got ${got}; ${remedy}`);
  }
  return Boolean(answer);
}

export function requireCondition(caller: string, condition: unknown): void {
  if (typeof condition === "function") return;
  throw new RangeError(
    `${caller}: expected a condition such as ({ params }) => params < 5e6, got ${say(condition)}`,
  );
}

/** Stages that a space has at most. */
const MOST_STAGES = 1000;

export function requireStages(caller: string, stages: number): void {
  if (Number.isInteger(stages) && stages > 0 && stages <= MOST_STAGES) return;
  const most = typeof stages === "number" && stages > MOST_STAGES ? ` of at most ${MOST_STAGES}` : "";
  throw new RangeError(`${caller}: stages must be a positive integer${most}, got ${say(stages)}`);
}

/** What a space is made of, or an error that says that nothing came. */
export function requireOptions<T extends { readonly name: string }>(caller: string, options: T): T {
  if (isObject(options) && typeof options.name === "string") return options;
  throw new RangeError(
    `${caller}: expected { name, stages, dimensions, base, … }, got ${say(options)}; refine AnyNetXA or RegNetX instead`,
  );
}
