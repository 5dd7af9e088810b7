/** A sweep's spec from a file that the user names. */
import { readFileSync } from "node:fs";
import { readCompact } from "../populations/compact.js";
import { SpecError, type SweepSpec } from "../populations/spec.js";

/**
 * The spec in a JSON file, not checked yet, or in a compact population.
 *
 * @throws SpecError if the file cannot be read
 */
export async function readSpecFile(file: string): Promise<SweepSpec> {
  if (/\.parquet$/i.test(file)) return (await readCompact(file)).provenance!.spec;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as SweepSpec;
  } catch (error) {
    throw new SpecError(`sweep: expected a JSON file, could not read ${file}: ${(error as Error).message}`);
  }
}
