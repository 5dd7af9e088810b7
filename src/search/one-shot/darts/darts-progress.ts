/** How far a search by DARTS is. */
import { expectFields } from "../../../base/expect.js";
import { lossText } from "../../../base/fixed.js";
import { duration } from "../../../base/duration.js";
import { type DartsEpoch, skipsText } from "./epoch.js";

export interface DartsProgress {
  /** What happened last: the search was opened, a step of α and one of the weights, or an epoch ended. */
  readonly event: "opened" | "step" | "epoch";
  /** Under way, or the one that ended; from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of it that are done, and of each epoch. */
  readonly step: number;
  readonly steps: number;
  /** Of the last step of the weights, nats; undefined before there was one. */
  readonly loss: number | undefined;
  /** Epochs that are over: grows while the search runs. */
  readonly history: readonly DartsEpoch[];
  /** An estimate from this run's pace, seconds; undefined until there is one. */
  readonly secondsLeft: number | undefined;
}

/**
 * A progress as one line: `epoch 3/50, step 12/39, loss 1.234, validation error 43.1 %, 2 skips in the normal cell, 3 min left`.
 *
 * @example
 * ```ts
 * import { dartsLine } from "netspace/search";
 *
 * const line = dartsLine({
 *   event: "step",
 *   epoch: 3,
 *   epochs: 50,
 *   step: 12,
 *   steps: 39,
 *   loss: 1.234,
 *   history: [],
 *   secondsLeft: 180,
 * });
 * line; // => "epoch 3/50, step 12/39, loss 1.234, 3 min 0 s left"
 * ```
 */
export function dartsLine(progress: DartsProgress): string {
  expectFields("dartsLine", "the progress of a search by DARTS", progress, {
    epoch: "number",
    epochs: "number",
    step: "number",
    steps: "number",
    loss: "number?",
    history: "list",
    secondsLeft: "number?",
  });
  const { epoch, epochs, step, steps, loss, history, secondsLeft } = progress;
  const last = history.at(-1);
  const skips = Object.entries(last?.skips ?? {}).map(([cell, count]) => skipsText(count, cell));
  return [
    `epoch ${epoch}/${epochs}`,
    step < steps && `step ${step}/${steps}`,
    loss !== undefined && `loss ${lossText(loss)}`,
    last && `validation error ${last.validationError.toFixed(1)} %`,
    ...skips,
    secondsLeft !== undefined && history.length < epochs && `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(", ");
}
