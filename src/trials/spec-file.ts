/** The spec of a sweep in its folder, `spec.json`, with every default spelt out. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJsonFile } from "../base/node/json-file.js";
import { requireRegular } from "../base/node/regular-file.js";
import { replaceFile, syncFolder } from "../base/node/replace-file.js";
import { type CheckedSpec, checkSpec } from "./spec.js";
import { codeOf, spaceIdentity, spaceName } from "./space-spec.js";
import { SpecError } from "./spec-error.js";
import { filesOf, keepSources, keptFiles, sourcesOf } from "./source/keep-source.js";
import { noteGrowth } from "./store/grown.js";
import { readTrials, writing } from "./store/store.js";
import { canonicalJson, sweepId } from "./trial.js";

export const specFile = (folder: string): string => join(folder, "spec.json");

/**
 * The spec of the sweep in `folder`.
 *
 * @param caller what errors begin with
 * @throws SpecError if the folder holds no sweep, or a spec that cannot be read
 */
export function readSpec(folder: string, caller = "openPopulation"): CheckedSpec {
  const file = specFile(folder);
  if (!existsSync(file) && existsSync(join(folder, "search-spec.json"))) {
    throw new SpecError(
      `${caller}: expected a folder in which networks are trained, got ${folder}, whose search measures in its own process; openSearch() reads it, and its outcomes are a table`,
    );
  }
  if (!existsSync(file))
    throw new SpecError(
      `${caller}: expected a sweep's folder with a spec.json, got ${folder}; "netspace sweep SPEC --out ${folder}" begins one`,
    );
  try {
    requireRegular(file);
    return checkSpec(readJsonFile(file));
  } catch (error) {
    throw new SpecError(
      `${caller}: ${file} cannot be read (${(error as Error).message}); the trials beside it are untouched, ` +
        "put the sweep's spec back in its place, or update netspace if a newer one wrote it",
      { cause: error },
    );
  }
}

/**
 * Writes the spec durably, or checks that the one in the folder is the same, but for fewer networks: then the sweep grows. Its
 * first networks and their seeds are the same, so what is trained stays.
 *
 * @throws SpecError if the folder holds another sweep, or trials without their spec
 * @throws StoreError if it cannot be written
 */
export function keepSpec(folder: string, spec: CheckedSpec): void {
  const file = specFile(folder);
  if (existsSync(file)) {
    const kept = readSpec(folder);
    const changed = changedFields(kept, spec);
    if (changed.length === 0) return;
    requireSameCode(folder, kept, spec);
    const isSizeAlone = changed.length === 1 && changed[0] === "n";
    if (isSizeAlone && spec.n > kept.n && (spec.repeats ?? 1) === 1) {
      // In this order: what stops in between leaves a sweep that has not grown yet.
      writing(file, () => {
        noteGrowth(folder, sweepId(kept));
        replaceFile(file, `${JSON.stringify(spec, null, 2)}\n`, { durable: true });
      });
      return;
    }
    throw new SpecError(
      `sweep: ${folder} holds a sweep of another spec (${differences(changed, kept, spec)}); ${remedy(isSizeAlone, kept, spec)}`,
    );
  }
  if (readTrials(folder).records.size > 0) {
    throw new SpecError(`sweep: ${folder} holds trials without their spec.json; choose another folder`);
  }
  keepSources(folder, spec.space);
  writing(file, () => {
    replaceFile(file, `${JSON.stringify(spec, null, 2)}\n`, { durable: true });
    syncFolder(dirname(folder));
  });
}

/** What to do about a spec that differs. A sweep of more networks goes on in its folder, of fewer is a part of it. */
function remedy(isSizeAlone: boolean, kept: CheckedSpec, spec: CheckedSpec): string {
  if (!isSizeAlone) return "choose another folder";
  return spec.n < kept.n
    ? `a sweep grows and does not shrink: take the first ${spec.n} rows of its population, or choose another folder`
    : "with repeats the later trainings of each network would have other seeds: choose another folder";
}

/** @throws SpecError if the two spaces are one but for their code, with the files of it that differ */
function requireSameCode(folder: string, kept: CheckedSpec, spec: CheckedSpec): void {
  const [there, here] = [codeOf(kept.space), codeOf(spec.space)];
  const others = here.filter(({ path, code }) => {
    const old = there.find(part => part.path === path)?.code;
    return old !== undefined && old.content !== code.content;
  });
  if (others.length === 0) return;
  const copies = keptFiles(folder) ?? {};
  const now = filesOf(sourcesOf(spec.space));
  const files = [...new Set([...Object.keys(copies), ...Object.keys(now)])].filter(
    name => copies[name] !== now[name],
  );
  throw new SpecError(
    `sweep: the code of ${spaceName(spec.space)} has changed since ${folder} was begun (${files.sort().join(", ") || "its files"}), and its networks with it: one population cannot have both. To sweep the code as it is now, choose another folder; to go on with the code as it was, which ${folder} keeps, netspace sweep ${specFile(folder)} --out ${folder}`,
  );
}

/** The fields in words: `n differs: 4 there, 6 here`, or `n and where differ`. */
function differences(fields: readonly (keyof CheckedSpec)[], kept: CheckedSpec, spec: CheckedSpec): string {
  if (fields.length > 1) return `${fields.slice(0, -1).join(", ")} and ${fields.at(-1)} differ`;
  const [there, here] = [kept[fields[0]], spec[fields[0]]].map(value =>
    value === undefined ? "nothing" : canonicalJson(value),
  );
  const isShort = there.length + here.length < 80;
  return `${fields[0]} differs${isShort ? `: ${there} there, ${here} here` : ""}`;
}

/** Fields that decide the experiment and differ; how it is run may change from run to run, and where code lies. */
function changedFields(kept: CheckedSpec, spec: CheckedSpec): (keyof CheckedSpec)[] {
  const fields = new Set([...Object.keys(kept), ...Object.keys(spec)] as (keyof CheckedSpec)[]);
  fields.delete("run");
  const identity = (of: CheckedSpec, key: keyof CheckedSpec) =>
    canonicalJson(key === "space" ? spaceIdentity(of.space) : of[key]);
  return [...fields].filter(key => identity(kept, key) !== identity(spec, key));
}
