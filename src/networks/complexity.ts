/**
 * Complexity: flops, params and acts, in the conventions of the paper and pycls.
 *
 * - flops: multiply-adds of convolutions and linear layers, plus one per output that has a bias. Batch
 *   normalisation, activations, pooling and sums count nothing.
 * - params: weights and biases, and two per batch-normalised channel.
 * - acts: elements put out by convolutions, linear layers and max-pooling; squeeze-and-excitation's
 *   convolutions count at 1 × 1.
 *
 * With `{ taps: "inside" }` flops are effective ones: multiply-adds with the padding around a map are left out.
 *
 * Two roads lead to the same integers: `complexity(network)` here walks the layers of a network;
 * `countArchitecture` interprets the blocks of an architecture as counts, fast enough for a sample's candidates.
 */
import { type Network, withoutAuxiliary } from "./network.js";
import { operatorOf } from "./operators/index.js";
import { inferShapes, NetworkError, requireNetwork, type Shape } from "./shapes.js";
import { type CountOptions, requireTaps } from "./taps.js";

/** What a network costs on one image. Exact integers. */
export interface Complexity {
  /** Multiply-adds. */
  readonly flops: number;
  /** Learnt parameters. */
  readonly params: number;
  /** Activations: elements of all counted output tensors. */
  readonly acts: number;
}

/** @throws NetworkError for a count of 2⁵³ or more: a double holds integers exactly up to there */
export function requireExact(caller: string, { flops, params, acts }: Complexity): void {
  if (
    flops <= Number.MAX_SAFE_INTEGER &&
    params <= Number.MAX_SAFE_INTEGER &&
    acts <= Number.MAX_SAFE_INTEGER
  )
    return;
  throw new NetworkError(
    `${caller}: expected counts below 2⁵³, which are exact, got ${flops} flops, ${params} params and ${acts} acts; take a smaller network or resolution`,
  );
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
 * @param options `{ taps: "inside" }` counts as flops only what meets pixels
 * @throws NetworkError if the network is not well formed
 * @example
 * ```ts
 * complexity(build(zoo("RegNetX-200MF").architecture)); // => { flops: 199040872, params: 2684792, acts: 2164056 }
 * ```
 */
export function complexity(network: Network, resolution = 224, options: CountOptions = {}): Complexity {
  requireNetwork("complexity", network);
  requireTaps("complexity", options);
  const cost = total(complexityByLayer(network, resolution, options).values());
  requireExact("complexity", cost);
  return cost;
}

/**
 * How much of a network's flops is multiplied with padding, from 0 to below 1: what `complexity` counts, and
 * `{ taps: "inside" }` leaves out. Of networks that are to be compared at equal cost it should be small, or alike.
 *
 * @param resolution height and width of the image, pixels; default 224
 * @throws NetworkError if the network is not well formed
 * @example
 * ```ts
 * paddingShare(build(zoo("ResNet-50").architecture)); // ≈ 0.0345
 * ```
 */
export function paddingShare(network: Network, resolution = 224): number {
  requireNetwork("paddingShare", network);
  const { flops } = complexity(network, resolution);
  return flops === 0 ? 0 : 1 - complexity(network, resolution, { taps: "inside" }).flops / flops;
}

/**
 * What each layer costs, by name, in the network's order.
 *
 * @example
 * ```ts
 * const layers = complexityByLayer(build(zoo("RegNetX-200MF").architecture));
 * layers.get("stem.conv"); // => { flops: 10838016, params: 864, acts: 401408 }
 * ```
 */
export function complexityByLayer(
  network: Network,
  resolution = 224,
  options: CountOptions = {},
): Map<string, Complexity> {
  requireNetwork("complexityByLayer", network);
  const taps = requireTaps("complexityByLayer", options);
  // An auxiliary head is not counted, and ends in a convolution over all of a map of the size that it was built for.
  const shapes = inferShapes(withoutAuxiliary(network), resolution);
  const image: Shape = { channels: network.inputChannels, height: resolution, width: resolution };
  return new Map(
    network.layers.map(layer => {
      const output = shapes.get(layer.name)!;
      const inputs = layer.inputs.map(name => shapes.get(name) ?? image);
      const operator = operatorOf(layer);
      const cost = operator.cost(layer, output, inputs);
      if (taps === "all" || !operator.insideFlops) return [layer.name, cost];
      return [layer.name, { ...cost, flops: operator.insideFlops(layer, output, inputs) }];
    }),
  );
}

/** What each block costs: the stem, every block (`"s1.b1"`, …) and the head. */
export const complexityByBlock = (
  network: Network,
  resolution = 224,
  options: CountOptions = {},
): Map<string, Complexity> =>
  complexityBy("complexityByBlock", network, resolution, options, name => upTo(name, name.lastIndexOf(".")));

/**
 * What each part costs: the stem, every stage (`"s1"`, …) and the head.
 *
 * @example
 * ```ts
 * const stages = complexityByStage(build(zoo("RegNetX-200MF").architecture));
 * stages.get("s1"); // => { flops: 19267584, params: 4032, acts: 526848 }
 * ```
 */
export const complexityByStage = (
  network: Network,
  resolution = 224,
  options: CountOptions = {},
): Map<string, Complexity> =>
  complexityBy("complexityByStage", network, resolution, options, name => upTo(name, name.indexOf(".")));

/** A layer whose name has no parts is a part by itself. */
const upTo = (name: string, dot: number): string => (dot < 0 ? name : name.slice(0, dot));

/** Sums over the layers whose names give the same part. */
function complexityBy(
  caller: string,
  network: Network,
  resolution: number,
  options: CountOptions,
  part: (name: string) => string,
) {
  requireNetwork(caller, network);
  requireTaps(caller, options);
  const parts = new Map<string, Complexity>();
  for (const [name, cost] of complexityByLayer(network, resolution, options)) {
    const key = part(name);
    parts.set(key, total([parts.get(key) ?? total([]), cost]));
  }
  return parts;
}
