/** Writing a file whole or not at all, by name. */
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { requireRegular } from "./regular-file.js";

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Whether the file is on the disk, and will be there under its name after a power failure, before this returns. */
  durable?: boolean;
}

/**
 * Writes a file next to its place, and moves it there once it is whole: a full disk leaves an older file as it was. A
 * link is followed, and its target written; the older file's mode is kept.
 *
 * @throws Error without the caller's words, which the caller adds; Node's own leave the file out of a failed write
 */
export function replaceFile(file: string, content: string | Uint8Array, options: ReplaceOptions = {}): void {
  const { durable = false } = options;
  const next = replacementFor(file);
  try {
    writeFileSync(next.fresh, content, { flush: durable });
    next.put();
    if (durable) syncFolder(dirname(next.target));
  } catch (error) {
    throw new Error(next.worded((error as Error).message), { cause: error });
  } finally {
    next.drop();
  }
}

/** A file that is yet to be written, and its way to the place of another. */
export interface Replacement {
  /** Where it is written. */
  readonly fresh: string;
  /** Where it comes to be: what the file's name leads to. */
  readonly target: string;
  /** Moves it there, with the older file's mode. */
  put(): void;
  /** Removes what was not put. */
  drop(): void;
  /** An error's text, in which the file has its own name. */
  worded(message: string): string;
}

/** For those that write by themselves, such as a database. @throws Error if what is there is no regular file */
export function replacementFor(file: string): Replacement {
  const target = targetOf(file);
  const old = statSync(target, { throwIfNoEntry: false });
  // What is put in the place of a device would be there for every program.
  if (old) requireRegular(target, old);
  // A name of its own: the file's may be as long as names can be.
  const fresh = join(dirname(target), `.netspace-${randomUUID()}.new`);
  return {
    fresh,
    target,
    put: () => {
      if (old) chmodSync(fresh, old.mode);
      renameSync(fresh, target);
    },
    drop: () => rmSync(fresh, { force: true }),
    worded: message => message.replaceAll(fresh, file),
  };
}

/** Makes what was done in a folder durable: a file's own fsync does not cover its name. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Links that one may lead through, as Linux has it. */
const MOST_LINKS = 40;

/**
 * The file that a name means: what a chain of links ends with, whether that is there or not.
 *
 * @throws Error for links that lead in a circle
 */
function targetOf(file: string): string {
  let target = file;
  for (let links = 0; lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink(); links++) {
    if (links === MOST_LINKS) throw new Error("ELOOP: too many links lead to it");
    target = resolve(dirname(target), readlinkSync(target));
  }
  return target;
}
