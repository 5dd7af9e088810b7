/**
 * What a person says of a sweep: tags to find it by, and a note. They lie in its folder, `labels.json`, and are no part of its spec: what
 * is trained does not depend on them, and they may change at any time, also while it runs.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isList } from "../../base/expect.js";
import { replaceFile } from "../../base/node/replace-file.js";
import { oneLine, say } from "../../base/say.js";
import { isRecord } from "../vocabulary.js";
import { whileLocked } from "./lock.js";
import { readStoreFile, writing } from "./store.js";
import { StoreError } from "./store-error.js";

export interface Labels {
  /** Words to find it by, each once, sorted. */
  readonly tags: readonly string[];
  /** Any text; "" where nothing was noted. */
  readonly note: string;
}

const labelsFile = (folder: string): string => join(folder, "labels.json");

const none: Labels = { tags: [], note: "" };

/** A tag is one word, as `lr-sweep` or `2026/se`, in any script; a note a few pages at most. */
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._:/+-]{0,63}$/u;
const [MOST_TAGS, MOST_NOTE] = [100, 10_000];

/**
 * Labels as they are kept: tags in Unicode's form C, as systems differ in how they write an ü.
 *
 * @throws RangeError for what is no tag or no note
 */
export function checkedLabels(caller: string, { tags, note }: Labels): Labels {
  if (!isList(tags)) throw new RangeError(`${caller}: expected a list of tags, got ${say(tags)}`);
  const list = Array.from(tags, (tag: unknown) => (typeof tag === "string" ? tag.normalize("NFC") : tag));
  const odd = list.findIndex(tag => typeof tag !== "string" || !TAG.test(tag));
  if (odd >= 0) {
    throw new RangeError(
      `${caller}: expected tags of one word, at most 64 letters, digits and . _ : / + -, got ${say(list[odd])}; what is longer belongs into the note`,
    );
  }
  const kept = [...new Set(list as string[])].sort();
  if (kept.length > MOST_TAGS) {
    throw new RangeError(`${caller}: expected at most ${MOST_TAGS} tags, got ${kept.length}; take some out`);
  }
  if (typeof note !== "string" || note.length > MOST_NOTE) {
    const got = typeof note === "string" ? `one of ${note.length}` : say(note);
    throw new RangeError(`${caller}: expected a note of at most ${MOST_NOTE} characters, got ${got}`);
  }
  return { tags: kept, note: note.trim() };
}

/**
 * Keeps labels in a sweep's folder in place of those that are there, which no other process changes meanwhile; the file of none is
 * taken away.
 *
 * @param change reads what is there, if it asks, and gives what is kept; undefined leaves it
 * @throws StoreError if they cannot be written
 */
export function changeLabels(folder: string, change: () => Labels | undefined): void {
  const file = labelsFile(folder);
  whileLocked(join(folder, "labels.lock"), () => {
    const labels = change();
    if (!labels) return;
    writing(file, () => {
      if (labels.tags.length === 0 && labels.note === "") rmSync(file, { force: true });
      else replaceFile(file, `${JSON.stringify(labels, null, 2)}\n`, { durable: true });
    });
  });
}

/** The labels in a sweep's folder, for whom they are commentary: none, and why, where they cannot be read. */
export function labelsIn(folder: string): { readonly labels: Labels; readonly problem?: string } {
  try {
    return { labels: readLabels(folder) };
  } catch (error) {
    const problem = (error as Error).message.replace(/^sweep: /, "");
    return { labels: none, problem: `its tags and note are left out: ${problem}` };
  }
}

/**
 * The labels in a sweep's folder, for whom changes them.
 *
 * @throws StoreError if they cannot be read
 */
export function readLabels(folder: string): Labels {
  const file = labelsFile(folder);
  if (!existsSync(file)) return none;
  const text = readStoreFile(file);
  try {
    const { tags = [], note = "" } = recordIn(text);
    return checkedLabels("labels", { tags: tags as readonly string[], note: note as string });
  } catch (cause) {
    throw new StoreError(
      `sweep: expected tags and a note in ${file}, which cannot be read (${(cause as Error).message}); mend it, or take it away with netspace sweep label ${folder} --clear`,
      { cause },
    );
  }
}

function recordIn(text: string): Readonly<Record<string, unknown>> {
  const data: unknown = JSON.parse(text);
  if (isRecord(data)) return data;
  throw new RangeError(`expected an object, got ${say(data)}`);
}

/** As one line: `#baseline #se  first try`; "" for none. They may come from other people, in compact files. */
export const labelLine = ({ tags, note }: Labels): string =>
  [tags.map(tag => `#${oneLine(tag)}`).join(" "), oneLine(note)].filter(text => text !== "").join("  ");
