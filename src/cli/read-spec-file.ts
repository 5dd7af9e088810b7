/** A sweep's spec from a file that the user names. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileProblem } from "../base/node/file-problem.js";
import { readCompact } from "../populations/compact.js";
import { trainedPopulation } from "../populations/population-from.js";
import type { SweepSpec } from "../trials/spec.js";
import { SpecError } from "../trials/spec-error.js";
import { contentsOf, spaceName } from "../trials/space-spec.js";
import { readJsonFile } from "./read-json-file.js";
import { isRecord } from "../trials/vocabulary.js";
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
  let spec: unknown;
  try {
    spec = placedSpaces(readJsonFile(file), resolve(file, ".."));
  } catch (error) {
    throw new SpecError(`sweep: expected a JSON file, could not read ${file}: ${fileProblem(error)}`);
  }
  return (await withArchitectures(spec, resolve(file, ".."))) as SweepSpec;
}

/**
 * The spec with architectures in place of the population that it names: a folder or file beside it, or one that ships. Each of
 * them is trained once, all unless it says how many.
 */
async function withArchitectures(spec: unknown, folder: string): Promise<unknown> {
  if (!isRecord(spec) || !isRecord(spec.space) || typeof spec.space.architectures !== "string") return spec;
  const named = spec.space.architectures;
  const beside = resolve(folder, named);
  const population = await trainedPopulation(
    "sweep spec: space.architectures",
    existsSync(beside) ? beside : named,
  );
  const { architectures } = population;
  return { n: architectures.length, ...spec, space: { ...spec.space, architectures } };
}
