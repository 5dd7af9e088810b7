/**
 * Sampling: draw candidates from a space until n of them satisfy the constraints (paper, section 3.1).
 */
import type { Architecture } from "../networks/architecture.js";
import type { Complexity } from "../networks/complexity.js";
import { countArchitecture } from "../networks/count-architecture.js";
import { type Random, seeded } from "../random.js";
import type { Space } from "./space.js";

/** A closed interval [low, high]. */
export type Window = readonly [low: number, high: number];

/** What a sampled network must satisfy. */
export interface Constraints {
  readonly flops?: Window;
  readonly params?: Window;
  readonly acts?: Window;
  /** Blocks in all stages together. */
  readonly depth?: Window;
  /** Any further condition. */
  readonly accept?: (candidate: Sample) => boolean;
}

export interface SampleOptions {
  /** How many architectures to accept. */
  readonly n: number;
  /** A seed, or a generator that goes on from where it is. */
  readonly seed: number | Random;
  readonly where?: Constraints;
  /** Height and width of the image at which complexity is counted, pixels. Default 224. */
  readonly resolution?: number;
  /** Candidates to draw at most before giving up. Default 20 million. */
  readonly limit?: number;
}

/** An accepted architecture and what it costs. */
export interface Sample extends Complexity {
  readonly architecture: Architecture;
}

/** A sample that could not be completed; says how many candidates were drawn and why they were refused. */
export class SamplingError extends Error {
  override readonly name = "SamplingError";
}

/** Blocks in all stages together. */
export const depthOf = ({ stages }: Architecture): number => stages.reduce((d, s) => d + s.depth, 0);

/**
 * Draws from `space` until `n` candidates satisfy `where`.
 *
 * @throws RangeError for a window that is empty or negative, or a count that is not a positive integer
 * @throws SamplingError if `limit` candidates do not yield `n`, with the acceptance rate and, for each
 *   constraint, the range the candidates had
 */
export function sample(space: Space, options: SampleOptions): Sample[] {
  const { n, seed, where = {}, resolution = 224, limit = 20e6 } = options;
  if (!(Number.isInteger(n) && n > 0)) throw new RangeError(`sample: n must be a positive integer, got ${n}`);
  const windows = checkedWindows(where);
  const random = typeof seed === "function" ? seed : seeded(seed);
  const accepted: Sample[] = [];
  const seen = new Map(windows.map(({ key }) => [key, { low: Infinity, high: -Infinity, refused: 0 }]));
  for (let drawn = 0; drawn < limit; drawn++) {
    const architecture = space.draw(random);
    if (!architecture) continue;
    const candidate = { architecture, ...countArchitecture(architecture, resolution) };
    let inside = true;
    for (const { key, low, high } of windows) {
      const value = key === "depth" ? depthOf(architecture) : candidate[key];
      const record = seen.get(key)!;
      if (value < record.low) record.low = value;
      if (value > record.high) record.high = value;
      if (value < low || value > high) {
        record.refused++;
        inside = false;
        break;
      }
    }
    if (!inside || (where.accept && !where.accept(candidate))) continue;
    accepted.push(candidate);
    if (accepted.length === n) return accepted;
  }
  const reasons = windows.map(({ key, low, high }) => {
    const { low: least, high: most, refused } = seen.get(key)!;
    return `${key} in [${low}, ${high}] refused ${refused} (drawn values lie in [${least}, ${most}])`;
  });
  throw new SamplingError(
    `sample: ${limit} candidates of ${space.name} gave ${accepted.length} of ${n} (acceptance rate ` +
      `${((100 * accepted.length) / limit).toPrecision(2)} %): ${reasons.join("; ") || "draw gave no architecture"}. ` +
      "Widen the window, or raise limit",
  );
}

function checkedWindows(
  where: Constraints,
): { key: "flops" | "params" | "acts" | "depth"; low: number; high: number }[] {
  const keys = ["depth", "flops", "params", "acts"] as const;
  return keys.flatMap(key => {
    const window = where[key];
    if (!window) return [];
    const [low, high] = window;
    if (!(low >= 0 && low <= high)) {
      throw new RangeError(
        `sample: ${key} must be a window [low, high] with 0 ≤ low ≤ high, got [${window}]`,
      );
    }
    return [{ key, low, high }];
  });
}
