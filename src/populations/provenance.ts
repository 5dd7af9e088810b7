/** Where a population comes from: kept inside its compact file, so that the file alone can be judged and repeated. */
import type { SkippedImage } from "../training/datasets/folder/skipped-images.js";
import type { Labels } from "../trials/store/labels.js";
import type { Machine } from "../trials/store/machine.js";
import type { SweepSpec } from "../trials/spec.js";
import type { KeptFiles } from "../trials/source/keep-source.js";
import type { TrialRecord } from "../trials/trial.js";

export interface Provenance {
  /** Version of this form. */
  readonly format: 1;
  /** The sweep's spec, every default spelt out, and its identity. */
  readonly spec: SweepSpec;
  readonly sweep: string;
  /** The machines it was trained on. */
  readonly machines: readonly Machine[];
  /** The engines' versions, where the records have them. */
  readonly engines: readonly string[];
  readonly compute: Compute;
  /** Images of the dataset that could not be decoded; absent without such. */
  readonly skipped?: readonly SkippedImage[];
  /** Tags and the note that the sweep was given; absent without. */
  readonly labels?: Labels;
  /**
   * The code that the networks were drawn by, text by file, where the space is code of the user's and not too long. It is
   * there to be read: opening the population never runs it.
   */
  readonly code?: KeptFiles;
  /** Of a table with measures of its networks: the settings of each, by its name. */
  readonly measures?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** When the file was written, ISO 8601. */
  readonly written: string;
}

/** What trials took together. */
export interface Compute {
  readonly trainings: number;
  /** Wall time of all trainings added up, hours. */
  readonly trainingHours: number;
  /** The same times each training's threads. */
  readonly threadHours: number;
  /** Processor time, hours, of those trainings that were measured; undefined where none was. */
  readonly cpuHours?: number;
  /** Hours of GPUs, each shared by the trainings that ran on it at once. */
  readonly gpuHours?: number;
  /** Energy of GPUs, kilowatt hours, of those trainings whose device reported its power. */
  readonly gpuKilowattHours?: number;
  /** When the first and the last training ended, ISO 8601; undefined without trainings. */
  readonly first?: string;
  readonly last?: string;
}

/** Adds up what settled trials took. */
export function computeOf(records: readonly TrialRecord[]): Compute {
  const hours = (value: (record: TrialRecord) => number | undefined): number =>
    records.reduce((sum, record) => sum + (value(record) ?? 0), 0) / 3600;
  const ends = records.map(record => record.endedAt).sort();
  const cpuHours = hours(record => record.cpuSeconds);
  const gpuHours = hours(record => record.gpuSeconds);
  // Joules are watt seconds.
  const gpuKilowattHours = hours(record => record.gpuJoules) / 1000;
  return {
    trainings: records.length,
    trainingHours: hours(record => record.seconds),
    threadHours: hours(({ seconds = 0, threads = 1 }) => seconds * threads),
    ...(cpuHours > 0 && { cpuHours }),
    ...(gpuHours > 0 && { gpuHours }),
    ...(gpuKilowattHours > 0 && { gpuKilowattHours }),
    ...(ends.length > 0 && { first: ends[0], last: ends.at(-1) }),
  };
}
