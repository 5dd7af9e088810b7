/** The engines by name. */
import { say } from "../../base/say.js";
import type { Engine } from "../engine.js";
import { tensorflow } from "./tensorflow.js";
import { type Device, torch, torchOn } from "./torch.js";

const engines: ReadonlyMap<string, Engine> = new Map(
  [torch, tensorflow].map(engine => [engine.name, engine]),
);

/** The names that `engineByName` knows. */
export const engineNames = (): string[] => [...engines.keys()];

/**
 * The engine of this name.
 *
 * @throws RangeError listing the engines there are
 * @example
 * ```ts
 * engineByName("torch").name; // => "torch"
 * ```
 */
export function engineByName(name: string): Engine {
  const engine = engines.get(name);
  if (engine) return engine;
  const known = [...engines.keys()].map(key => `"${key}"`).join(", ");
  throw new RangeError(`engineByName: expected one of ${known}, got ${say(name)}`);
}

/**
 * The engine of this name on a device; `"cpu"` is where every engine runs by default.
 *
 * @throws RangeError for an engine that cannot be put on the device
 */
export function engineOn(name: string, device: Device): Engine {
  const engine = engineByName(name);
  if (device === "cpu") return engine;
  if (engine === torch) return torchOn(device);
  throw new RangeError(`engineOn: expected the engine "torch" for the device ${device}, got "${name}"`);
}
