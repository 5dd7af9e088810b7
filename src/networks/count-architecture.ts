/**
 * The closed form of complexity: a block counted once for each kind of place it has in a stage.
 *
 * The second interpreter of the operators (the first records a Network's layers): it only adds up. A stage's first
 * block is counted, then its second, then the second times as often as it comes again.
 */
import { type Architecture, assemble } from "./architecture.js";
import { checkArchitecture, requireCount } from "./check-architecture.js";
import type { Complexity } from "./complexity.js";
import type { Assembly, ConvOptions, Feature } from "./operators.js";
import { strided } from "./shapes.js";

/** A feature map while counting: its channels, height and width (square images keep them equal). */
interface Map2d extends Feature {
  channels: number;
  size: number;
}

/** The interpreter of operators that only adds them up. */
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
    return this.#map(3, resolution);
  }
  #map(channels: number, size: number): Map2d {
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
  repeat(times: number): void {
    this.flops += times * (this.flops - this.#flops);
    this.params += times * (this.params - this.#params);
    this.acts += times * (this.acts - this.#acts);
  }
  conv(_name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups + (bias ? out : 0);
    this.flops += weights * size * size;
    this.params += weights;
    this.acts += out * size * size;
    return this.#map(out, size);
  }
  convNorm(x: Map2d, out: number, options: ConvOptions): Map2d {
    const { kernel = 1, stride = 1, groups = 1 } = options;
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups;
    const area = size * size;
    this.flops += weights * area;
    this.params += weights + 2 * out;
    this.acts += out * area;
    return this.#map(out, size);
  }
  batchnorm(_name: string, x: Map2d): Map2d {
    this.params += 2 * x.channels;
    return x;
  }
  activation(_name: string, x: Map2d): Map2d {
    return x;
  }
  maxpool(_name: string, x: Map2d, _kernel: number, stride: number): Map2d {
    const size = strided(x.size, stride);
    this.acts += x.channels * size * size;
    return this.#map(x.channels, size);
  }
  avgpool(_name: string, x: Map2d): Map2d {
    return this.#map(x.channels, 1);
  }
  linear(_name: string, x: Map2d, out: number): Map2d {
    this.flops += (x.channels + 1) * out;
    this.params += (x.channels + 1) * out;
    this.acts += out;
    return this.#map(out, 1);
  }
  dropout(_name: string, x: Map2d): Map2d {
    return x;
  }
  add(_name: string, x: Map2d): Map2d {
    return x;
  }
  multiply(_name: string, x: Map2d): Map2d {
    return x;
  }
}

const counter = new Counter();

/**
 * The same integers as `complexity(build(architecture), resolution)`, without building the network.
 *
 * @throws NetworkError if the architecture or the resolution has a number or name that no network can have
 */
export function countArchitecture(
  architecture: Architecture,
  resolution = architecture.resolution ?? 224,
): Complexity {
  requireCount("countArchitecture", "resolution", resolution);
  checkArchitecture("countArchitecture", architecture);
  return countChecked(architecture, resolution);
}

/** `countArchitecture` for an architecture that is known to be one, as a space's are: sampling counts millions. */
export function countChecked(architecture: Architecture, resolution: number): Complexity {
  assemble(counter, counter.start(resolution), architecture);
  const { flops, params, acts } = counter;
  return { flops, params, acts };
}
