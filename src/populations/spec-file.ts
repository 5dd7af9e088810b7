/** The spec of a sweep in its folder, `spec.json`, with every default spelt out. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CheckedSpec, checkSpec, SpecError } from "./spec.js";
import { readTrials, syncFolder } from "./store.js";
import { canonicalJson } from "./trial.js";

const specFile = (folder: string): string => join(folder, "spec.json");

/**
 * The spec of the sweep in `folder`.
 *
 * @throws SpecError if the folder holds no sweep, or a spec that cannot be read
 */
export function readSpec(folder: string): CheckedSpec {
  const file = specFile(folder);
  if (!existsSync(file))
    throw new SpecError(
      `openPopulation: expected a sweep's folder with a spec.json, got ${folder}; "netspace sweep SPEC --out ${folder}" begins one`,
    );
  try {
    return checkSpec(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new SpecError(
      `openPopulation: ${file} cannot be read (${(error as Error).message}); the trials beside it are untouched, ` +
        "put the sweep's spec back in its place, or update netspace if a newer one wrote it",
      { cause: error },
    );
  }
}

/**
 * Writes the spec durably, or checks that the one in the folder is the same.
 *
 * @throws SpecError if the folder holds another sweep, or trials without their spec
 */
export function keepSpec(folder: string, spec: CheckedSpec): void {
  const file = specFile(folder);
  if (existsSync(file)) {
    const kept = readSpec(folder);
    const changed = changedFields(kept, spec);
    if (changed.length === 0) return;
    throw new SpecError(
      `sweep: ${folder} holds a sweep of another spec (${changed.join(", ")} differ); choose another folder`,
    );
  }
  if (readTrials(folder).records.size > 0) {
    throw new SpecError(`sweep: ${folder} holds trials without their spec.json; choose another folder`);
  }
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(spec, null, 2)}\n`);
  const descriptor = openSync(fresh, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(fresh, file);
  syncFolder(folder);
  syncFolder(dirname(folder));
}

/** Fields that decide the experiment and differ; how it is run may change from run to run. */
function changedFields(kept: CheckedSpec, spec: CheckedSpec): string[] {
  const fields = new Set([...Object.keys(kept), ...Object.keys(spec)] as (keyof CheckedSpec)[]);
  fields.delete("run");
  return [...fields].filter(key => canonicalJson(kept[key]) !== canonicalJson(spec[key]));
}
