/** Strategies by name: as published, and scaled to small budgets. */
import { say } from "../../base/say.js";
import type { Preset } from "./preset.js";
import { publishedPresets } from "./published.js";
import { scaledPresets } from "./scaled.js";

export type { Preset } from "./preset.js";

/**
 * Strategies with settings that were published, and with settings of ours for 100 to 300 evaluations (`…-small`), by name. Each says
 * its source, what that states, what is inferred and what differs.
 *
 * @example `search(space, { strategy: presets["nasnet-ppo"], … })`
 */
export const presets = Object.freeze({ ...publishedPresets, ...scaledPresets });

export type PresetName = keyof typeof presets;

/**
 * A preset by its name.
 *
 * @throws RangeError for a name that none has, with all names
 * @example
 * ```ts
 * import { presetByName } from "netspace/search";
 *
 * const { evaluations, origin, settings } = presetByName("evolution-small");
 * [evaluations, origin]; // => [200, "ours"]
 * settings.population; // => 20
 * ```
 */
export function presetByName(name: string): Preset {
  if (typeof name === "string" && Object.hasOwn(presets, name)) return presets[name as PresetName];
  throw new RangeError(
    `presetByName: expected the name of a preset, got ${say(name)}; there are ${Object.keys(presets).join(", ")}`,
  );
}
