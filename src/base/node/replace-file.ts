/** Writing a file whole or not at all, by name. */
import { randomUUID } from "node:crypto";
import { chmodSync, lstatSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Writes a file next to its place, and moves it there once it is whole: a full disk leaves an older file as it was. A
 * link is followed, and its target written; the older file's mode is kept.
 *
 * @throws Error without the caller's words, which the caller adds; Node's own leave the file out of a failed write
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const target = targetOf(file);
  const old = statSync(target, { throwIfNoEntry: false });
  // What is put in the place of a device would be there for every program.
  if (old && !old.isFile()) throw new Error(`it is ${old.isDirectory() ? "a folder" : "no regular file"}`);
  // A name of its own: the file's may be as long as names can be.
  const fresh = join(dirname(target), `.netspace-${randomUUID()}.new`);
  try {
    writeFileSync(fresh, content);
    if (old) chmodSync(fresh, old.mode);
    renameSync(fresh, target);
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(fresh, file), { cause: error });
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Links that one may lead through, as Linux has it. */
const MOST_LINKS = 40;

/**
 * The file that a name means: what a chain of links ends with, whether that is there or not.
 *
 * @throws Error for links that lead in a circle
 */
export function targetOf(file: string): string {
  let target = file;
  for (let links = 0; lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink(); links++) {
    if (links === MOST_LINKS) throw new Error("ELOOP: too many links lead to it");
    target = resolve(dirname(target), readlinkSync(target));
  }
  return target;
}
