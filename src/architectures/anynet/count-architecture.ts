/**
 * The closed form of complexity: a block counted once for each kind of place it has in a stage.
 *
 * The second interpreter of the operators (the first records a Network's layers): it adds up. A stage's first block is
 * counted, then its second, then the second times as often as it comes again; a block that changes the shape at stride 1
 * as well is counted each time.
 */
import { type Architecture, assemble, buildAt, USUAL_RESOLUTION, walkBlock } from "./architecture.js";
import type { Block, Stage } from "./block.js";
import { checkArchitecture, isBuiltIn, requireCount } from "./check-architecture.js";
import { type Complexity, complexity, requireExact } from "../../networks/complexity.js";
import type { Assembly, ConvOptions, Feature } from "../../networks/operators/operators.js";
import { NetworkError, strided } from "../../networks/shapes.js";
import { type CountOptions, insideTaps, requireTaps } from "../../networks/taps.js";

/** A feature map while counting: its channels, height and width (square images keep them equal). */
interface Map2d extends Feature {
  readonly channels: number;
  readonly size: number;
}

/**
 * The interpreter of operators that adds them up. One class for all blocks, built-in or not: V8 compiles their calls as
 * calls of these methods, whichever blocks were counted before.
 */
class Counter implements Assembly<Map2d> {
  flops = 0;
  params = 0;
  acts = 0;
  #asks = false;

