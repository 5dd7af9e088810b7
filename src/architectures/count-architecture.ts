/**
 * What an architecture costs, without building its network: its family's walk, with operators that add up.
 */
import { requireCount } from "./anynet/check-architecture.js";
import { buildAt, makerOf, requireFeature, USUAL_RESOLUTION } from "./build.js";
import { checkArchitecture, familyOf, isBuiltInFamily } from "./families.js";
import type { AnyArchitecture, GivenArchitecture } from "./family.js";
import { type Complexity, complexity, requireExact } from "../networks/complexity.js";
import { Counter, InsideCounter, unfit } from "../networks/assembly/counter.js";
import { NetworkError } from "../networks/shapes.js";
import { type CountOptions, requireTaps } from "../networks/taps.js";

/**
 * The same integers as `complexity(build(architecture), resolution, options)`, without building the network.
 *
 * @throws NetworkError if the architecture or the resolution has a number or name that no network can have, if its
 *   network cannot be built, or has counts of 2⁵³ or more, which are no exact integers any more
 * @example
 * ```ts
 * countArchitecture(zoo("RegNetX-200MF").architecture); // => { flops: 199040872, params: 2684792, acts: 2164056 }
 * ```
 */
export function countArchitecture(
  architecture: GivenArchitecture,
  resolution = architecture?.resolution ?? USUAL_RESOLUTION,
  options: CountOptions = {},
): Complexity {
  checkArchitecture("countArchitecture", architecture);
  requireCount("countArchitecture", "resolution", resolution);
  const taps = requireTaps("countArchitecture", options);
  const cost = countChecked(architecture, resolution, taps);
  requireTrue("countArchitecture", architecture, resolution, cost, taps);
  return cost;
}

/** A counter that counts nothing now: sampling counts millions. */
let spare: Counter | undefined;

/** `countArchitecture` for an architecture that is known to be one, as a space's are. */
export function countChecked(
  architecture: AnyArchitecture,
  resolution: number,
  taps: CountOptions["taps"] = "all",
): Complexity {
  // netspace's own blocks ask themselves what could be wrong with theirs.
  const asks = codeOf(architecture) !== undefined;
  if (taps === "inside") return sums(new InsideCounter(), architecture, resolution, asks);
  // A user's block may count other architectures meanwhile.
  const counter = spare ?? new Counter();
  spare = undefined;
  const cost = sums(counter, architecture, resolution, asks);
  spare = counter;
  return cost;
}

function sums(
  counter: Counter,
  architecture: AnyArchitecture,
  resolution: number,
  asks: boolean,
): Complexity {
  try {
    requireFeature(
      architecture,
      familyOf(architecture).assemble(counter, counter.start(resolution, asks), architecture),
    );
  } catch (error) {
    throw explained(architecture, resolution, error);
  }
  const { flops, params, acts } = counter;
  // A block that makes up a feature map of its own gives one without a size; one may have widths without end.
  if (!Number.isFinite(flops + params + acts)) throw explained(architecture, resolution, unfit);
  return { flops, params, acts };
}

/** The error that building gives: counting knows only that something is wrong. */
function explained(architecture: AnyArchitecture, resolution: number, cause: unknown): NetworkError {
  try {
    checkArchitecture("countArchitecture", architecture);
    buildAt(architecture, resolution);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
  return unlike(architecture, "is built", `cannot be counted (${String(cause)})`);
}

const unlike = (architecture: AnyArchitecture, built: string, counted: string): NetworkError =>
  new NetworkError(
    `countArchitecture: ${makerOf(architecture)} ${built}, and ${counted}; its operators must depend on ${architecture.family ? "the architecture" : "build's arguments"} alone`,
  );

/** The user's code that an architecture is made by: a block or a family; undefined if all is netspace's. */
function codeOf(architecture: AnyArchitecture): object | undefined {
  const family = familyOf(architecture);
  return isBuiltInFamily(family) ? family.code?.(architecture) : family;
}

/** How many architectures of each user's block or family have been counted. */
const countedOf = new WeakMap<object, { times: number }>();
let [lastCode, last]: [object | undefined, { times: number }] = [undefined, { times: 0 }];
/** The first so many are built as well, then every so manieth: building takes hundreds of times as long. */
const [FIRST, EVERY] = [64, 4096];

/**
 * Checks that a count is exact and, now and then for a user's block or family, that it is what the built network has: a block
 * that remembers earlier calls, or names two layers alike, is seen only so.
 */
export function requireTrue(
  caller: string,
  architecture: AnyArchitecture,
  resolution: number,
  cost: Complexity,
  taps: CountOptions["taps"] = "all",
): void {
  requireExact(caller, cost);
  const code = codeOf(architecture);
  if (code === undefined) return;
  if (code !== lastCode) {
    lastCode = code;
    last = countedOf.get(code) ?? { times: 0 };
    countedOf.set(code, last);
  }
  last.times++;
  if (last.times > FIRST && last.times % EVERY !== 0) return;
  const { flops, params, acts } = complexity(buildAt(architecture, resolution), resolution, { taps });
  if (flops === cost.flops && params === cost.params && acts === cost.acts) return;
  const say = (c: Complexity) => `${c.flops} flops, ${c.params} params and ${c.acts} acts`;
  throw unlike(architecture, `is built with ${say({ flops, params, acts })}`, `counted with ${say(cost)}`);
}
