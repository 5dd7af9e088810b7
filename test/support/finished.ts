/** For workers that train nothing: the record of a job that ends now. */
import { isRevivable } from "../../src/architectures/stored.js";
import type { TrialRecord } from "../../src/trials/trial.js";
import type { Job } from "../../src/trials/runner/worker.js";

/** @param outcome error, per cent, and time, seconds */
export const finished = (
  { trial, device: _device, sharing: _sharing, ...job }: Job,
  outcome: Pick<TrialRecord, "error" | "seconds">,
): TrialRecord => ({
  version: 1,
  ...job,
  status: "finished",
  ...outcome,
  imagesPerSecond: 1,
  endedAt: new Date().toISOString(),
  ...(!isRevivable(job.architecture) && { network: trial.network }),
});
