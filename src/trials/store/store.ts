/**
 * The trial store: append-only logs in `<folder>/trials/`, one for each worker process that ever wrote.
 *
 * A log has one writer for its lifetime, so nothing needs a lock; a record counts once its line is on disk
 * (fsync) with the right checksum. Reading takes every log as it is: a torn last line, which is what a killed
 * writer leaves, is passed over with a note, and damage elsewhere costs the records that it hit only: where it hit the
 * newline between two, neither.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { BYTE_ORDER_MARK } from "../../base/byte-order-mark.js";
import { requireRegular } from "../../base/node/regular-file.js";
import { syncFolder } from "../../base/node/replace-file.js";
import { StoreError } from "./store-error.js";
import { loggedRecord } from "./logged-record.js";
import { isSettled, type TrialRecord } from "../trial.js";

/** Runs what writes a file of a sweep's; an error names the file. @throws StoreError */
export function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const problem = `sweep: could not write ${file}: ${(error as Error).message}; what is finished is kept, run it again once that is mended`;
    throw new StoreError(problem, { cause: error });
  }
}

/** Reads a text file of a sweep's. @throws StoreError naming the file; a pipe, which would be waited on for ever, is none */
export function readStoreFile(file: string): string {
  try {
    requireRegular(file);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable("a file", file, error);
  }
}

const LOG = /\.log$/;
const logFolder = (folder: string) => join(folder, "trials");

/** A log that this process owns; the file comes into being with the first record. */
export class TrialLog {
  readonly #trials: string;
  #file = "";
  #descriptor: number | undefined;
  #length = 0;

  constructor(folder: string) {
    this.#trials = logFolder(folder);
  }

