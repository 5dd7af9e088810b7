/**
 * The trial store: append-only logs in `<folder>/trials/`, one for each worker process that ever wrote.
 *
 * A log has one writer for its lifetime, so nothing needs a lock; a record counts once its line is on disk
 * (fsync) with the right checksum. Reading takes every log as it is: a torn last line, which is what a killed
 * writer leaves, is passed over with a note, and a damaged line elsewhere costs that record only.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { type StoredTrial, storedTrial } from "./stored-trial.js";
import { isSettled, type TrialRecord } from "./trial.js";

/** A store that cannot be read or written; names the file and what was expected. */
export class StoreError extends Error {
  override readonly name = "StoreError";
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

/** Makes a folder's entries durable: the names of new files must survive a power cut as well as their content. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const encode = (record: TrialRecord): string => {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
};

/** What a store holds. */
export interface StoredTrials {
  /** One record a trial, by id: a settled one where there is one, else the last failure. */
  readonly records: ReadonlyMap<string, StoredTrial>;
  /** What had to be passed over, in words. */
  readonly notes: readonly string[];
  /** How many records a newer netspace wrote: outcomes that this one cannot see. */
  readonly newer: number;
}

/** Reads all logs of a store; safe while writers write. A folder without trials holds none. */
export function readTrials(folder: string): StoredTrials {
  const records = new Map<string, StoredTrial>();
  const notes: string[] = [];
  let newer = 0;
  const trials = logFolder(folder);
  const logs = existsSync(trials)
    ? readdirSync(trials)
        .filter(name => LOG.test(name))
        .sort()
    : [];
  for (const name of logs) {
    const bytes = readFileSync(join(trials, name));
    let number = 0;
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      number++;
      if (end > start) {
        const record = decode(bytes, start, end);
        if (record === undefined || "version" in record) {
          if (record) newer++;
          const torn = newline < 0 ? " (a torn tail: its writer was stopped)" : "";
          const problem = record
            ? `written in form ${record.version} by a newer netspace; this one reads form 1, update it to see the record`
            : `checksum does not match${torn}`;
          notes.push(`${name}, line ${number}: ${problem}; passed over`);
        } else {
          const known = records.get(record.id);
          if (!known || !isSettled(known)) records.set(record.id, record);
        }
      }
      start = end + 1;
    }
  }
  return { records, notes, newer };
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
/** Hexadecimal digits of a checksum. */
const CHECKSUM = 8;

/** The record in a line of a log, or the newer form that it has; undefined for a damaged line. */
function decode(log: Buffer, start: number, end: number): ReturnType<typeof storedTrial> | undefined {
  const json = start + CHECKSUM + 1;
  const checksum = Number.parseInt(log.toString("latin1", start, start + CHECKSUM), 16);
  if (log[json - 1] !== SPACE || checksum !== crc32(log.subarray(json, end))) return undefined;
  return storedTrial(log, json, end);
}
