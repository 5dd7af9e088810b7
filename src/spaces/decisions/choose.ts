/**
 * A design space as a program of named choices: `decide(choose)` asks for one value after the other and returns the
 * architecture that they make. Who runs it answers: a sampler draws, an enumeration counts through, a search repeats
 * what it knows and changes one answer. The author of a space writes the program and nothing else.
 */
import type { Architecture } from "../../architectures/anynet/architecture.js";

/**
 * What there is to choose from: a list of equally likely options, or values with their probabilities, as a `Dimension`
 * has them (`uniform`, `logUniform`, `powersOfTwo`, `oneOf`). Numbers that rise are ordered: their neighbours are the
 * next smaller and the next greater one. All others are neighbours of each other. Options are numbers, texts, booleans,
 * or objects; objects are told apart by their `name`, else by their place.
 */
export type Options<T> =
  | readonly T[]
  | { readonly values: readonly T[]; readonly probabilities: readonly number[] };

/** The options themselves. */
export const valuesOf = <T>(options: Options<T>): readonly T[] =>
  "probabilities" in options ? options.values : options;

/** Asks for one of some options. Each name is asked for once on a way through the program. */
export interface Choose {
  /** Whatever is asked afterwards may depend on the answer. */
  <const T>(name: string, options: Options<T>): T;
  /**
   * The same for a choice on which nothing depends that is asked afterwards: neither whether it is asked, nor its
   * options. The ways through the program then are counted without walking each; a program that breaks this is stopped.
   */
  readonly free: <const T>(name: string, options: Options<T>) => T;
  /**
   * Several in a row, of which each depends on the one before and nothing that is asked afterwards on any:
   * `chain(["w1", "w2"], previous => widths.filter(w => w >= (previous ?? 0)))`. For the first, `previous` is undefined.
   * What are no numbers need their type: `chain<string>(…)`.
   */
  readonly chain: <T = number>(
    names: readonly string[],
    options: (previous: T | undefined, place: number) => Options<T>,
  ) => T[];
}

/**
 * Makes an architecture of what it chooses, the same for the same answers; undefined where they make none (that counts
 * as a rejection when it is drawn).
 */
export type Program<A = Architecture> = (choose: Choose) => A | undefined;
