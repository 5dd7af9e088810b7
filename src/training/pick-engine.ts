/** Which engine trains, and where, when little or nothing is said about it. */
import { isObject, say } from "../base/say.js";
import type { Engine } from "./engine.js";
import { engineByName, engineNames } from "./engines/index.js";
import { EngineUnavailableError, torchOn } from "./engines/torch.js";
import { loadAddon } from "./engines/torch/addon.js";
import { checkedDevice, type Device } from "./engines/torch/model.js";

export interface EngineChoice {
  /** An engine or its name. Default: `"torch"`, or `"tensorflow"` where torch is not there. */
  readonly engine?: Engine | string;
  /** Where engine torch trains. Default: the CUDA card if torch sees one, else the CPU. */
  readonly device?: Device;
}

/**
 * The engine of a choice.
 *
 * @throws EngineUnavailableError when no engine can be used here
 * @throws RangeError for an unknown engine or device, or a device given to an engine that chooses its own
 */
export function pickEngine({ engine, device }: EngineChoice): Engine {
  if (device !== undefined) checkedDevice("train", device);
  if (engine === undefined || engine === "torch") {
    try {
      return torchOn(device ?? (loadAddon().info().cuda ? "cuda" : "cpu"));
    } catch (error) {
      const other = "tensorflow";
      const fallBack = engine === undefined && device === undefined && engineNames().includes(other);
      if (fallBack && error instanceof EngineUnavailableError) return engineByName(other);
      throw error;
    }
  }
  const picked = typeof engine === "string" ? engineByName(engine) : engine;
  if (!isObject(picked) || typeof picked.train !== "function") {
    throw new RangeError(`train: engine must be an engine or its name, got ${say(picked)}`);
  }
  if (device === undefined) return picked;
  throw new RangeError(
    `train: engine "${picked.name}" takes no device, got "${device}"; leave one of them out`,
  );
}
