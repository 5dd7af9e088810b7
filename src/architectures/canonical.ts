/** Whether two architectures are one function: what they have in common is written alike. */
import { checkArchitecture, commonParts, familyOf } from "./families.js";
import type { GivenArchitecture } from "./family.js";

/**
 * A text that is equal for two architectures whose networks compute the same functions, with the right weights, for the
 * same classes and images, as far as their family knows to tell; names do not count. Parts that are alike are written
 * alike, whether or not their weights are the same ones, as the literature does. By it a search finds that it has been
 * somewhere before under another description.
 *
 * @throws NetworkError for an architecture that no network can have
 * @example
 * ```ts
 * canonical(nasBenchMacro("21012000")) === canonical(nasBenchMacro("21120000")); // => false
 * canonical(nasBenchMacro("00102000")) === canonical(nasBenchMacro("00120000")); // => true
 * ```
 */
export function canonical(architecture: GivenArchitecture): string {
  checkArchitecture("canonical", architecture);
  const family = familyOf(architecture);
  const form = family.canonical?.(architecture) ?? sorted(family.toJson(architecture));
  const { classes = 1000, resolution } = commonParts(architecture);
  return [
    family.name,
    `${classes} classes`,
    ...(resolution === undefined ? [] : [`${resolution} px`]),
    form,
  ].join(": ");
}

/** JSON whose names are in order, since the same fields may be written in any; without a name, which is no part of it. */
function sorted(json: object): string {
  const {
    name: _name,
    classes: _classes,
    resolution: _resolution,
    ...rest
  } = json as Record<string, unknown>;
  return JSON.stringify(rest, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
