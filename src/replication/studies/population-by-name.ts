/** Populations by name, out of a folder of them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readCompact } from "../../populations/compact.js";
import { openPopulation, type Population } from "../../populations/population.js";

/** A compact population, `<name>.parquet`, or else a sweep's folder of that name; undefined if there is neither. */
export async function openPopulationNamed(folder: string, name: string): Promise<Population | undefined> {
  const file = join(folder, `${name}.parquet`);
  if (existsSync(file)) return readCompact(file);
  return existsSync(join(folder, name)) ? openPopulation(join(folder, name)) : undefined;
}
