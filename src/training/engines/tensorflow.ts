/**
 * The engine `tensorflow`: trains a Network with tfjs, in a process of its own.
 *
 * With tfjs-node (`node scripts/setup.mjs --engine tensorflow`) TensorFlow's kernels compute; without it plain tfjs
 * does, anywhere, in JavaScript, which is for tiny networks only. Initial weights, order and augmentation come from
 * the seed as in engine torch, so the same trial gives nearly the same losses in both.
 */
import { refuseUnknown } from "../../base/expect-options.js";
import { later } from "../../base/node/later.js";
import { isObject, say } from "../../base/say.js";
import type { Engine } from "../engine.js";
// From a file of its own: what declares the backend names types of tfjs, which few programs can check.
import type { BackendKind } from "./tensorflow/backend-kind.js";

const running = later<typeof import("./tensorflow/run.js")>(import.meta.url, "./tensorflow/run.js");

export interface TensorflowOptions {
  /** Default: `"node"` where tfjs-node is there, else `"portable"`. */
  readonly backend?: BackendKind;
  /** Longest training, by its estimate, that plain JavaScript begins with, seconds. Default 600. */
  readonly portableLimit?: number;
}

/**
 * An engine on the given backend.
 *
 * @example
 * ```ts
 * const engine = tensorflowOn({ backend: "portable", portableLimit: 60 });
 * engine.name; // => "tensorflow-portable"
 * ```
 */
export function tensorflowOn(options: TensorflowOptions = {}): Engine {
  if (!isObject(options)) {
    throw new RangeError(
      `tensorflowOn: expected options such as { backend: "portable" }, got ${say(options)}`,
    );
  }
  refuseUnknown("tensorflowOn", options, { backend: true, portableLimit: true });
  return {
    name: options.backend === "portable" ? "tensorflow-portable" : "tensorflow",
    version: () => running().version(options),
    refuses: (recipe, train) => running().refuses(recipe, train),
    train: (network, dataset, recipe, train = {}) =>
      exclusively(() => running().run(network, dataset, recipe, train, options)),
  };
}

/** TensorFlow through tfjs-node where it is there, else plain tfjs. */
export const tensorflow: Engine = tensorflowOn();

let queue: Promise<unknown> = Promise.resolve();
/** Trainings follow each other, as in engine torch. */
function exclusively<T>(task: () => Promise<T>): Promise<T> {
  const result = queue.then(task);
  queue = result.catch(() => {});
  return result;
}
