/** A sweep's spec from a file that the user names. */
import { resolve } from "node:path";
import { fileProblem } from "../base/node/file-problem.js";
import { readCompact } from "../populations/compact.js";
import type { SweepSpec } from "../trials/spec.js";
import { SpecError } from "../trials/spec-error.js";
import { contentsOf, spaceName } from "../trials/space-spec.js";
import { readJsonFile } from "./read-json-file.js";
import { placedSpaces } from "./read-placed.js";

/**
 * The spec in a JSON file, not checked yet, or in a compact population. Modules that it names lie beside it.
 *
 * @throws SpecError if the file cannot be read, or is a population whose space is code
 */
export async function readSpecFile(file: string): Promise<SweepSpec> {
  if (/\.parquet$/i.test(file)) {
    const { spec, provenance } = await readCompact(file);
    if (contentsOf(spec.space).length === 0) return provenance!.spec;
    throw new SpecError(
      `sweep: the space of ${file}, ${spaceName(spec.space)}, is code, which is not run out of a population; write it out with netspace sweep expand ${file} --out FOLDER, read FOLDER/source, then netspace sweep FOLDER/spec.json --out FOLDER`,
    );
  }
  try {
    return placedSpaces(readJsonFile(file), resolve(file, "..")) as SweepSpec;
  } catch (error) {
    throw new SpecError(`sweep: expected a JSON file, could not read ${file}: ${fileProblem(error)}`);
  }
}
