/**
 * Memory of a training step at a batch size, in bytes, as a lower bound that follows from the network alone.
 *
 * Activations: every tensor that the backward pass reads, once, however many layers read it. Convolutions, linear
 * layers, batch normalisation and SiLU need their input, ReLU and sigmoid their output, a product both its inputs;
 * max-pooling one index an output (counted as an element, whoever reads the output); sums, concatenations and average
 * pooling need nothing, dropout only its mask, which is left out. What a concatenation gives is a tensor of its own, and an
 * identity's is its input. Of the image itself the first convolution's input. Parameters, gradients and what the optimiser
 * remembers are float32 and do not depend on the batch. Left out: workspaces, buffers of the gradients of activations,
 * running statistics, the allocator's
 * slack. The definition is this project's [inferred]; the paper reports no memory.
 */
import { refuseUnknown } from "../base/expect-options.js";
import { isObject, say } from "../base/say.js";
import { complexity } from "./complexity.js";
import { type Layer, type Network, withoutAuxiliary } from "./network.js";
import { operatorOf } from "./operators/index.js";
import { inferShapes, NetworkError, requireNetwork, type Shape } from "./shapes.js";

/** Bytes. */
export interface Memory {
  /** Kept from the forward pass for the backward pass. */
  readonly activations: number;
  readonly parameters: number;
  readonly gradients: number;
  /** What the optimiser remembers of each parameter. */
  readonly momentum: number;
  readonly total: number;
}

export interface MemoryOptions {
  /** Images a step. */
  readonly batch: number;
  /** Height and width of the image, pixels. Default 224. */
  readonly resolution?: number;
  /** Of an activation's element: 4 for float32 (default), 2 for bf16. */
  readonly bytesPerActivation?: 2 | 4;
  /** Numbers that the optimiser remembers of a parameter: 1 for SGD's momentum (default), 2 for Adam, AdamW and RMSProp. */
  readonly moments?: 1 | 2;
}

/** The values, by the name of the layer that puts them out, that the layer's gradient is computed from. */
function kept(layer: Layer): readonly string[] {
  const { kept: which } = operatorOf(layer);
  return which === "inputs" ? layer.inputs : which === "output" ? [layer.name] : [];
}

/** Identities put out what they read: by name, the value that is really there. */
function withoutIdentities(layers: readonly Layer[]): (name: string) => string {
  const same = new Map<string, string>();
  for (const { op, name, inputs } of layers) {
    if (op === "identity") same.set(name, same.get(inputs[0]) ?? inputs[0]);
  }
  return name => same.get(name) ?? name;
}

/**
 * What a training step of `network` holds in memory at least.
 *
 * @throws RangeError for a batch that is not a positive integer
 * @throws NetworkError if the network is not well formed
 * @example
 * ```ts
 * const { activations, total } = memory(build(zoo("RegNetX-200MF").architecture), { batch: 64 });
 * (total / 2 ** 30).toFixed(2); // => "1.06"
 * (activations / total).toFixed(2); // => "0.97"
 * ```
 */
export function memory(network: Network, options: MemoryOptions): Memory {
  requireNetwork("memory", network);
  if (!isObject(options)) {
    throw new RangeError(`memory: expected options such as { batch: 64 }, got ${say(options)}`);
  }
  refuseUnknown("memory", options, {
    batch: true,
    resolution: true,
    bytesPerActivation: true,
    moments: true,
  });
  const { batch, resolution = 224, bytesPerActivation = 4, moments = 1 } = options;
  if (bytesPerActivation !== 2 && bytesPerActivation !== 4) {
    throw new RangeError(`memory: bytesPerActivation must be 2 or 4, got ${say(bytesPerActivation)}`);
  }
  if (moments !== 1 && moments !== 2) {
    throw new RangeError(`memory: moments must be 1 or 2, got ${say(moments)}`);
  }
  if (!(Number.isSafeInteger(batch) && batch > 0)) {
    throw new RangeError(`memory: batch must be a positive integer, got ${say(batch)}`);
  }
  const shapes = new Map<string, Shape>(inferShapes(withoutAuxiliary(network), resolution));
  shapes.set("input", { channels: network.inputChannels, height: resolution, width: resolution });
  const indexed = network.layers.filter(layer => operatorOf(layer).kept === "index").map(({ name }) => name);
  const values = new Set(network.layers.flatMap(kept).map(withoutIdentities(network.layers)));
  let elements = 0;
  for (const name of [...values, ...indexed]) {
    const { channels, height, width } = shapes.get(name)!;
    elements += channels * height * width;
  }
  const activations = elements * batch * bytesPerActivation;
  const parameters = 4 * complexity(network, resolution).params;
  const total = activations + (2 + moments) * parameters;
  if (!Number.isSafeInteger(total)) {
    throw new NetworkError(
      `memory: expected fewer than 2⁵³ bytes, which are exact, got ${total}; take a smaller batch or resolution`,
    );
  }
  return {
    activations,
    parameters,
    gradients: parameters,
    momentum: moments * parameters,
    total,
  };
}
