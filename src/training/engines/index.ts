/** The engines by name. */
import type { Engine } from "../engine.js";
import { torch } from "./torch.js";

const engines: ReadonlyMap<string, Engine> = new Map([torch].map(engine => [engine.name, engine]));

/** The names that `engineByName` knows. */
export const engineNames = (): string[] => [...engines.keys()];

/**
 * The engine of this name.
 *
 * @throws RangeError listing the engines there are
 */
export function engineByName(name: string): Engine {
  const engine = engines.get(name);
  if (engine) return engine;
  const known = [...engines.keys()].map(key => `"${key}"`).join(", ");
  throw new RangeError(`engineByName: expected one of ${known}, got "${name}"`);
}
