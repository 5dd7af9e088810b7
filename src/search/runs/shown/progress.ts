/** How far a search is. */
import { expectFields } from "../../../base/expect.js";
import { duration } from "../../../base/duration.js";
import type { OutcomeRecord } from "../outcome-log.js";
import { Best } from "../best.js";
import type { SearchFacts } from "../search-folder.js";

export interface SearchProgress {
  /** What happened last: the search was opened, or an evaluation began, came to another epoch, or ended. */
  readonly event: "opened" | "started" | "epoch" | "ended";
  /** Evaluations in all, and those that the strategy was told, failed ones included. */
  readonly budget: number;
  readonly done: number;
  readonly failed: number;
  /** Evaluations under way. */
  readonly running: number;
  /** The first objective's name and unit. */
  readonly objective: string;
  readonly unit?: string;
  /** Its value of the best so far, as `SearchResult.best` has it; undefined before there is one. */
  readonly best: number | undefined;
  /** All that is kept of the best. */
  readonly found: OutcomeRecord | undefined;
  /** What was told, in order: grows while the search runs. */
  readonly outcomes: readonly OutcomeRecord[];
  /** An estimate from this run's pace, seconds; undefined until there is one. */
  readonly secondsLeft: number | undefined;
}

/** Counts and reports; what it is given may grow. */
export class SearchTally {
  readonly #facts: SearchFacts;
  readonly #report: ((progress: SearchProgress) => void) | undefined;
  readonly #startedAt = performance.now();
  /** What was told, and what had to be passed over of a log. */
  outcomes: readonly OutcomeRecord[] = [];
  notes: readonly string[] = [];
  #before: number | undefined;
  #seen = 0;
  #failed = 0;
  #best: Best;

  constructor(facts: SearchFacts, report: ((progress: SearchProgress) => void) | undefined) {
    this.#facts = facts;
    this.#best = new Best(facts);
    this.#report = report;
  }

  /** All that was told so far, of a search that was opened or goes on. */
  told(outcomes: readonly OutcomeRecord[], notes: readonly string[]): void {
    if (outcomes !== this.outcomes) {
      [this.#seen, this.#failed, this.#best] = [0, 0, new Best(this.#facts)];
    }
    [this.outcomes, this.notes] = [outcomes, notes];
    for (; this.#seen < outcomes.length; this.#seen++) {
      if (outcomes[this.#seen].status === "failed") this.#failed++;
      this.#best.add(outcomes[this.#seen]);
    }
  }

  /** Tells who watches. */
  show(event: SearchProgress["event"], running: number): void {
    const { budget, objectives } = this.#facts;
    const [{ name, unit }] = objectives;
    const found = this.#best.record;
    const done = this.outcomes.length;
    this.#before ??= done;
    const ended = done - this.#before;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#report?.({
      event,
      budget,
      done,
      failed: this.#failed,
      running,
      objective: name,
      ...(unit !== undefined && { unit }),
      best: found?.objectives[0].value ?? undefined,
      found,
      outcomes: this.outcomes,
      secondsLeft: ended > 0 ? (seconds / ended) * (budget - done) : undefined,
    });
  }
}

/** A value with its unit: `12.50 %`, `7783050 multiply-adds`. */
export const valueText = (value: number, unit: string | undefined): string => {
  const text =
    unit === "%" ? value.toFixed(2) : String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return unit === undefined ? text : `${text} ${unit}`;
};

/** What an outcome is known by: its first objective, or all of them where the strategy goes by what it makes of them. */
export const foundText = ({ objectives, scalar }: OutcomeRecord): string =>
  objectives
    .slice(0, scalar === undefined ? 1 : undefined)
    .map(
      ({ objective, value, unit }) => `${objective} ${value === null ? "unknown" : valueText(value, unit)}`,
    )
    .join(" and ");

/**
 * A progress as one line: `12/100 evaluated, 2 running, best validation error 14.25 %, 3 min left`.
 *
 * @example
 * ```ts
 * import { searchLine } from "netspace/search";
 *
 * const line = searchLine({
 *   event: "ended",
 *   budget: 100,
 *   done: 12,
 *   failed: 0,
 *   running: 2,
 *   objective: "validation error",
 *   unit: "%",
 *   best: 14.25,
 *   found: undefined,
 *   outcomes: [],
 *   secondsLeft: 180,
 * });
 * line; // => "12/100 evaluated, 2 running, 3 min 0 s left"
 * ```
 */
export function searchLine(progress: SearchProgress): string {
  expectFields("searchLine", "the progress of a search", progress, {
    budget: "number",
    done: "number",
    failed: "number",
    running: "number",
    found: "object?",
  });
  const { budget, done, failed, running, found, secondsLeft } = progress;
  return [
    `${done}/${budget} evaluated`,
    running > 0 && `${running} running`,
    failed > 0 && `${failed} failed`,
    found && `best ${foundText(found)}`,
    secondsLeft !== undefined && done < budget && `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(", ");
}
