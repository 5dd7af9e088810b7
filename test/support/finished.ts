/** For workers that train nothing: the record of a trial that ends now. */
import { isRevivable } from "../../src/architectures/stored.js";
import type { TrialRecord } from "../../src/trials/trial.js";
import type { Order } from "../../src/trials/runner/worker.js";

/** @param outcome error, per cent, and time, seconds */
export const finished = (
  { trial, head, threads }: Order,
  outcome: Pick<TrialRecord, "error" | "seconds">,
): TrialRecord => ({
  version: 1,
  ...head,
  threads,
  status: "finished",
  ...outcome,
  imagesPerSecond: 1,
  endedAt: new Date().toISOString(),
  ...(!isRevivable(head.architecture) && { network: trial.network }),
});
