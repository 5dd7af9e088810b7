/** A compact file made a sweep's folder again, so that a sweep goes on where somebody else's ended. */
import { mkdirSync } from "node:fs";
import { expectName } from "../base/expect.js";
import { compactIn } from "./compact.js";
import { changeLabels, checkedLabels, labelLine, labelsIn } from "../trials/store/labels.js";
import { keepRuns } from "../trials/store/runs.js";
import { keepSkipped } from "../trials/store/skipped-images.js";
import { keepFiles } from "../trials/source/keep-source.js";
import { keepSpec } from "../trials/spec-file.js";
import { readTrials, TrialLog } from "../trials/store/store.js";

/**
 * Puts the trials of a compact file into a sweep's folder, new or of the same sweep; what is there already stays.
 * The sweep then continues with what is left. Code of its space comes into `source/`, where it can be read; what runs it is
 * sweeping the folder's `spec.json`, and nothing before.
 *
 * @returns how many trials were put in
 * @throws TableError if the file is no compact population
 * @throws SpecError if the folder holds another sweep
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 *
 * const shipped = new URL("data/populations/RegNetX.parquet", import.meta.resolve("netspace/package.json"));
 * await expandSweep(fileURLToPath(shipped), "runs/expanded"); // => 128
 * sweepStatus("runs/expanded").state; // => "finished"
 * ```
 */
export async function expandSweep(file: string, folder: string): Promise<number> {
  expectName("expandSweep", "a folder for the sweep", folder);
  const { spec, trials, provenance } = await compactIn("expandSweep", file);
  // Nothing is written for a file that is damaged in any of its parts.
  const sent = provenance?.labels && checkedLabels("expandSweep", provenance.labels);
  mkdirSync(folder, { recursive: true });
  if (provenance?.code) keepFiles(folder, provenance.code);
  keepSpec(folder, spec);
  // What the folder's owner said of it stays.
  if (sent) {
    changeLabels(folder, () => {
      const { labels, problem } = labelsIn(folder);
      return labelLine(labels) === "" && problem === undefined ? sent : undefined;
    });
  }
  const { records } = readTrials(folder);
  const missing = trials.filter(({ id }) => !records.has(id));
  if (missing.length === 0) return 0;
  keepRuns(
    folder,
    (provenance?.machines ?? []).map(machine => ({
      startedAt: provenance?.compute.first ?? "",
      machine,
    })),
  );
  if (provenance?.skipped) keepSkipped(folder, provenance.skipped);
  const log = new TrialLog(folder);
  try {
    for (const trial of missing) log.append(trial);
  } finally {
    log.close();
  }
  return missing.length;
}
