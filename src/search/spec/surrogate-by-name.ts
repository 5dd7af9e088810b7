/** Surrogates by their functions' names, with settings as data: what a spec in a file says. */
import { isObject, say } from "../../base/say.js";
import { gaussianProcess } from "../surrogates/gaussian-process.js";
import { linearEnsemble } from "../surrogates/linear-ensemble.js";
import { networkEnsemble } from "../surrogates/network-ensemble.js";
import type { Surrogate } from "../surrogates/surrogate.js";

const makers: Readonly<Record<string, (settings: never) => Surrogate>> = {
  linearEnsemble,
  networkEnsemble,
  gaussianProcess,
};

/** A surrogate as a spec has it: its name, or that with its settings. */
export type SurrogateSpec = string | { readonly name: string; readonly [setting: string]: unknown };

/** @throws RangeError for a surrogate, or a setting, that there is not */
export function surrogateByName(spec: SurrogateSpec): Surrogate {
  const { name, ...settings } =
    typeof spec === "string" ? { name: spec } : isObject(spec) ? spec : { name: spec };
  if (typeof name === "string" && Object.hasOwn(makers, name)) return makers[name](settings as never);
  throw new RangeError(
    `strategy: surrogate: expected one of ${Object.keys(makers).join(", ")}, or one with settings such as { "name": "gaussianProcess" }, got ${say(name)}`,
  );
}
