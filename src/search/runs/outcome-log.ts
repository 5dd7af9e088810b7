/**
 * What a search was told, in the order in which it was told: `outcomes.log` in its folder, one line for each outcome, with a checksum.
 *
 * A line is on the disk before the strategy hears of it, so that whatever kills the process, the strategy can be told the same
 * again. It has one writer, who holds the folder's lock. A torn last line, which is what a killed writer leaves, is cut off by the
 * next; damage elsewhere costs the lines that it hit, whose outcomes are evaluated again.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { AnyStoredArchitecture } from "../../architectures/stored.js";
import { requireRegular } from "../../base/node/regular-file.js";
import { syncFolder } from "../../base/node/replace-file.js";
import { isObject } from "../../base/say.js";
import type { Recipe } from "../../training/recipe.js";
import { StoreError } from "../../trials/store/store-error.js";
import type { Cost } from "../cost.js";

/** What one objective said of an architecture. */
export interface ObjectiveRecord {
  /** The objective's name. */
  readonly objective: string;
  /** In the objective's own direction and unit; null where it is not known. */
  readonly value: number | null;
  readonly unit?: string;
  /** Which images decided it. */
  readonly split?: "training" | "validation" | "test";
  /** Of the weights and the order of images, or of whatever else the objective leaves to chance. */
  readonly seed: number;
  /** Epochs of the schedule that were trained; absent where all were, or none are. */
  readonly epochs?: number;
  /** What knowing it costs from nothing; see `OutcomeRecord.cost` for what was paid. */
  readonly cost: Cost;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One evaluation of a search: what was proposed, and all that is known of what came of it. */
export interface OutcomeRecord {
  readonly version: 1;
  /** The search's identity, and its strategy's name. */
  readonly search: string;
  readonly strategy: string;
  /** Which of the proposals, from 0. */
  readonly place: number;
  /** The way, by the decisions of the search's space. */
  readonly code: readonly number[];
  readonly architecture: AnyStoredArchitecture;
  /** Fields of the recipe that the strategy decided. */
  readonly recipe?: Partial<Recipe>;
  readonly epochs?: number;
  readonly continues?: number;
  /** One that failed has an objective without a value. */
  readonly status: "finished" | "diverged" | "failed";
  /** Why it failed. */
  readonly reason?: string;
  /**
   * What failed, where that is not the architecture's doing: an objective that threw, or a training that the machine did not bear.
   */
  readonly fault?: "objective" | "training";
  readonly objectives: readonly ObjectiveRecord[];
  /** What the strategy makes small of several objectives; absent where it makes none of them, and of one that failed. */
  readonly scalar?: number;
  /** What was paid for it: of a training that went on, the further epochs. */
  readonly cost: Cost;
  /** The trial's id, where it was trained. */
  readonly trial?: string;
  /** ISO 8601. */
  readonly endedAt: string;
}

export const outcomeFile = (folder: string): string => join(folder, "outcomes.log");

/** What a log holds. */
export interface LoggedOutcomes {
  /** In the order in which they were told; one for each place. */
  readonly outcomes: readonly OutcomeRecord[];
  /** What had to be passed over, in words. */
  readonly notes: readonly string[];
  /** Whether lines are lost that others follow. */
  readonly isDamaged: boolean;
  /** Bytes up to the end of the last whole line. */
  readonly end: number;
}

/** @throws StoreError for a log that cannot be read, or that a newer netspace wrote */
export function readOutcomes(folder: string): LoggedOutcomes {
  const file = outcomeFile(folder);
  if (!existsSync(file)) return { outcomes: [], notes: [], isDamaged: false, end: 0 };
  let bytes: Buffer;
  try {
    requireRegular(file);
    bytes = readFileSync(file);
  } catch (error) {
    throw new StoreError(
      `search: expected a log of outcomes, could not read ${file}: ${(error as Error).message}; make it readable`,
      { cause: error },
    );
  }
  const outcomes = new Map<number, OutcomeRecord>();
  const notes: string[] = [];
  let [end, isDamaged] = [0, false];
  for (let [start, line] = [0, 1]; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const found = decode(bytes, start, newline < 0 ? bytes.length : newline);
    if (newline < 0) {
      notes.push(
        `outcomes.log, line ${line}: a torn tail (its writer was stopped); its outcome is evaluated again`,
      );
      break;
    }
    if (!found) {
      isDamaged = true;
      notes.push(`outcomes.log, line ${line}: checksum does not match; its outcome is evaluated again`);
    } else if (found.version !== 1) {
      throw new StoreError(
        `search: expected outcomes of form 1 in ${file}, got form ${found.version as number} in line ${line}, by a newer netspace; update netspace`,
      );
    } else if (!outcomes.has(found.place)) outcomes.set(found.place, found);
    start = end = newline + 1;
  }
  return { outcomes: [...outcomes.values()], notes, isDamaged, end };
}

const NEWLINE = 0x0a;
/** Hexadecimal digits of a checksum. */
const CHECKSUM = 8;

function decode(bytes: Buffer, start: number, end: number): OutcomeRecord | undefined {
  const json = start + CHECKSUM + 1;
  const checksum = Number.parseInt(bytes.toString("latin1", start, start + CHECKSUM), 16);
  if (json >= end || checksum !== crc32(bytes.subarray(json, end))) return undefined;
  const record: unknown = JSON.parse(bytes.toString("utf8", json, end));
  return isObject(record) ? (record as unknown as OutcomeRecord) : undefined;
}

/** The log as its one writer has it. */
export class OutcomeLog {
  readonly #folder: string;
  #descriptor: number | undefined;
  #length = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** When this returns, the record is durable. @throws StoreError if it cannot be written; the log is then as it was */
  append(record: OutcomeRecord): void {
    const json = JSON.stringify(record);
    const line = Buffer.from(`${crc32(json).toString(16).padStart(CHECKSUM, "0")} ${json}\n`);
    const file = outcomeFile(this.#folder);
    try {
      this.#descriptor ??= this.#open(file);
      let written = 0;
      while (written < line.length) {
        written += writeSync(this.#descriptor, line, written, line.length - written, this.#length + written);
      }
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#cutBack();
      throw new StoreError(
        `search: could not write ${file}: ${(error as Error).message}; what was told is kept, run it again once that is mended`,
        { cause: error },
      );
    }
    this.#length += line.length;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Behind the last whole line; a torn one after it is written over. */
  #open(file: string): number {
    const isNew = !existsSync(file);
    const { end } = isNew ? { end: 0 } : readOutcomes(this.#folder);
    const descriptor = openSync(file, isNew ? "wx" : "r+");
    if (isNew) syncFolder(dirname(file));
    else if (statSync(file).size > end) ftruncateSync(descriptor, end);
    this.#length = end;
    return descriptor;
  }

  /** Takes back a record that was written in part; readers pass over what cannot be taken back. */
  #cutBack(): void {
    try {
      if (this.#descriptor !== undefined) ftruncateSync(this.#descriptor, this.#length);
    } catch {
      // The error that is reported is the one that came first.
    }
  }
}
