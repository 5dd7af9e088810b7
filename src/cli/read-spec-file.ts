/** A sweep's spec from a file that the user names. */
import { readCompact } from "../populations/compact.js";
import { SpecError, type SweepSpec } from "../trials/spec.js";
import { readJsonFile } from "./read-json-file.js";

/**
 * The spec in a JSON file, not checked yet, or in a compact population.
 *
 * @throws SpecError if the file cannot be read
 */
export async function readSpecFile(file: string): Promise<SweepSpec> {
  if (/\.parquet$/i.test(file)) return (await readCompact(file)).provenance!.spec;
  try {
    return readJsonFile(file) as SweepSpec;
  } catch (error) {
    throw new SpecError(`sweep: expected a JSON file, could not read ${file}: ${(error as Error).message}`);
  }
}
