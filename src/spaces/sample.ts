/**
 * Sampling: draw candidates from a space until n of them satisfy the constraints (paper, section 3.1).
 */
import { shownSamples } from "./shown-samples.js";
import { refuseUnknown } from "../base/expect-options.js";
import type { Architecture } from "../architectures/anynet/architecture.js";
import type { Stage } from "../architectures/anynet/block.js";
import { blocksOf } from "../architectures/anynet/family.js";
import { USUAL_RESOLUTION } from "../architectures/build.js";
import { checkArchitecture, copyArchitecture, familyOf } from "../architectures/families.js";
import type { AnyArchitecture, GivenArchitecture } from "../architectures/family.js";
import type { Complexity } from "../networks/complexity.js";
import { countChecked, requireTrue } from "../architectures/count-architecture.js";
import { holdsForAll } from "../base/expect.js";
import { checkedRandom, type Random, seeded } from "../base/random.js";
import { isObject, say } from "../base/say.js";
import { decided, requireCondition, type Sample, type Space } from "./space.js";

/** A closed interval [low, high]. */
export type Window = readonly [low: number, high: number];

/** What a sampled network must satisfy. */
export interface Constraints<A extends AnyArchitecture = Architecture> {
  readonly flops?: Window;
  readonly params?: Window;
  readonly acts?: Window;
  /**
   * Multiply-adds with pixels, without those with padding: `countArchitecture(…, { taps: "inside" })`. Blocks of other
   * kinds do equal work only at equal effective flops; on small images flops differ by up to half.
   */
  readonly effectiveFlops?: Window;
  /** Blocks in all stages together. */
  readonly depth?: Window;
  /** Any further condition. */
  readonly accept?: (candidate: Sample<A>) => boolean;
}

/** How far sampling has come. */
export interface SampleProgress {
  readonly drawn: number;
  readonly accepted: number;
  /** How many are wanted. */
  readonly n: number;
}

