/**
 * A trial's record as it lies in a log: what it is at once, the rest when it is asked for.
 *
 * Opening a store of 100,000 trials would otherwise make a million objects, and spend most of its time on collecting
 * them. Only the bytes are kept; who goes through all of them reads one after the other and keeps none.
 */
import type { TrialRecord } from "./trial.js";

export interface StoredTrial extends Pick<TrialRecord, "id" | "sweep" | "index" | "status"> {
  /** The whole record. */
  read(): TrialRecord;
  /** The record without its epochs, which are half of it. */
  readRow(): Omit<TrialRecord, "epochs">;
}

/** A record that is in memory already. */
export const heldTrial = (record: TrialRecord): StoredTrial => ({
  id: record.id,
  sweep: record.sweep,
  index: record.index,
  status: record.status,
  read: () => record,
  readRow: () => record,
});

/** What a record begins with, as this version writes it: ids are 32 characters, an index has at most 10. */
const HEAD = /^\{"version":1,"id":"([^"\\]+)","sweep":"([^"\\]+)","index":(\d+),/;
const HEAD_LENGTH = 160;
const STATUS = Buffer.from('"status":"');
/** Where epochs begin; inside a text the quotes would be escaped. */
const EPOCHS = ',"epochs":[';

/** The record whose JSON is in these bytes of a log, or the number of a form that this version does not read. */
export function storedTrial(
  log: Buffer,
  start: number,
  end: number,
): StoredTrial | { readonly version: number } {
  const head = HEAD.exec(log.toString("latin1", start, Math.min(end, start + HEAD_LENGTH)));
  const at = log.indexOf(STATUS, start);
  if (!head || at < 0 || at >= end) {
    const record = JSON.parse(log.toString("utf8", start, end)) as Omit<TrialRecord, "version"> & {
      version: number;
    };
    return record.version === 1 ? heldTrial({ ...record, version: 1 }) : { version: record.version };
  }
  const from = at + STATUS.length;
  const status = log.toString("latin1", from, log.indexOf(QUOTE, from)) as TrialRecord["status"];
  return new LoggedTrial(log, start, end, head[1], head[2], Number(head[3]), status);
}

const QUOTE = 0x22;

class LoggedTrial implements StoredTrial {
  readonly id: string;
  readonly sweep: string;
  readonly index: number;
  readonly status: TrialRecord["status"];
  readonly #log: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(
    log: Buffer,
    start: number,
    end: number,
    id: string,
    sweep: string,
    index: number,
    status: TrialRecord["status"],
  ) {
    this.#log = log;
    this.#start = start;
    this.#end = end;
    this.id = id;
    this.sweep = sweep;
    this.index = index;
    this.status = status;
  }

  read(): TrialRecord {
    return JSON.parse(this.#log.toString("utf8", this.#start, this.#end)) as TrialRecord;
  }

  readRow(): Omit<TrialRecord, "epochs"> {
    const text = this.#log.toString("utf8", this.#start, this.#end);
    const start = text.indexOf(EPOCHS);
    if (start < 0) return JSON.parse(text) as TrialRecord;
    // Epochs are flat objects of numbers, so the next bracket closes their list.
    const end = text.indexOf("]", start) + 1;
    return JSON.parse(text.slice(0, start) + text.slice(end)) as TrialRecord;
  }
}
