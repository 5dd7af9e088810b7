/**
 * A trial's record as it lies in a log: what it is at once, the rest when it is asked for.
 *
 * A store of 100,000 trials would otherwise be a million objects, and most of its time go into collecting them. Each
 * record is looked at once, so that none fails later; then only its bytes are kept.
 */
import type { TrialRecord } from "../trial.js";
import { isRecord } from "../vocabulary.js";

/** When a field of a record is read: with the log, with what is in a population's row, or with the whole record. */
const WHEN = {
  id: "log",
  sweep: "log",
  index: "log",
  status: "log",
  version: "row",
  architecture: "row",
  complexity: "row",
  drawn: "row",
  error: "row",
  validationError: "row",
  divergedAt: "row",
  until: "row",
  continues: "row",
  from: "row",
  stopAbove: "row",
  stoppedAt: "row",
  images: "row",
  reason: "row",
  seconds: "row",
  imagesPerSecond: "row",
  threads: "row",
  cpuSeconds: "row",
  gpuSeconds: "row",
  gpuJoules: "row",
  peakMemory: "row",
  tensorMemory: "row",
  engineVersion: "row",
  endedAt: "row",
  epochs: "whole",
  network: "whole",
} as const satisfies { readonly [K in keyof TrialRecord]-?: "log" | "row" | "whole" };

/** A record with its fields held, as for copies of it with some of them changed. */
export const heldRecord = (record: TrialRecord): TrialRecord =>
  record instanceof LoggedRecord ? record.toJSON() : record;

/** Where epochs begin; inside a text the quotes would be escaped. */
const EPOCHS = ',"epochs":[';
/** Where a network begins, which is the last that a record has. */
const NETWORK = ',"network":{';

/**
 * The record whose JSON is in these bytes of a log; or the number of a form that this version does not read; or what
 * is wrong with it, in words.
 */
export function loggedRecord(
  log: Buffer,
  start: number,
  end: number,
): TrialRecord | { readonly newer: number } | string {
  let record: unknown;
  try {
    record = JSON.parse(log.toString("utf8", start, end));
  } catch (error) {
    return (error as Error).message.slice(0, 200);
  }
  if (!isRecord(record)) return "expected an object";
  const { version } = record;
  if (Number.isInteger(version) && (version as number) > 1) return { newer: version as number };
  const odd = FIELDS.find(([field, fits]) => !fits(record[field])) ?? unfinished(record);
  return odd
    ? `expected another ${odd[0]}`
    : (new LoggedRecord(log, start, end, record as unknown as TrialRecord) as unknown as TrialRecord);
}

const isText = (value: unknown) => typeof value === "string" && value !== "";
/** JSON has null for the numbers that it cannot write. */
const isNumber = (value: unknown) => typeof value === "number" || value === null;
const areNumbers = (value: unknown, ...names: string[]) =>
  isRecord(value) && names.every(name => isNumber(value[name]));
function isFlat(epoch: unknown): boolean {
  if (!isRecord(epoch)) return false;
  for (const name in epoch) if (!isNumber(epoch[name])) return false;
  return true;
}
const optional = (fits: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || fits(value);

/** What readers of records rely on. */
const checks: { readonly [K in keyof TrialRecord]?: (value: unknown) => boolean } = {
  version: value => value === 1,
  id: isText,
  sweep: isText,
  index: value => Number.isSafeInteger(value) && (value as number) >= 0,
  status: value => ["finished", "diverged", "failed"].includes(value as string),
  architecture: value =>
    isRecord(value) &&
    (value.family === undefined
      ? Array.isArray(value.stages) &&
        value.stages.every(stage => areNumbers(stage, "depth", "width", "bottleneck", "groupWidth"))
      : isText(value.family) && (value.columns === undefined || isFlat(value.columns))),
  complexity: value => areNumbers(value, "flops", "params", "acts"),
  network: optional(value => isRecord(value) && Array.isArray(value.layers)),
  drawn: optional(isRecord),
  error: optional(isNumber),
  validationError: optional(isNumber),
  epochs: optional(value => Array.isArray(value) && value.every(isFlat)),
  reason: optional(value => typeof value === "string"),
  until: optional(isNumber),
  continues: optional(isText),
  from: optional(isNumber),
  stopAbove: optional(isFlat),
  stoppedAt: optional(isNumber),
  images: optional(isNumber),
  seconds: optional(isNumber),
  imagesPerSecond: optional(isNumber),
};

const FIELDS = Object.entries(checks);

/** Who finished has errors: null, which means NaN, would be ranked. */
function unfinished({
  status,
  error,
  validationError,
}: Record<string, unknown>): readonly [string] | undefined {
  if (status !== "finished") return undefined;
  if (!Number.isFinite(error)) return ["error"];
  return validationError === null ? ["validationError"] : undefined;
}

/** A record of a log; its fields beyond the first few are read when they are asked for. */
class LoggedRecord {
  readonly id: string;
  readonly sweep: string;
  readonly index: number;
  readonly status: TrialRecord["status"];
  readonly #log: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(log: Buffer, start: number, end: number, { id, sweep, index, status }: TrialRecord) {
    this.#log = log;
    this.#start = start;
    this.#end = end;
    this.id = id;
    this.sweep = sweep;
    this.index = index;
    this.status = status;
  }

  toJSON(): TrialRecord {
    return JSON.parse(this.#log.toString("utf8", this.#start, this.#end)) as TrialRecord;
  }

  /** The record without its epochs, which are half of it, and its network as data, where it has one. */
  row(): Omit<TrialRecord, "epochs" | "network"> {
    const whole = this.#log.toString("utf8", this.#start, this.#end);
    const network = whole.lastIndexOf(NETWORK);
    const text = network < 0 ? whole : `${whole.slice(0, network)}}`;
    const start = text.indexOf(EPOCHS);
    if (start < 0) return JSON.parse(text) as TrialRecord;
    // Epochs are flat objects of numbers, so the next bracket closes their list.
    const end = text.indexOf("]", start) + 1;
    return JSON.parse(text.slice(0, start) + text.slice(end)) as TrialRecord;
  }
}

/** What was read last: the fields of a record are asked for one after the other. */
let last: { readonly record?: LoggedRecord; readonly when?: string; readonly read?: Partial<TrialRecord> } =
  {};

for (const [field, when] of Object.entries(WHEN)) {
  if (when === "log") continue;
  Object.defineProperty(LoggedRecord.prototype, field, {
    enumerable: true,
    get(this: LoggedRecord) {
      if (last.record !== this || !(last.when === when || last.when === "whole")) {
        last = { record: this, when, read: when === "row" ? this.row() : this.toJSON() };
      }
      return last.read![field as keyof TrialRecord];
    },
  });
}
