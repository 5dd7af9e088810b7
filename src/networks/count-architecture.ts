/**
 * The closed form of complexity: a block counted once for each kind of place it has in a stage.
 *
 * The second interpreter of the operators (the first records a Network's layers): it only adds up. A stage's first
 * block is counted, then its second, then the second times as often as it comes again.
 */
import { type Architecture, assemble } from "./architecture.js";
import type { Complexity } from "./complexity.js";
import type { Assembly, Feature } from "./operators.js";
import { strided } from "./shapes.js";

/** A feature map while counting: its channels, height and width (square images keep them equal). */
interface Map2d extends Feature {
  readonly size: number;
}

/** The interpreter of operators that only adds them up. */
class Counter implements Assembly<Map2d> {
  flops = 0;
  params = 0;
  acts = 0;
  #before = { flops: 0, params: 0, acts: 0 };

  scope(): void {
    const { flops, params, acts } = this;
    this.#before = { flops, params, acts };
  }
  repeat(times: number): void {
    this.flops += times * (this.flops - this.#before.flops);
    this.params += times * (this.params - this.#before.params);
    this.acts += times * (this.acts - this.#before.acts);
  }
  conv(
    _name: string,
    x: Map2d,
    out: number,
    { kernel = 1, stride = 1, groups = 1, bias = false } = {},
  ): Map2d {
    const size = strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups + (bias ? out : 0);
    this.flops += weights * size * size;
    this.params += weights;
    this.acts += out * size * size;
    return { channels: out, size };
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
    return { channels: x.channels, size };
  }
  avgpool(_name: string, x: Map2d): Map2d {
    return { channels: x.channels, size: 1 };
  }
  linear(_name: string, x: Map2d, out: number): Map2d {
    this.flops += (x.channels + 1) * out;
    this.params += (x.channels + 1) * out;
    this.acts += out;
    return { channels: out, size: 1 };
  }
  add(_name: string, x: Map2d): Map2d {
    return x;
  }
  multiply(_name: string, x: Map2d): Map2d {
    return x;
  }
}

/** The same integers as `complexity(build(architecture), resolution)`, without building the network. */
export function countArchitecture(architecture: Architecture, resolution = 224): Complexity {
  const counter = new Counter();
  assemble(counter, { channels: 3, size: resolution }, architecture);
  const { flops, params, acts } = counter;
  return { flops, params, acts };
}
