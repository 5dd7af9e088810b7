/** A population by what a person calls it: a sweep's folder, a file, or the name of one that ships. */
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expectName } from "../base/expect.js";
import { Population, populationIn } from "./population.js";
import { readPopulation } from "./formats/read-population.js";
import { shippedFile, shippedPopulation, shippedPopulations } from "./shipped.js";
import { spaceName } from "../trials/space-spec.js";
import type { Table } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";

export interface NamedPopulation {
  /** The design space's name where it is known, else the file's. */
  readonly name: string;
  readonly population: Table;
}

/**
 * Opens a sweep's folder (finished or running), a file that `readPopulation` knows, or a shipped population.
 *
 * @throws RangeError if there is no such folder or file, and no shipped population of that name
 * @example
 * ```ts
 * const { name, population } = await populationFrom("RegNetX");
 * [name, population.length]; // => ["RegNetX", 128]
 * ```
 */
export async function populationFrom(source: string): Promise<NamedPopulation> {
  return namedPopulation("populationFrom", source);
}

/** `populationFrom` for a function that says its own name in errors. */
async function namedPopulation(by: string, source: string): Promise<NamedPopulation> {
  expectName(by, "a sweep's folder, a file, or a shipped population", source);
  const population = await open(by, source);
  const base = basename(resolve(source)).replace(/\.\w+(\.gz)?$/i, "");
  const name = population instanceof Population ? spaceName(population.spec.space) : base;
  return { name, population: population as Table };
}

/**
 * Opens what `populationFrom` opens, if it has the columns that are asked for.
 *
 * @param by who asks, for the error
 * @throws TableError naming the columns that there are
 */
export async function populationWith(
  by: string,
  source: string,
  columns: readonly string[],
): Promise<NamedPopulation> {
  const found = await namedPopulation(by, source);
  const { names } = found.population;
  if (columns.every(name => names.includes(name))) return found;
  throw new TableError(
    `${by}: expected a population with the columns ${columns.join(", ")}, got ${names.join(", ")} in ${source}`,
  );
}

/**
 * Opens what `populationFrom` opens, if a sweep of ours trained it.
 *
 * @param by who asks, for the error
 * @throws TableError for other data, which has no spec, architectures or curves
 */
export async function trainedPopulation(by: string, source: string): Promise<Population> {
  const { population } = await namedPopulation(by, source);
  if (population instanceof Population) return population;
  throw new TableError(`${by}: expected a population trained by a sweep, got other data in ${source}`);
}

/**
 * Sees to it that no folder or file is there twice, by whatever names: compared with itself a population is "the same".
 *
 * @param by who asks, for the error
 * @throws TableError naming both
 */
export function requireDistinctSources(by: string, sources: readonly string[]): void {
  const known = new Map<string, string>();
  for (const source of sources) {
    const file = existsSync(source) ? source : shippedFile(source);
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    // One that is not there is said by whoever opens it.
    if (!stats) continue;
    const place = `${stats.dev}:${stats.ino}`;
    const other = known.get(place);
    if (other !== undefined) {
      const twice = other === source ? `${source} twice` : `${other} and ${source}, which are one`;
      throw new TableError(`${by}: expected each population once, got ${twice}; leave one of them out`);
    }
    known.set(place, source);
  }
}

function open(by: string, source: string): Promise<object> {
  if (!existsSync(source)) {
    const known = shippedPopulations();
    if (known.includes(source)) return shippedPopulation(source);
    const problem = `${by}: expected a sweep's folder, a file, or a shipped population (${known.join(", ") || "none here"}), got ${source}, which is none of them`;
    return Promise.reject(new RangeError(problem));
  }
  return statSync(source).isDirectory() ? Promise.resolve(populationIn(by, source)) : readPopulation(source);
}
