/** How far a sweep is: counted from the events of its workers. */
import { duration } from "../../base/duration.js";
import { selectionError } from "../selection-error.js";
import { expectFields } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { isSettled, type TrialRecord } from "../trial.js";
import type { PoolEvent } from "./worker-pool.js";

export interface SweepProgress {
  /** What happened last: the sweep was opened, or a trial started, finished an epoch, or ended. */
  readonly event: "opened" | PoolEvent["type"];
  /** Trials of the whole sweep. */
  readonly total: number;
  /** Trials with an outcome, those of earlier runs included. */
  readonly done: number;
  /** Trials under way, and how far each is, in [0, 1]. */
  readonly running: ReadonlyMap<number, number>;
  /** Outcomes that diverged. */
  readonly diverged: number;
  readonly failed: number;
  /** The least error so far, per cent. */
  readonly best: number | undefined;
  /** The errors of all outcomes, per cent: earlier runs' in the order of their trials, then as they ended. */
  readonly errors: readonly number[];
  /** The split that these errors are of: one that may be looked at while networks are chosen, where there is one. */
  readonly split: "validation" | "test";
  /** An estimate from this run's pace, seconds; undefined until there is one. */
  readonly secondsLeft: number | undefined;
  /** The trial that ended last in this run. */
  readonly last: TrialRecord | undefined;
}

/** What is counted of a record. */
type Outcome = Pick<TrialRecord, "status" | "error" | "validationError">;

/** Keeps the count and reports it after every event. */
export class Tally {
  readonly #total: number;
  readonly #report: ((progress: SweepProgress) => void) | undefined;
  readonly #startedAt = performance.now();
  readonly #doneBefore: number;
  readonly #running = new Map<number, number>();
  #done: number;
  #diverged: number;
  #failed = 0;
  #best: number | undefined;
  readonly #errors: number[] = [];
  #split: SweepProgress["split"] = "test";
  #last: TrialRecord | undefined;

  constructor(total: number, settled: readonly Outcome[], report?: (progress: SweepProgress) => void) {
    this.#total = total;
    this.#report = report;
    this.#done = settled.length;
    this.#doneBefore = settled.length;
    this.#diverged = settled.filter(record => record.status === "diverged").length;
    for (const record of settled) this.#noteError(record);
    this.#report?.(this.#progress("opened"));
  }

  record(event: PoolEvent): void {
    if (event.type === "started") this.#running.set(event.index, 0);
    else if (event.type === "epoch") this.#running.set(event.index, event.epoch / event.epochs);
    else {
      const { record } = event;
      this.#running.delete(record.index);
      this.#last = record;
      if (isSettled(record)) this.#done++;
      else this.#failed++;
      if (record.status === "diverged") this.#diverged++;
      this.#noteError(record);
    }
    this.#report?.(this.#progress(event.type));
  }

  #progress(event: SweepProgress["event"]): SweepProgress {
    let share = 0;
    for (const part of this.#running.values()) share += part;
    const ended = this.#done + this.#failed - this.#doneBefore + share;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const left = this.#total - this.#done - this.#failed - share;
    return {
      event,
      total: this.#total,
      done: this.#done,
      running: new Map(this.#running),
      diverged: this.#diverged,
      failed: this.#failed,
      best: this.#best,
      errors: this.#errors,
      split: this.#split,
      secondsLeft: ended > 0 ? (seconds / ended) * left : undefined,
      last: this.#last,
    };
  }

  #noteError({ status, error: tested, validationError }: Outcome): void {
    const error = tested === undefined ? undefined : selectionError({ error: tested, validationError });
    if (validationError !== undefined) this.#split = "validation";
    if (error !== undefined) this.#errors.push(error);
    if (status === "finished" && error !== undefined) this.#best = Math.min(error, this.#best ?? error);
  }
}

/**
 * A progress as one line: `12/24 done, 2 running, best 14.2 %, 3 min left`.
 *
 * @example
 * ```ts
 * const line = progressLine({
 *   event: "ended",
 *   total: 24,
 *   done: 12,
 *   running: new Map([[12, 0.5], [13, 0.1]]),
 *   diverged: 0,
 *   failed: 0,
 *   best: 14.2,
 *   errors: [14.2],
 *   split: "test",
 *   secondsLeft: 180,
 *   last: undefined,
 * });
 * line; // => "12/24 done, 2 running, best error 14.2 %, 3 min 0 s left"
 * ```
 */
export function progressLine(progress: SweepProgress): string {
  checkProgress("progressLine", progress);
  const { total, done, running, failed, diverged, best, split, secondsLeft } = progress;
  const of = split === "validation" ? "validation error" : "error";
  const parts = [
    `${done}/${total} done`,
    running.size > 0 && `${running.size} running`,
    diverged > 0 && `${diverged} diverged`,
    failed > 0 && `${failed} failed`,
    best !== undefined && `best ${of} ${best.toFixed(1)} %`,
    secondsLeft !== undefined && done + failed < total && `${duration(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * For notebooks: prints the progress whenever a trial ends. Give it to a sweep as `onProgress`.
 *
 * @example
 * ```ts
 * // not run: trains for a minute
 * const spec: SweepSpec = { space: "RegNetX", n: 8, dataset: "procedural:32", recipe: "tiny" };
 * await sweep(spec, { out: "runs/regnetx", onProgress: printProgress });
 * ```
 */
export function printProgress(progress: SweepProgress): void {
  checkProgress("printProgress", progress);
  if (progress.event === "ended") console.log(progressLine(progress));
}

function checkProgress(fn: string, progress: SweepProgress): void {
  expectFields(fn, "a sweep's progress", progress, {
    total: "number",
    done: "number",
    running: "object",
    diverged: "number",
    failed: "number",
    best: "number?",
    secondsLeft: "number?",
  });
  if (progress.running instanceof Map) return;
  throw new RangeError(
    `${fn}: expected a Map of the trials under way as running, got ${say(progress.running)}`,
  );
}
