/**
 * Which weights a network has, and whether those at hand are.
 *
 * Names are PyTorch's: the layer's path, then `weight` and `bias` for what is learned, `running_mean` and `running_var`
 * for the statistics that batch normalisation evaluates with. A PyTorch module with the same paths loads them as they
 * are.
 */
import { expectOptions } from "../../base/expect-options.js";
import { expectName, holdsForAll } from "../../base/expect.js";
import type { Network } from "../../networks/network.js";
import { operatorOf } from "../../networks/operators/index.js";
import type { WeightTensor } from "../../networks/operators/operator.js";
import { requireNetwork } from "../../networks/shapes.js";
import { say } from "../../base/say.js";
import type { Weights } from "../engine.js";

/** Weights that are not those of the network at hand, or a file that holds none. */
export class WeightsError extends Error {
  override readonly name = "WeightsError";
}

/**
 * Names and shapes of all weights of a network, in the order of its layers: a convolution's weight is [out, in / groups,
 * kernel, kernel], a fully connected layer's [out, in], all else [channels].
 *
 * @example
 * ```ts
 * const network = build(zoo("RegNetX-200MF").architecture);
 * weightShapes(network).get("s1.b1.conv2.weight"); // => [24, 8, 3, 3]
 * ```
 */
export function weightShapes(network: Network): Map<string, readonly number[]> {
  requireNetwork("weightShapes", network);
  return new Map(weightTensors(network).map(({ name, shape }) => [name, shape]));
}

/** A tensor of a network, by its whole name. */
export interface NetworkTensor extends Omit<WeightTensor, "kind"> {
  readonly name: string;
}

/** All tensors that a network keeps, in the order of its layers, with what they are and how they begin. */
export const weightTensors = ({ layers }: Network): NetworkTensor[] =>
  layers.flatMap(layer =>
    operatorOf(layer)
      .weights(layer)
      .map(({ kind, ...tensor }) => ({ name: `${layer.name}.${kind}`, ...tensor })),
  );

/** Names and shapes of what the auxiliary head has besides. */
const auxiliaryShapes = (network: Network): Map<string, readonly number[]> =>
  weightShapes({ ...network, layers: network.auxiliary ?? [] });

/** Most names that a message lists. */
const LISTED = 3;

/**
 * Checks that weights are those of a network: every tensor there, of its shape and as many values, and no other. Those of
 * its auxiliary head may be there.
 *
 * @param caller what the message begins with
 * @param options.auxiliary whether those of the auxiliary head must be there, since it is trained; default false
 * @throws WeightsError naming the tensors that are missing, of another shape, or not the network's
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }));
 * const session = await torch.session!(network);
 * const weights = new Map(await session.weights());
 * checkWeights("mine", network, weights); // They fit; otherwise it would have thrown.
 * weights.delete("head.fc.bias");
 * try {
 *   checkWeights("mine", network, weights);
 * } catch (error) {
 *   (error as Error).message.split("expected ")[1]; // => "82 tensors, 1 are missing: head.fc.bias"
 * }
 * ```
 */
export function checkWeights(
  caller: string,
  network: Network,
  weights: Weights,
  options: { readonly auxiliary?: boolean } = {},
): void {
  expectName("checkWeights", "the caller's name", caller);
  requireNetwork(caller, network);
  expectOptions("checkWeights", options, { auxiliary: "boolean?" });
  if (!(weights instanceof Map)) {
    throw new WeightsError(`${caller}: expected weights, a Map of tensors by name, got ${say(weights)}`);
  }
  const { auxiliary = false } = options;
  const head = auxiliaryShapes(network);
  const expected = auxiliary ? new Map([...weightShapes(network), ...head]) : weightShapes(network);
  const fail = (problem: string) => {
    throw new WeightsError(`${caller}: weights for network "${network.name}": ${problem}`);
  };
  const list = (names: readonly string[]) => {
    const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
    return `${names.slice(0, LISTED).join(", ")}${rest}`;
  };
  const missing = [...expected.keys()].filter(name => !weights.has(name));
  const strange = [...weights.keys()].filter(name => !expected.has(name) && !head.has(name));
  if (missing.length > 0) {
    const instead = strange.length > 0 ? `; there is ${list(strange)} instead` : "";
    fail(`expected ${expected.size} tensors, ${missing.length} are missing: ${list(missing)}${instead}`);
  }
  if (strange.length > 0) fail(`expected ${expected.size} tensors, got others as well: ${list(strange)}`);
  for (const [name, shape] of expected) {
    const tensor = weights.get(name)!;
    if (!Array.isArray(tensor?.shape) || !ArrayBuffer.isView(tensor.values))
      fail(`${name}: expected { shape, values }, got ${say(tensor)}`);
    const { shape: got, values } = tensor;
    if (!sameShape(shape, got))
      fail(`${name}: expected shape [${shape.join(", ")}], got [${got.join(", ")}]`);
    const size = shape.reduce((product, length) => product * length, 1);
    if (values.length !== size) fail(`${name}: expected ${size} values, got ${values.length}`);
  }
}

/**
 * Checks that a network is a path through another's weights: as many channels and classes, and each of its weights there
 * under the same name, in the same shape.
 *
 * @param caller what the message begins with
 * @throws WeightsError naming what differs
 */
export function checkPath(caller: string, path: Network, store: Network): void {
  const fail = (problem: string) => {
    throw new WeightsError(`${caller}: "${path.name}" is no path through "${store.name}": ${problem}`);
  };
  for (const key of ["inputChannels", "classes"] as const) {
    if (path[key] !== store[key]) fail(`expected ${key} ${store[key]}, got ${path[key]}`);
  }
  const stored = weightShapes(store);
  for (const [name, shape] of weightShapes(path)) {
    const kept = stored.get(name);
    if (!kept) fail(`it has ${name}, which the store does not; build both from the same layers' names`);
    else if (!sameShape(kept, shape))
      fail(`${name}: expected shape [${kept.join(", ")}], got [${shape.join(", ")}]`);
  }
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && holdsForAll(a, (length, i) => length === b[i]);