export interface SampleOptions<A extends AnyArchitecture = Architecture> {
  /** How many architectures to accept. */
  readonly n: number;
  /** A seed, or a generator that continues from where it is. Default: 1, as a sweep's and the command line's. */
  readonly seed?: number | Random;
  readonly where?: Constraints<A>;
  /**
   * Height and width of the image at which complexity is counted, pixels. Default: the architecture's own where
   * the space draws it, else 224.
   */
  readonly resolution?: number;
  /** Candidates to draw at most before giving up. Default 20 million. */
  readonly limit?: number;
  /** Called about ten times a second, and when the sample is complete. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

/** A sample that could not be completed; says how many candidates were drawn and why they were rejected. */
export class SamplingError extends Error {
  override readonly name = "SamplingError";
}

/**
 * Blocks in all stages together; of another family than AnyNet, its parameter `depth`.
 *
 * @example
 * ```ts
 * depthOf(zoo("RegNetX-200MF").architecture); // => 13
 * ```
 */
export function depthOf(architecture: GivenArchitecture): number {
  if (isObject(architecture) && architecture.family !== undefined)
    return familyDepth("depthOf", architecture);
  const { stages } = (isObject(architecture) ? architecture : {}) as Partial<Architecture>;
  if (!Array.isArray(stages)) {
    throw new RangeError(
      `depthOf: expected an architecture, got ${say(architecture)}; a sample has one as its architecture`,
    );
  }
  const odd = stages.findIndex(stage => typeof (stage as Partial<Stage> | null)?.depth !== "number");
  if (odd >= 0) throw new RangeError(`depthOf: expected stages with a depth, got ${say(stages[odd])}`);
  return blocksOf(stages);
}

function familyDepth(caller: string, architecture: AnyArchitecture): number {
  const family = familyOf(architecture);
  const { depth } = family.parameters(architecture) as { readonly depth?: unknown };
  if (typeof depth === "number") return depth;
  throw new RangeError(
    `${caller}: family "${family.name}" has no depth; give its parameters() one, or leave the window of depth out`,
  );
}

/** Draws between two looks at the clock. */
const CHECK_CLOCK = 4096;
const PROGRESS_MS = 100;

/**
 * Draws from `space` until `n` candidates satisfy `where`.
 *
 * @throws RangeError for a window that is no pair of numbers, empty or negative, or a count that is not a positive integer
 * @throws NetworkError if a candidate cannot be built, naming the block and the layer; a user's block is built now and
 *   then to be sure
 * @throws SamplingError if `limit` candidates do not yield `n`, with the acceptance rate and, for each
 *   constraint, the range the candidates had
 * @example
 * ```ts
 * const networks = sample(AnyNetXC, { n: 3, seed: 1, where: { flops: [360e6, 400e6] } });
 * networks.map(({ flops }) => flops); // => [391135752, 398715880, 367909352]
 * ```
 */
export function sample<A extends AnyArchitecture = Architecture>(
  space: Space<A>,
  options: SampleOptions<A>,
): Sample<A>[] {
  const { n, seed = 1, where = {}, resolution, limit = 20e6, onProgress } = checked(space, options);
  for (const [name, value] of Object.entries({ n, limit, ...(resolution !== undefined && { resolution }) })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new RangeError(`sample: ${name} must be a positive integer, got ${say(value)}`);
    }
  }
  if (n > limit) {
    throw new RangeError(
      `sample: n must be at most limit, the candidates to draw, ${limit}, got ${n}; raise limit`,
    );
  }
  const windows = checkedWindows(where);
  const refused = { draw: 0, space: 0, accept: 0 };
  const random =
    typeof seed === "function" ? checkedRandom("sample", seed, "the generator given as seed") : seeded(seed);
  const accepted: Sample<A>[] = [];
  let reported = performance.now();
  for (let drawn = 1; drawn <= limit; drawn++) {
    if (onProgress && drawn % CHECK_CLOCK === 0 && performance.now() - reported > PROGRESS_MS) {
      reported = performance.now();
      onProgress({ drawn, accepted: accepted.length, n });
    }
    if (drawn === HOPELESS && accepted.length === 0 && options.limit === undefined) {
      const beyond = windows.find(window => window.isBeyond());
      if (beyond) {
        throw new SamplingError(
          `sample: none of ${HOPELESS.toLocaleString("en")} candidates of ${space.name} comes near: ${beyond.toString()}; ${remedyFor(beyond, resolution)}`,
        );
      }
    }
    const sketch = space.sketch ? space.sketch(random) : space.draw(random);
    if (!sketch) {
      refused.draw++;
      continue;
    }
    const size = resolution ?? sketch.resolution ?? USUAL_RESOLUTION;
    const cost = countChecked(sketch, size);
    if (!windows.every(window => window.holds(measured(window.key, sketch, size, cost)))) continue;
    const candidate: Sample<A> = { architecture: space.sketch ? copyArchitecture(sketch) : sketch, ...cost };
    if (space.accepts && !decided("the space's condition", space.accepts(candidate))) refused.space++;
    else if (where.accept && !decided("accept()", where.accept(candidate))) refused.accept++;
    else {
      checkArchitecture("sample", sketch);
      requireTrue("sample", sketch, size, cost);
      accepted.push(candidate);
    }
    if (accepted.length === n) {
      onProgress?.({ drawn, accepted: n, n });
      return shownSamples(accepted);
    }
  }
  const rate = ((100 * accepted.length) / limit).toPrecision(2);
  const reasons = [
    ...windows.map(String),
    refused.draw > 0 && `${refused.draw} settings gave no architecture`,
    refused.space > 0 && `the space's own condition refused ${refused.space}`,
    refused.accept > 0 && `accept() refused ${refused.accept}`,
  ].filter(Boolean);
  throw new SamplingError(
    `sample: ${limit} candidates of ${space.name} gave ${accepted.length} of ${n} (acceptance rate ${rate} %): ` +
      `${reasons.join("; ")}. Widen the window, or raise limit`,
  );
}

