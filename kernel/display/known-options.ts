/** Options by name: one that is misspelt would be taken for one that is left out, and shown as if nothing was asked. */

import { inspect } from "node:util";

/** All names of some options. The compiler holds them against the options' type, so that neither has one more. */
export type OptionNames<T> = { readonly [K in keyof T]-?: true };

/**
 * @param by what errors begin with
 * @throws TypeError for what are no options, and for a name that is not among the known ones
 */
export function expectKnown<T extends object>(by: string, options: T, known: OptionNames<T>): void {
  const names = Object.keys(known).join(", ");
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const got = inspect(options, { depth: 0, breakLength: Infinity });
    throw new TypeError(`${by}: expected options, { ${names} }, got ${got}`);
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new TypeError(`${by}: unknown option ${JSON.stringify(name)}; known are ${names}`);
  }
}
