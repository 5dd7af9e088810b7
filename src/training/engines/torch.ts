/**
 * The engine `torch`: trains a Network with libtorch, through the binding in native/, off the JavaScript thread.
 *
 * The learning rate is set every step, at the step's fractional epoch (pycls sets it once per epoch). The data
 * set is uploaded once and kept on the device; order, augmentation and dropout come from the seed alone, so on a
 * CPU the same seed and threads give the same numbers to the bit; on a card cuDNN may choose other algorithms.
 */
import { later } from "../../base/node/later.js";
import type { Engine } from "../engine.js";
import { loadAddon, requireBuilt } from "./torch/addon.js";
import { checkedDevice, type Device, requireDevice } from "./torch/model.js";

export { EngineUnavailableError } from "./torch/addon.js";
export { type Device, type ImageBatch, Model, type ModelOptions, type StepOptions } from "./torch/model.js";

const training = later<typeof import("./torch/train.js")>(import.meta.url, "./torch/train.js");
const sessions = later<typeof import("./torch/session.js")>(import.meta.url, "./torch/session.js");
const timers = later<typeof import("./torch/timer.js")>(import.meta.url, "./torch/timer.js");

/** An engine on the given device. */
export const torchOn = (device: Device): Engine => onDevice(checkedDevice("torchOn", device));

const onDevice = (device: Device): Engine => ({
  name: device === "cpu" ? "torch" : `torch-${device}`,
  version: () => `torch ${loadAddon().info().torch}`,
  requireHere: () => {
    // On a CPU what is large is not loaded for it: a sweep's runner has no other use of it.
    if (device === "cpu") requireBuilt();
    else requireDevice(loadAddon(), device);
  },
  train: (network, dataset, recipe, options = {}) =>
    exclusively(() => training().train(network, dataset, recipe, options, device)),
  timer: async (network, options) => timers().createTimer(network, options, device),
  session: async (network, options = {}) => sessions().openSession(network, options, device),
});

/** libtorch on the CPU. */
export const torch: Engine = torchOn("cpu");

/** Trainings of one process follow each other: two at once would share cores, caches and memory to no gain. */
let queue: Promise<unknown> = Promise.resolve();
function exclusively<T>(task: () => Promise<T>): Promise<T> {
  const result = queue.then(task);
  queue = result.catch(() => {});
  return result;
}
