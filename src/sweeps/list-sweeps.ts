/** The sweeps below a folder, as a table. */
import { readdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { expectName } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { edf } from "../statistics/edf.js";
import { type Columns, type Table, tableOf } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { specFile } from "../trials/spec-file.js";
import { checkedLabels, labelsIn } from "../trials/store/labels.js";
import { wasSubmitted } from "./cluster/cluster-queue.js";
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

/** Levels below the folder that is listed in which sweeps are looked for; deeper ones are a note. */
const DEEPEST = 8;
/** What a sweep keeps, which holds no sweeps. */
const ofSweep = new Set(["trials", "source", "slurm"]);

/**
 * The sweeps in a folder and down to eight levels below it, those that were at work last first: what they are of, how far they are,
 * their errors, tags and notes. Links are followed, and each folder is looked at once; hidden ones and `node_modules` are not. A folder
 * that cannot be read, or lies deeper, is told in the table's notes.
 *
 * @throws TableError if there is no such folder, or it cannot be read
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
  const { sweeps, notes } = sweepsIn(folder);
  const listed = sweeps
    .map(found => listedSweep(folder, found, notes))
    .filter(sweep => tags.every(tag => sweep.tags.split(" ").includes(tag)))
    .sort((a, b) => b.last.localeCompare(a.last) || a.folder.localeCompare(b.folder));
  // By columns: a table of no sweeps has them all the same.
  const columns = Object.keys(unread).map(name => {
    const values = listed.map(sweep => sweep[name as keyof ListedSweep]);
    return [name, values] as const;
  });
  return tableOf<ListedSweep>(Object.fromEntries(columns) as unknown as Columns, notes);
}

/** What is not known of a sweep that cannot be read; every column there is. */
const unread: ListedSweep = {
  folder: "",
  space: "",
  dataset: "",
  state: "unreadable",
  trained: 0,
  of: 0,
  failed: 0,
  least: Number.NaN,
  mean: Number.NaN,
  last: "",
  tags: "",
  note: "",
};

/** A folder to look into. */
interface Place {
  readonly folder: string;
  readonly depth: number;
}

/** The folders of sweeps; a link is followed after all that are there by their own names, so that a sweep has its own. */
function sweepsIn(root: string): { readonly sweeps: string[]; readonly notes: string[] } {
  const sweeps: string[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  const deeper: string[] = [];
  const [own, linked]: [Place[], Place[]] = [[{ folder: root, depth: 0 }], []];
  for (let place = own.pop(); place; place = own.pop() ?? linked.shift()) {
    const { folder, depth } = place;
    try {
      const { dev, ino } = statSync(folder, { bigint: true });
      if (seen.has(`${dev}:${ino}`)) continue;
      seen.add(`${dev}:${ino}`);
      const entries = readdirSync(folder, { withFileTypes: true });
      const isSweep = isBegun(folder, new Set(entries.map(({ name }) => name)));
      if (isSweep) sweeps.push(folder);
      for (const entry of entries) {
        const { name } = entry;
        if (name.startsWith(".") || name === "node_modules" || (isSweep && ofSweep.has(name))) continue;
        const path = join(folder, name);
        const isLink = entry.isSymbolicLink();
        if (!(isLink ? leadsToFolder(path) : entry.isDirectory())) continue;
        if (depth === DEEPEST) deeper.push(path);
        else (isLink ? linked : own).push({ folder: path, depth: depth + 1 });
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (folder === root) {
        throw new TableError(
          `listSweeps: expected a folder that can be read, got ${folder} (${message}); make it readable`,
          { cause: error },
        );
      }
      // What was taken away meanwhile is no sweep any more.
      if (code !== "ENOENT") notes.push(`${folder} cannot be read (${message}); sweeps in it are not listed`);
    }
  }
  if (deeper.length > 0) {
    const more = deeper.length === 1 ? "" : ` and ${deeper.length - 1} more folders`;
    notes.push(
      `${deeper[0]}${more}: deeper than ${DEEPEST} levels, sweeps in there are not listed; list them by themselves`,
    );
  }
  return { sweeps, notes };
}

/** A spec that someone wrote lies in many a folder; where a sweep was begun there is its store, its note of a run, or of a job. */
const isBegun = (folder: string, names: ReadonlySet<string>): boolean =>
  names.has(basename(specFile(folder))) &&
  (names.has("trials") || names.has("runs.jsonl") || wasSubmitted(folder));

/** Whether a link leads to a folder; one that leads nowhere does not. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

function listedSweep(root: string, folder: string, notes: string[]): ListedSweep {
  const name = relative(resolve(root), resolve(folder)) || ".";
  try {
    const { population, total, failed, state, queueError, labels } = sweepStatus(folder);
    const { errors, spec, trials } = population;
    const { min, mean } = errors.length > 0 ? edf(errors) : { min: Number.NaN, mean: Number.NaN };
    const { tags, note } = labels;
    const { problem } = labelsIn(folder);
    if (problem !== undefined) notes.push(`${name}: ${problem}`);
    if (queueError !== undefined) notes.push(`${name}: the queue is not known: ${queueError}`);
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
    return { ...unread, folder: name, note: (error as Error).message };
  }
}
