/**
 * A lock as it lies on disk: a text that appears whole or not at all, at a place where nothing was.
 *
 * It is a file that is linked into place; on file systems without hard links (exFAT, some of FUSE and of network
 * drives) a folder with one file, for a folder cannot be renamed onto another that holds something.
 */
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Larger than any lock. */
const MOST_BYTES = 10_000;
/** The file in a lock that is a folder. */
const HOLDER = "holder";

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Puts a lock with this text in place; false if there is something already. */
export function place(text: string, path: string, key: string): boolean {
  const own = `${path}.${key}`;
  const folder = `${own}.folder`;
  try {
    writeDurably(own, text);
    try {
      linkSync(own, path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
    }
    // Whatever forbids links; what forbids folders as well is reported below.
    mkdirSync(folder);
    writeDurably(join(folder, HOLDER), text);
    try {
      renameSync(folder, path);
      return true;
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(codeOf(error) ?? "")) return false;
      // Windows' word for a place that is taken.
      if (codeOf(error) === "EPERM" && lstatSync(path, { throwIfNoEntry: false })) return false;
      throw error;
    }
  } finally {
    rmSync(own, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without this a power cut could leave a lock with nothing in it. */
function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, "wx");
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What lies in a lock's place: its text, nothing, or what no lock can be (a pipe, a link, a folder of something else). */
export type Found = { readonly text: string } | "nothing" | "foreign";

export function lookAt(path: string): Found {
  try {
    const kind = lstatSync(path, { bigint: true });
    // A pipe would be waited on for ever, a link be taken for what it leads to.
    if (kind.isFile()) return textOf(path);
    if (!kind.isDirectory()) return "foreign";
    const found = textIn(path);
    if (found !== undefined) return found;
    // A lock that was taken away since is no folder of something else.
    const { ino, ctimeNs } = lstatSync(path, { bigint: true });
    return ino === kind.ino && ctimeNs === kind.ctimeNs ? "foreign" : "nothing";
  } catch (error) {
    // Gone, or another kind of thing since: whoever asks looks again.
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes(codeOf(error) ?? "")) return "nothing";
    throw error;
  }
}

function textIn(folder: string): Found | undefined {
  const file = join(folder, HOLDER);
  const kind = lstatSync(file, { throwIfNoEntry: false });
  if (!kind) return undefined;
  return kind.isFile() ? textOf(file) : "foreign";
}

const textOf = (file: string): Found =>
  lstatSync(file).size <= MOST_BYTES ? { text: readFileSync(file, "utf8") } : "foreign";

/** Takes a lock away; whoever calls knows that it is theirs to take. */
export function remove(path: string, key: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return rmSync(path, { force: true });
  // A folder is emptied before it goes, and would be no lock in between.
  const aside = `${path}.${key}.gone`;
  renameSync(path, aside);
  rmSync(aside, { recursive: true, force: true });
}
