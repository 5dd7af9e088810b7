/** Who trained in a sweep's folder: one line for each run, in `runs.jsonl`, with its machine. */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { type Machine, thisMachine } from "./machine.js";
import { readStoreFile, writing } from "./store.js";
import { isRecord } from "../vocabulary.js";

export interface Run {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly machine: Machine;
  /** Unknown of a run whose trials came in a compact file. */
  readonly workers?: number;
  readonly threads?: number;
}

const runsFile = (folder: string): string => join(folder, "runs.jsonl");

/** Notes a run that begins now. */
export function noteRun(folder: string, run: Pick<Run, "workers" | "threads">): void {
  keepRuns(folder, [{ startedAt: new Date().toISOString(), machine: thisMachine(), ...run }]);
}

/** Notes runs that were made elsewhere. */
export function keepRuns(folder: string, runs: readonly Run[]): void {
  const file = runsFile(folder);
  // A line that a crash cut short must not take the next one with it.
  const isTorn = existsSync(file) && !/(^|\n)$/.test(readStoreFile(file));
  const lines = (isTorn ? "\n" : "") + runs.map(run => `${JSON.stringify(run)}\n`).join("");
  writing(file, () => appendFileSync(file, lines));
}

/** The runs noted in a folder; a line cut short by a crash, or that is no run, is left out. */
export function readRuns(folder: string): Run[] {
  const file = runsFile(folder);
  if (!existsSync(file)) return [];
  return readStoreFile(file)
    .split("\n")
    .flatMap(line => {
      try {
        const run: unknown = JSON.parse(line);
        return isRecord(run) && isRecord(run.machine) ? [run as unknown as Run] : [];
      } catch {
        return [];
      }
    });
}
