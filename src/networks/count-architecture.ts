/**
 * The closed form of complexity: a block counted once for each kind of place it has in a stage.
 *
 * The second interpreter of the operators (the first records a Network's layers): it adds up. A stage's first block is
 * counted, then its second, then the second times as often as it comes again; a block that changes the shape at stride 1
 * as well is counted each time.
 */
import { type Architecture, assemble, buildAt, USUAL_RESOLUTION } from "./architecture.js";
import type { Block } from "./block.js";
import { checkArchitecture, isBuiltIn, requireCount } from "./check-architecture.js";
import { type Complexity, complexity, requireExact } from "./complexity.js";
import type { Assembly, ConvOptions, Feature } from "./operators.js";
import { NetworkError, strided } from "./shapes.js";
import { type CountOptions, insideTaps, requireTaps } from "./taps.js";

/** A feature map while counting: its channels, height and width (square images keep them equal). */
interface Map2d extends Feature {
  channels: number;
  size: number;
}

/** The interpreter of operators that adds them up. */
class Counter implements Assembly<Map2d> {
  flops = 0;
  params = 0;
  acts = 0;
  // Sums where the part began.
  #flops = 0;
  #params = 0;
  #acts = 0;
  // Feature maps are used again by the next architecture: sampling counts millions.
  readonly #maps: Map2d[] = [];
  #used = 0;

  /** Starts from nothing; feature maps handed out before are void. */
  start(resolution: number): Map2d {
    this.flops = this.params = this.acts = 0;
    this.#used = 0;
    return this.map(3, resolution);
  }
  protected map(channels: number, size: number): Map2d {
    if (this.#used === this.#maps.length) this.#maps.push({ channels: 0, size: 0 });
    const map = this.#maps[this.#used++];
    map.channels = channels;
    map.size = size;
    return map;
  }

  scope(): void {
    this.#flops = this.flops;
    this.#params = this.params;
    this.#acts = this.acts;
  }
  block(): void {
    this.scope();
  }
  repeat(times: number, before: Map2d, after: Map2d): boolean {
    if (before.channels !== after.channels || before.size !== after.size) return false;
    this.flops += times * (this.flops - this.#flops);
    this.params += times * (this.params - this.#params);
    this.acts += times * (this.acts - this.#acts);
    return true;
  }
  conv(_name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups + (bias ? out : 0);
    this.flops += weights * size * size;
    this.params += weights;
    this.acts += out * size * size;
    return this.map(out, size);
  }
  convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups;
    const area = size * size;
    this.flops += weights * area;
    this.params += weights + 2 * out;
    this.acts += out * area;
    return this.map(out, size);
  }
  batchnorm(_name: string, x: Map2d): Map2d {
    this.params += 2 * x.channels;
    return x;
  }
  activation(_name: string, x: Map2d, _kind: string): Map2d {
    return x;
  }
  maxpool(_name: string, x: Map2d, _kernel: number, stride: number): Map2d {
    const size = strided(x.size, stride);
    this.acts += x.channels * size * size;
    return this.map(x.channels, size);
  }
  avgpool(_name: string, x: Map2d): Map2d {
    return this.map(x.channels, 1);
  }
  linear(_name: string, x: Map2d, out: number): Map2d {
    this.flops += (x.channels + 1) * out;
    this.params += (x.channels + 1) * out;
    this.acts += out;
    return this.map(out, 1);
  }
  dropout(_name: string, x: Map2d, _rate: number, _kind?: string): Map2d {
    return x;
  }
  add(_name: string, x: Map2d, _y: Map2d): Map2d {
    return x;
  }
  multiply(_name: string, x: Map2d, _y: Map2d): Map2d {
    return x;
  }
}

/** The same for blocks that users write: asks of each operator what `inferShapes` asks of a layer. */
class CheckingCounter extends Counter {
  override conv(name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1 } = options;
    requireConv(x.channels, out, kernel, stride, groups);
    return super.conv(name, x, out, options);
  }
  override convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    requireConv(x.channels, out, kernel, stride, groups);
    return super.convNorm(x, out, kernel, stride, groups);
  }
  override activation(name: string, x: Map2d, kind: string): Map2d {
    if (kind !== "relu" && kind !== "silu" && kind !== "sigmoid") throw unfit;
    return super.activation(name, x, kind);
  }
  override maxpool(name: string, x: Map2d, kernel: number, stride: number): Map2d {
    if (!isWindow(kernel, stride)) throw unfit;
    return super.maxpool(name, x, kernel, stride);
  }
  override linear(name: string, x: Map2d, out: number): Map2d {
    if (x.size !== 1 || !isCount(out)) throw unfit;
    return super.linear(name, x, out);
  }
  override dropout(name: string, x: Map2d, rate: number, kind = "dropout"): Map2d {
    if (!(rate >= 0 && rate < 1) || (kind !== "dropout" && kind !== "droppath")) throw unfit;
    return super.dropout(name, x, rate);
  }
  override add(name: string, x: Map2d, y: Map2d): Map2d {
    if (x.channels !== y.channels || x.size !== y.size) throw unfit;
    return super.add(name, x, y);
  }
  override multiply(name: string, x: Map2d, y: Map2d): Map2d {
    if (x.channels !== y.channels || y.size !== 1) throw unfit;
    return super.multiply(name, x, y);
  }
}

/** Counts as flops only taps that meet pixels; for every block, since it is asked for less often. */
class InsideCounter extends CheckingCounter {
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

const counter = new Counter();
const checkingCounter = new CheckingCounter();
const insideCounter = new InsideCounter();

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

/** `countArchitecture` for an architecture that is known to be one, as a space's are: sampling counts millions. */
export function countChecked(
  architecture: Architecture,
  resolution: number,
  taps: CountOptions["taps"] = "all",
): Complexity {
  // The built-in blocks ask themselves what could be wrong with theirs.
  const usual = isBuiltIn(architecture.block) ? counter : checkingCounter;
  const sums = taps === "all" ? usual : insideCounter;
  try {
    assemble(sums, sums.start(resolution), architecture);
  } catch (error) {
    throw explained(architecture, resolution, error);
  }
  const { flops, params, acts } = sums;
  // A block that makes up a feature map of its own gives one without a size.
  if (Number.isNaN(flops + params + acts)) throw explained(architecture, resolution, unfit);
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
