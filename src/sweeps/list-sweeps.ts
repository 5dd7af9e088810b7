/** The sweeps below a folder, as a table. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expectName } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { edf } from "../statistics/edf.js";
import { type Table, tableOf } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { specFile } from "../trials/spec-file.js";
import { checkedLabels, labelsIn } from "../trials/store/labels.js";
import { sweepStatus } from "./cluster/cluster-sweep.js";

/** A sweep in a list. */
export interface ListedSweep {
  /** Relative to the folder that was listed; `"."` for itself. */
  readonly folder: string;
  readonly space: string;
  readonly dataset: string;
  /** `"running"`, `"queued"`, `"finished"`, `"stopped"`, or `"unreadable"`, then with the reason as its note. */
  readonly state: string;
  /** Networks trained, and of how many. */
  readonly trained: number;
  readonly of: number;
  readonly failed: number;
  /** Errors on the test split, per cent; NaN before there are any. */
  readonly least: number;
  readonly mean: number;
  /** When the last network ended, ISO 8601; "" before any has. */
  readonly last: string;
  /** Separated by spaces. */
  readonly tags: string;
  readonly note: string;
}

export interface ListOptions {
  /** Only sweeps that have all of these tags. Default: all sweeps. */
  readonly tags?: readonly string[];
}

/** Folders below the one that is listed, and names of those in which no sweep is looked for. */
const DEEPEST = 4;
const passedOver = new Set(["trials", "source", "slurm", "node_modules"]);

/**
 * The sweeps in a folder and below it, those that were at work last first: what they are of, how far they are, their errors, tags and notes.
 *
 * @throws TableError if there is no such folder
 * @throws RangeError for what is no tag
 * @example `listSweeps("runs", { tags: ["baseline"] }).where({ state: "finished" })`
 */
export function listSweeps(folder = "runs", options: ListOptions = {}): Table<ListedSweep> {
  const fn = "listSweeps";
  expectName(fn, "a folder with sweeps", folder);
  expectOptions(fn, options, { tags: "list?" });
  const { tags } = checkedLabels(fn, { tags: options.tags ?? [], note: "" });
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new TableError(
      `${fn}: expected a folder, got ${folder}; give the one that your sweeps' folders are in`,
    );
  }
  const listed = sweepsIn(folder, DEEPEST)
    .map(found => listedSweep(folder, found))
    .filter(sweep => tags.every(tag => sweep.tags.split(" ").includes(tag)))
    .sort((a, b) => b.last.localeCompare(a.last) || a.folder.localeCompare(b.folder));
  return tableOf<ListedSweep>(listed);
}

function sweepsIn(folder: string, depth: number): string[] {
  // A spec that someone wrote lies in many a folder; where a sweep was begun there is its store or its note of a run.
  const begun = ["trials", "runs.jsonl"].some(name => existsSync(join(folder, name)));
  if (existsSync(specFile(folder)) && begun) return [folder];
  if (depth === 0) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() && !entry.name.startsWith(".") && !passedOver.has(entry.name)
      ? sweepsIn(join(folder, entry.name), depth - 1)
      : [],
  );
}

function listedSweep(root: string, folder: string): ListedSweep {
  const name = relative(resolve(root), resolve(folder)) || ".";
  try {
    const { population, total, failed, state } = sweepStatus(folder);
    const { errors, spec, trials } = population;
    const { min, mean } = errors.length > 0 ? edf(errors) : { min: Number.NaN, mean: Number.NaN };
    const { tags, note } = labelsIn(folder).labels;
    return {
      folder: name,
      space: population.name,
      dataset: datasetFacts(spec.dataset).identity,
      state,
      trained: population.length,
      of: total,
      failed: failed.length,
      least: min,
      mean,
      last: trials.reduce((latest, { endedAt }) => (endedAt > latest ? endedAt : latest), ""),
      tags: tags.join(" "),
      note,
    };
  } catch (error) {
    // One that a newer netspace wrote does not hide the others.
    const nothing = {
      space: "",
      dataset: "",
      trained: 0,
      of: 0,
      failed: 0,
      least: Number.NaN,
      mean: Number.NaN,
      last: "",
    };
    return { folder: name, ...nothing, state: "unreadable", tags: "", note: (error as Error).message };
  }
}