  /** Writes a record; when this returns, the record is durable. A failed write leaves the log as it was. */
  append(record: TrialRecord): void {
    const line = Buffer.from(encode(record));
    try {
      this.#descriptor ??= this.#open();
      let written = 0;
      while (written < line.length) {
        written += writeSync(this.#descriptor, line, written, line.length - written, this.#length + written);
      }
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#cutBack();
      const problem = `TrialLog.append: could not write ${this.#file}: ${(error as Error).message}`;
      throw new StoreError(problem, { cause: error });
    }
    this.#length += line.length;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  /** Takes back a record that was written in part. If even that fails, readers pass over the torn line. */
  #cutBack(): void {
    try {
      if (this.#descriptor !== undefined) ftruncateSync(this.#descriptor, this.#length);
    } catch {
      // The error that is reported is the one that came first.
    }
  }

  #open(): number {
    // Process numbers are used again and clocks are put back; the random part keeps names apart all the same.
    const name = `${hostname()}-${process.pid}-${Date.now().toString(36)}-${randomBytes(4).toString("hex")}.log`;
    this.#file = join(this.#trials, name);
    mkdirSync(this.#trials, { recursive: true });
    const descriptor = openSync(this.#file, "wx");
    syncFolder(this.#trials);
    syncFolder(dirname(this.#trials));
    return descriptor;
  }
}

const encode = (record: TrialRecord): string => {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
};

/** What a store holds. */
export interface StoredTrials {
  /** One record a trial, by id: a settled one where there is one, else the last failure. */
  readonly records: ReadonlyMap<string, TrialRecord>;
  /** What had to be passed over, in words. */
  readonly notes: readonly string[];
  /** How many records a newer netspace wrote: outcomes that this one cannot see. */
  readonly newer: number;
}

/**
 * Reads all logs of a store; safe while writers write. A folder without trials holds none.
 *
 * @throws StoreError if there may be logs that cannot be read: their trials would be trained again
 */
export function readTrials(folder: string): StoredTrials {
  const records = new Map<string, TrialRecord>();
  const notes: string[] = [];
  let newer = 0;
  const trials = logFolder(folder);
  for (const name of logsIn(trials)) {
    const bytes = logOf(join(trials, name));
    if (bytes === undefined) {
      notes.push(`${name} is no file; passed over`);
      continue;
    }
    for (const { line, found } of linesOf(bytes)) {
      if (typeof found === "string") notes.push(`${name}, line ${line}: ${found}`);
      else if ("newer" in found) {
        newer++;
        notes.push(
          `${name}, line ${line}: written in form ${found.newer} by a newer netspace; this one reads form 1, update it to see the record; passed over`,
        );
      } else {
        const known = records.get(found.id);
        if (!known || !isSettled(known)) records.set(found.id, found);
      }
    }
  }
  return { records, notes, newer };
}

/** The names of the logs, in order. */
function logsIn(trials: string): string[] {
  try {
    return readdirSync(trials)
      .filter(name => LOG.test(name))
      .sort();
  } catch (error) {
    // A link that leads nowhere, as to a disk that is not mounted, is no folder that is yet to come.
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && !lstatSync(trials, { throwIfNoEntry: false })) return [];
    throw unreadable("a folder of logs", trials, error);
  }
}

/** A log's bytes; nothing for a folder or a pipe, which no writer of ours made. */
function logOf(file: string): Buffer | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch (error) {
    throw unreadable("a log of trials", file, error);
  }
}

const unreadable = (what: string, path: string, error: unknown): StoreError =>
  new StoreError(
    `sweep: expected ${what}, could not read ${path}: ${(error as Error).message}; make it readable, or take it away if it is none`,
    { cause: error },
  );

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
/** Hexadecimal digits of a checksum. */
const CHECKSUM = 8;
/** What every record begins with, behind its checksum; inside a text the quotes would be escaped. */
const HEAD = Buffer.from(' {"version":');

/** What a log's lines hold: records, newer forms, or, in words, why there is none. */
function* linesOf(
  log: Buffer,
): Generator<{ readonly line: number; readonly found: TrialRecord | { readonly newer: number } | string }> {
  // Editors put a mark before the text, and Git, where it is told to, a return before every newline.
  let start = log.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0;
  for (let line = 1; start < log.length; line++) {
    const newline = log.indexOf(NEWLINE, start);
    const end = newline < 0 ? log.length : newline;
    const text = end > start && log[end - 1] === RETURN ? end - 1 : end;
    if (text > start) {
      const found = decode(log, start, text);
      if (found !== undefined) yield { line, found: said(found) };
      else {
        let saved = 0;
        for (const [from, to] of pieces(log, start, text)) {
          const piece = decode(log, from, to);
          if (piece === undefined) continue;
          saved++;
          yield { line, found: said(piece) };
        }
        const torn = newline < 0 ? " (a torn tail: its writer was stopped)" : "";
        const but = saved > 0 ? ` but for ${saved} of its records` : "";
        yield { line, found: `checksum does not match${torn}; passed over${but}` };
      }
    }
    start = end + 1;
  }
}

const MARK = Buffer.from(BYTE_ORDER_MARK);

const said = (found: Exclude<ReturnType<typeof decode>, undefined>) =>
  typeof found === "string" ? `no trial (${found}); passed over` : found;

/** A line whose records run into one another, as where a newline was damaged, in pieces of one record each. */
function* pieces(log: Buffer, start: number, end: number): Generator<readonly [start: number, end: number]> {
  let from = start;
  for (let at = log.indexOf(HEAD, start + 1); at >= 0 && at < end; at = log.indexOf(HEAD, at + 1)) {
    const next = at - CHECKSUM;
    if (next <= from) continue;
    yield [from, next - 1];
    from = next;
  }
  if (from > start) yield [from, end];
}

/** The record in a line of a log, the newer form that it has, or what is wrong with it; undefined for a damaged line. */
function decode(log: Buffer, start: number, end: number): ReturnType<typeof loggedRecord> | undefined {
  const json = start + CHECKSUM + 1;
  if (json >= end || log[json - 1] !== SPACE) return undefined;
  const checksum = Number.parseInt(log.toString("latin1", start, start + CHECKSUM), 16);
  return checksum === crc32(log.subarray(json, end)) ? loggedRecord(log, json, end) : undefined;
}
