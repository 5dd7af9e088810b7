/**
 * Ways of a space as vectors of one length, for surrogates: what was chosen follows from the program of choices, so that no
 * author of a space writes an encoding.
 */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { Way } from "../../spaces/decisions/way.js";
import type { Space } from "../../spaces/space.js";
import { isCount } from "../strategy.js";
import { choiceColumns } from "./choice-columns.js";
import { pathColumns } from "./path-columns.js";

/**
 * - `"one-hot"`: a number for each option of each choice, 1 where it was chosen; of a cell's choices this is what the
 *   literature calls the adjacency encoding.
 * - `"scaled"`: the same, but numbers of three options and more are one number in (0, 1], their place among their options.
 * - `"pooled"`: as `"scaled"`, but choices whose names differ in their numbers alone, as `b1.op` and `b2.op` do, share their
 *   numbers, which are means over them: what was learned of small architectures says something of greater ones.
 * - `"path"`: a number for each row of operations that can lead from a cell's input to its output, 1 where the cell has such
 *   a path; for architectures that are graphs, as cells are (`Family.graphs`).
 *
 * A choice that is not asked for on a way is 0 throughout; one with a single option is left out.
 */
export type EncodingKind = "one-hot" | "scaled" | "pooled" | "path";
export const encodingKinds: readonly EncodingKind[] = ["one-hot", "scaled", "pooled", "path"];

export interface EncoderOptions {
  /** Default `"one-hot"`. */
  readonly kind?: EncodingKind;
  /** Of paths: operations at most; longer ones are left out. Default: as many as make no more than 4,096 numbers. */
  readonly longest?: number;
}

export interface Encoder<A extends AnyArchitecture = AnyArchitecture> {
  /** Its kind and what else decides the vectors, as plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly space: Space<A>;
  /** What each number says, such as `"e1_0=none"`. */
  readonly names: readonly string[];
  /** How many numbers. */
  readonly length: number;
  /**
   * The vector of a way of the space, or of the same space with other fixed parts.
   *
   * @throws RangeError for what is no way, and for a way of another space
   */
  encode(way: Way<A>): Float64Array;
}

/** How a kind of encoding writes a way. */
export interface Columns {
  readonly names: readonly string[];
  /** Writes into zeros. */
  write(way: Way<AnyArchitecture>, into: Float64Array): void;
}

/**
 * An encoder of a space's ways.
 *
 * @throws RangeError for a space without a program of choices, and of paths where its architectures are no graphs
 * @example `encoder(NasBench201, { kind: "one-hot" }).length` is 30
 */
export function encoder<A extends AnyArchitecture = Architecture>(
  space: Space<A>,
  options: EncoderOptions = {},
): Encoder<A> {
  expectOptions("encoder", options, { kind: "text?", longest: "number?" });
  const { kind = "one-hot", longest } = options;
  requireKind("encoder", kind);
  if (longest !== undefined && (kind !== "path" || !isCount(longest))) {
    throw new RangeError(
      `encoder: longest must be a positive integer, and is for kind "path" alone, got ${say(longest)} and ${say(kind)}`,
    );
  }
  const program = decisions(space);
  const columns: Columns =
    kind === "path" ? pathColumns(program, longest) : choiceColumns(space.name, program.vocabulary, kind);
  const { names } = columns;
  return {
    settings: { kind, ...(longest !== undefined && { longest }) },
    space,
    names,
    length: names.length,
    encode(way) {
      if (!(way instanceof Way)) {
        throw new RangeError(
          `encoder: expected a way of ${space.name}, got ${say(way)}; decisions(space).encode(architecture) is an architecture's`,
        );
      }
      const vector = new Float64Array(names.length);
      columns.write(way, vector);
      return vector;
    },
  };
}

/** @throws RangeError for a kind of encoding that there is not */
export function requireKind(caller: string, kind: unknown): asserts kind is EncodingKind {
  if (encodingKinds.includes(kind as EncodingKind)) return;
  throw new RangeError(
    `${caller}: kind must be one of ${encodingKinds.map(say).join(", ")}, got ${say(kind)}`,
  );
}