/** Misuse that a cell's types only warn of. */
function checked<A extends AnyArchitecture>(space: Space<A>, options: SampleOptions<A>): SampleOptions<A> {
  const draws = isObject(space) && (typeof space.sketch === "function" || typeof space.draw === "function");
  if (!draws) {
    const remedy =
      typeof space === "string" ? `spaceByName(${say(space)}) is the space of that name` : "AnyNetXA is one";
    throw new RangeError(`sample: expected a space, got ${say(space)}; ${remedy}`);
  }
  const example = "for example { n: 10, seed: 1 }";
  if (!isObject(options)) throw new RangeError(`sample: expected options, got ${say(options)}; ${example}`);
  refuseUnknown("sample", options, {
    n: true,
    seed: true,
    where: true,
    resolution: true,
    limit: true,
    onProgress: true,
  });
  const { seed, where, onProgress } = options;
  if (seed !== undefined && typeof seed !== "number" && typeof seed !== "function") {
    throw new RangeError(`sample: seed must be an integer or a generator, got ${say(seed)}; ${example}`);
  }
  if (where !== undefined && !isObject(where)) {
    throw new RangeError(`sample: where must be windows such as { flops: [3e8, 4e8] }, got ${say(where)}`);
  }
  if (where?.accept !== undefined) requireCondition("sample: accept", where.accept);
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new RangeError(`sample: onProgress must be a function, got ${say(onProgress)}`);
  }
  return options;
}

/** Candidates after which a window that lies beyond all of them is given up, where no limit was asked for: some two seconds. */
const HOPELESS = 2_000_000;

/** What to do about a window that no candidate comes near. */
function remedyFor({ key, side }: Check, resolution: number | undefined): string {
  const move = `move the window ${side === "below" ? "up" : "down"}`;
  if (key === "depth") return `${move}, or give limit to search on`;
  const size = resolution ?? USUAL_RESOLUTION;
  return (
    `they are counted at ${size} × ${size} pixels with the space's own classes and stem: to count as a sweep on small images does, give ` +
    `resolution and space.with({ classes, stem }), or ask networksOf(spec); or ${move}, or give limit to search on`
  );
}

/** What a window holds a candidate to. */
export function measured(key: WindowKey, sketch: AnyArchitecture, size: number, cost: Complexity): number {
  if (key === "depth") return sketchDepth(sketch);
  if (key === "effectiveFlops") return countChecked(sketch, size, "inside").flops;
  return cost[key];
}

/** Blocks in all stages together, or what another family says. */
export const sketchDepth = (sketch: AnyArchitecture): number =>
  sketch.family ? familyDepth("sample", sketch) : blocksOf((sketch as Architecture).stages);

/** The windows, those that cost more to look at last. */
const windowKeys = ["depth", "flops", "params", "acts", "effectiveFlops"] as const;
type WindowKey = (typeof windowKeys)[number];

/** A window with a record of what it met. */
class Check {
  readonly key: WindowKey;
  readonly #window: Window;
  #refused = 0;
  #least = Infinity;
  #most = -Infinity;

  constructor(key: Check["key"], window: Window) {
    this.key = key;
    this.#window = window;
  }
  holds(value: number): boolean {
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    if (value >= this.#window[0] && value <= this.#window[1]) return true;
    this.#refused++;
    return false;
  }
  /** Whether all values that it met lie on one side of it. */
  isBeyond(): boolean {
    return this.#least > this.#window[1] || (this.#least <= this.#most && this.#most < this.#window[0]);
  }
  /** On which side of the drawn values the window lies. */
  get side(): "below" | "above" {
    return this.#least > this.#window[1] ? "below" : "above";
  }
  toString(): string {
    const met = this.#least <= this.#most ? ` (drawn values lie in [${this.#least}, ${this.#most}])` : "";
    return `${this.key} in [${this.#window.join(", ")}] refused ${this.#refused}${met}`;
  }
}

/** @throws RangeError for a window that is none, and for a constraint that there is not */
export function checkedWindows(where: { readonly [K in WindowKey]?: Window }, caller = "sample"): Check[] {
  const known: readonly string[] = [...windowKeys, "accept"];
  const unknown = Object.keys(where).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`${caller}: unknown constraint ${say(unknown)}; known are ${known.join(", ")}`);
  }
  return windowKeys.flatMap(key => {
    const window = where[key];
    if (window === undefined) return [];
    const isPair =
      Array.isArray(window) && window.length === 2 && holdsForAll(window, v => typeof v === "number");
    if (!(isPair && window[0] >= 0 && window[0] <= window[1])) {
      const got = Array.isArray(window) ? `[${window.map(String).join(",")}]` : say(window);
      throw new RangeError(
        `${caller}: ${key} must be a window [low, high] with 0 ≤ low ≤ high, got ${got}; to allow any, leave ${key} out`,
      );
    }
    return [new Check(key, window)];
  });
}