  /**
   * Starts from nothing, with the image.
   *
   * @param asks whether to ask of each operator what `inferShapes` asks of a layer
   */
  start(resolution: number, asks: boolean): Map2d {
    this.flops = this.params = this.acts = 0;
    this.#asks = asks;
    return { channels: 3, size: resolution };
  }
  scope(): void {
    // Sums have no names.
  }
  block(): void {
    // Neither have blocks.
  }
  rest(x: Map2d, architecture: Architecture, stage: Stage): Map2d {
    for (let left = stage.depth - 1; ; left--) {
      const { flops, params, acts } = this;
      this.flops = this.params = this.acts = 0;
      const y = walkBlock(this, x, architecture, stage, 1);
      // Those that follow have equal arguments only if this one left the shape as it was.
      const alike = y.channels === x.channels && y.size === x.size ? left : 1;
      this.flops = flops + alike * this.flops;
      this.params = params + alike * this.params;
      this.acts = acts + alike * this.acts;
      if (alike === left) return y;
      x = y;
    }
  }
  conv(_name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
    if (this.#asks) requireConv(x.channels, out, kernel, stride, groups);
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups + (bias ? out : 0);
    this.flops += weights * size * size;
    this.params += weights;
    this.acts += out * size * size;
    return { channels: out, size };
  }
  convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    if (this.#asks) requireConv(x.channels, out, kernel, stride, groups);
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups;
    const area = size * size;
    this.flops += weights * area;
    this.params += weights + 2 * out;
    this.acts += out * area;
    return { channels: out, size };
  }
  batchnorm(_name: string, x: Map2d): Map2d {
    this.params += 2 * x.channels;
    return x;
  }
  activation(_name: string, x: Map2d, kind: string): Map2d {
    if (this.#asks && kind !== "relu" && kind !== "silu" && kind !== "sigmoid") throw unfit;
    return x;
  }
  maxpool(_name: string, x: Map2d, kernel: number, stride: number): Map2d {
    if (this.#asks && !isWindow(kernel, stride)) throw unfit;
    const size = strided(x.size, stride);
    this.acts += x.channels * size * size;
    return { channels: x.channels, size };
  }
  avgpool(_name: string, x: Map2d): Map2d {
    return { channels: x.channels, size: 1 };
  }
  linear(_name: string, x: Map2d, out: number): Map2d {
    if (this.#asks && (x.size !== 1 || !isCount(out))) throw unfit;
    this.flops += (x.channels + 1) * out;
    this.params += (x.channels + 1) * out;
    this.acts += out;
    return { channels: out, size: 1 };
  }
  dropout(_name: string, x: Map2d, rate: number, kind = "dropout"): Map2d {
    if (this.#asks && !(rate >= 0 && rate < 1 && (kind === "dropout" || kind === "droppath"))) throw unfit;
    return x;
  }
  add(_name: string, x: Map2d, y: Map2d): Map2d {
    if (this.#asks && (x.channels !== y.channels || x.size !== y.size)) throw unfit;
    return x;
  }
  multiply(_name: string, x: Map2d, y: Map2d): Map2d {
    if (this.#asks && (x.channels !== y.channels || y.size !== 1)) throw unfit;
    return x;
  }
}

/** Counts as flops only taps that meet pixels. */
class InsideCounter extends Counter {
  override conv(name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
    const flops = this.flops + ((x.channels * out) / groups) * insideTaps(x.size, kernel, stride) ** 2;
    const y = super.conv(name, x, out, options);
    this.flops = bias ? flops + out * y.size * y.size : flops;
    return y;
  }
  override convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    const flops = this.flops + ((x.channels * out) / groups) * insideTaps(x.size, kernel, stride) ** 2;
    const y = super.convNorm(x, out, kernel, stride, groups);
    this.flops = flops;
    return y;
  }
}

/** Says that an operator cannot be; building says which one, and why. */
const unfit = new NetworkError("an operator that no network can have");

/** Infinity passes, and shows in the sums. */
const isCount = (value: number): boolean => value > 0 && Math.floor(value) === value;

/** What `inferShapes` asks of a window, the usual ones first. */
const isWindow = (kernel: number, stride: number): boolean =>
  (kernel === 1 || kernel === 3 || (isCount(kernel) && kernel % 2 === 1)) &&
  (stride === 1 || stride === 2 || isCount(stride));

function requireConv(channels: number, out: number, kernel: number, stride: number, groups: number): void {
  if (!isCount(out) || !isWindow(kernel, stride)) throw unfit;
  if (groups === 1) return;
  // A division takes less time than the rest of one does.
  if (!isCount(groups) || !isCount(channels / groups) || !isCount(out / groups)) throw unfit;
}

/**
 * The same integers as `complexity(build(architecture), resolution, options)`, without building the network.
 *
 * @throws NetworkError if the architecture or the resolution has a number or name that no network can have, if its
 *   network cannot be built, or has counts of 2⁵³ or more, which are no exact integers any more
 */
export function countArchitecture(
  architecture: Architecture,
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
  architecture: Architecture,
  resolution: number,
  taps: CountOptions["taps"] = "all",
): Complexity {
  // The built-in blocks ask themselves what could be wrong with theirs.
  const asks = !isBuiltIn(architecture.block);
  if (taps === "inside") return sums(new InsideCounter(), architecture, resolution, asks);
  // A user's block may count other architectures meanwhile.
  const counter = spare ?? new Counter();
  spare = undefined;
  const cost = sums(counter, architecture, resolution, asks);
  spare = counter;
  return cost;
}

function sums(counter: Counter, architecture: Architecture, resolution: number, asks: boolean): Complexity {
  try {
    assemble(counter, counter.start(resolution, asks), architecture);
  } catch (error) {
    throw explained(architecture, resolution, error);
  }
  const { flops, params, acts } = counter;
  // A block that makes up a feature map of its own gives one without a size; one may have widths without end.
  if (!Number.isFinite(flops + params + acts)) throw explained(architecture, resolution, unfit);
  return { flops, params, acts };
}

/** The error that building gives: counting knows only that something is wrong. */
function explained(architecture: Architecture, resolution: number, cause: unknown): NetworkError {
  try {
    checkArchitecture("countArchitecture", architecture);
    buildAt(architecture, resolution);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
  return unlike(architecture, "is built", `cannot be counted (${String(cause)})`);
}

const unlike = ({ block }: Architecture, built: string, counted: string): NetworkError =>
  new NetworkError(
    `countArchitecture: block "${block.name}" ${built}, and ${counted}; its operators must depend on build's arguments alone`,
  );

/** How many architectures of each user's block have been counted. */
const countedOf = new WeakMap<Block, { times: number }>();
let [lastBlock, last]: [Block | undefined, { times: number }] = [undefined, { times: 0 }];
/** The first so many are built as well, then every so manieth: building takes hundreds of times as long. */
const [FIRST, EVERY] = [64, 4096];

/**
 * Checks that a count is exact and, now and then for a user's block, that it is what the built network has: a block
 * that remembers earlier calls, or names two layers alike, is seen only so.
 */
export function requireTrue(
  caller: string,
  architecture: Architecture,
  resolution: number,
  cost: Complexity,
  taps: CountOptions["taps"] = "all",
): void {
  requireExact(caller, cost);
  const { block } = architecture;
  if (isBuiltIn(block)) return;
  if (block !== lastBlock) {
    lastBlock = block;
    last = countedOf.get(block) ?? { times: 0 };
    countedOf.set(block, last);
  }
  last.times++;
  if (last.times > FIRST && last.times % EVERY !== 0) return;
  const { flops, params, acts } = complexity(buildAt(architecture, resolution), resolution, { taps });
  if (flops === cost.flops && params === cost.params && acts === cost.acts) return;
  const say = (c: Complexity) => `${c.flops} flops, ${c.params} params and ${c.acts} acts`;
  throw unlike(architecture, `is built with ${say({ flops, params, acts })}`, `counted with ${say(cost)}`);
}
