/**
 * Complexity: flops, params and acts, in the conventions of the paper and pycls.
 *
 * - flops: multiply-adds of convolutions and linear layers, plus one per output that has a bias. Batch
 *   normalisation, activations, pooling and sums count nothing.
 * - params: weights and biases, and two per batch-normalised channel.
 * - acts: elements put out by convolutions, linear layers and max-pooling; squeeze-and-excitation's
 *   convolutions count at 1 × 1.
 *
 * Two roads lead to the same integers: `complexity(network)` walks the layers of a network, `countArchitecture`
 * interprets the blocks of an architecture as counts, and is fast enough to score every candidate of a sample.
 */
import { type Architecture, assemble } from "./architecture.js";
import type { Layer, Network } from "./network.js";
import type { Assembly, Feature } from "./operators.js";
import { inferShapes, type Shape, strided } from "./shapes.js";

/** What a network costs on one image. Exact integers. */
export interface Complexity {
  /** Multiply-adds. */
  readonly flops: number;
  /** Learnt parameters. */
  readonly params: number;
  /** Activations: elements of all counted output tensors. */
  readonly acts: number;
}

/** The sum of some complexities. */
export function total(parts: Iterable<Complexity>): Complexity {
  const sum = { flops: 0, params: 0, acts: 0 };
  for (const { flops, params, acts } of parts) {
    sum.flops += flops;
    sum.params += params;
    sum.acts += acts;
  }
  return sum;
}

/**
 * What `network` costs at a resolution.
 *
 * @param resolution height and width of the image, pixels; default 224
 * @throws NetworkError if the network is not well formed
 */
export function complexity(network: Network, resolution = 224): Complexity {
  return total(complexityByLayer(network, resolution).values());
}

/** What each layer costs, by name, in the network's order. */
export function complexityByLayer(network: Network, resolution = 224): Map<string, Complexity> {
  const shapes = inferShapes(network, resolution);
  return new Map(network.layers.map(layer => [layer.name, layerComplexity(layer, shapes.get(layer.name)!)]));
}

/** What each part costs: the stem, every stage (`"s1"`, …) and the head. */
export function complexityByStage(network: Network, resolution = 224): Map<string, Complexity> {
  const parts = new Map<string, Complexity>();
  for (const [name, cost] of complexityByLayer(network, resolution)) {
    const part = name.slice(0, name.indexOf("."));
    parts.set(part, total([parts.get(part) ?? total([]), cost]));
  }
  return parts;
}

function layerComplexity(layer: Layer, { channels, height, width }: Shape): Complexity {
  const area = height * width;
  switch (layer.op) {
    case "conv": {
      const weights = (layer.kernel ** 2 * layer.in * layer.out) / layer.groups;
      const bias = layer.bias ? layer.out : 0;
      return { flops: (weights + bias) * area, params: weights + bias, acts: layer.out * area };
    }
    case "linear": {
      const weights = layer.in * layer.out + layer.out;
      return { flops: weights, params: weights, acts: layer.out };
    }
    case "batchnorm":
      return { flops: 0, params: 2 * layer.channels, acts: 0 };
    case "maxpool":
      return { flops: 0, params: 0, acts: channels * area };
    default:
      return { flops: 0, params: 0, acts: 0 };
  }
}

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
