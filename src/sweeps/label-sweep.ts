/** Tags and a note on a sweep, for the person who has fifty of them. */
import { existsSync } from "node:fs";
import { expectName } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { SpecError } from "../trials/spec-error.js";
import { specFile } from "../trials/spec-file.js";
import { changeLabels, checkedLabels, type Labels, readLabels } from "../trials/store/labels.js";

export interface LabelOptions {
  /** Tags in place of those that it has. Default: they stay. */
  readonly tags?: readonly string[];
  /** Tags that it gets, and loses. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** A note in place of the one that it has; `""` takes it away. Default: it stays. */
  readonly note?: string;
}

/**
 * Puts tags and a note on the sweep in a folder, running or not, and returns what it has then; without options it changes nothing.
 * Processes that do so at once wait for each other. With both `tags` and `note` what was there is not read, whatever became of it.
 * `listSweeps` finds by tags, `sweepStatus`, the page of `netspace sweep watch` and reports show both, and compact files keep them.
 *
 * @throws SpecError if the folder holds no sweep
 * @throws RangeError for a tag that is not one word
 * @throws StoreError if what is there cannot be read, or nothing can be written
 * @example `labelSweep("runs/se", { add: ["baseline"], note: "before the new stem" })`
 */
export function labelSweep(folder: string, options: LabelOptions = {}): Labels {
  const fn = "labelSweep";
  expectName(fn, "a sweep's folder", folder);
  expectOptions(fn, options, { tags: "list?", add: "list?", remove: "list?", note: "text?" });
  if (!existsSync(specFile(folder))) {
    throw new SpecError(
      `${fn}: expected a sweep's folder with a spec.json, got ${folder}; "netspace sweep SPEC --out ${folder}" begins one`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length === 0) return readLabels(folder);
  let labels: Labels | undefined;
  changeLabels(folder, () => (labels = changed(fn, folder, options)));
  return labels!;
}

function changed(fn: string, folder: string, options: LabelOptions): Labels {
  const { add = [], remove = [] } = options;
  // What is replaced whole need not be readable.
  const isReplaced = options.tags !== undefined && options.note !== undefined;
  const kept = isReplaced ? (options as Labels) : readLabels(folder);
  const { tags = kept.tags, note = kept.note } = options;
  const gone = checkedLabels(fn, { tags: remove, note: "" }).tags;
  const all = checkedLabels(fn, { tags: [...Array.from(tags), ...Array.from(add)], note });
  return { ...all, tags: all.tags.filter(tag => !gone.includes(tag)) };
}
