/** The populations that come with the package, in `data/populations/`, trained by this project; see data/README.md. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/node/paths.js";
import { say } from "../base/say.js";
import { completes } from "../notebook/completes.js";
import { readCompact } from "./compact.js";
import type { Population } from "./population.js";

const shippedFolder = join(packageRoot, "data", "populations");

/** The names that `shippedPopulation` knows, such as `"AnyNetXA"`. */
export const shippedPopulations = (): string[] =>
  existsSync(shippedFolder)
    ? readdirSync(shippedFolder)
        .filter(name => name.endsWith(".parquet"))
        .map(name => name.slice(0, -".parquet".length))
        .sort()
    : [];

/** The file of a population that comes with the package. */
export const shippedFile = (name: string): string => join(shippedFolder, `${name}.parquet`);

/**
 * A population that comes with the package, with spec, architectures, curves and provenance.
 *
 * @example `const { errors } = await shippedPopulation("AnyNetXA")`
 * @throws RangeError for a name there is none of, with those there are
 */
export function shippedPopulation(name: string): Promise<Population> {
  const known = shippedPopulations();
  if (known.includes(name)) return readCompact(shippedFile(name));
  const names = known.length > 0 ? `known are ${known.join(", ")}` : `${shippedFolder} holds none`;
  return Promise.reject(new RangeError(`shippedPopulation: unknown population ${say(name)}; ${names}`));
}
completes(shippedPopulation, shippedPopulations);
