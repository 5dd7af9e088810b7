/**
 * A trial: one training, named by the hash of everything that determines its outcome.
 */
import { expectFields } from "../base/expect.js";
import { say } from "../base/say.js";
import type { Sample } from "../spaces/space.js";
import type { Complexity } from "../networks/complexity.js";
import type { Network } from "../networks/network.js";
import { build } from "../architectures/build.js";
import { type AnyStoredArchitecture, reviveArchitecture } from "../architectures/stored.js";
import { later } from "../base/node/later.js";
import type { DatasetSpec } from "../training/datasets/index.js";
import type { EpochReport, Precision } from "../training/engine.js";
import type { Recipe } from "../training/recipe.js";
import type { SpaceSpec } from "./space-spec.js";

const crypto = later<typeof import("node:crypto")>(import.meta.url, "node:crypto");
const facts = later<typeof import("../training/datasets/dataset-facts.js")>(
  import.meta.url,
  "../training/datasets/dataset-facts.js",
);
const spaces = later<typeof import("./space-spec.js")>(import.meta.url, "./space-spec.js");

/**
 * A sampled network with its place in a sweep and how it is trained. Its outcome is determined by network, dataset,
 * recipe, seed, engine and precision. Threads and hardware do not belong: they change bits, not the experiment.
 */
export interface Trial extends Sample {
  /** Hash of what determines its outcome; see `trialId`. */
  readonly id: string;
  /** The sweep it belongs to; see `sweepId`. */
  readonly sweep: string;
  /** Place among the sweep's trials, from 0. */
  readonly index: number;
  readonly network: Network;
  readonly dataset: DatasetSpec;
  readonly recipe: Recipe;
  /** The fields of the recipe that were drawn. */
  readonly drawn: Partial<Recipe>;
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
  /** How many epochs of the recipe's schedule are trained, from the first. Default: all. */
  readonly until?: number;
  /**
   * Id of the trial that it goes on from: the same but for fewer epochs. Where its checkpoint is gone it is trained from the
   * start.
   */
  readonly continues?: string;
  /** By epoch, the greatest error with which it goes on; see `TrainOptions.stopAbove`. */
  readonly stopAbove?: Readonly<Record<number, number>>;
  /** Content of the code that drew the network; absent for spaces that come with netspace. */
  readonly source?: string;
}

/**
 * What is kept of a trial once it ended; enough to study a population without its spec or its sampler. One that lies in a
 * store is read when its fields are: take several at once where there are many records.
 */
export interface TrialRecord {
  /** Version of this record's form. */
  readonly version: 1;
  readonly id: string;
  /** The sweep it was run for; see `sweepId`. */
  readonly sweep: string;
  /** Place among the sweep's trials, from 0. */
  readonly index: number;
  /** The sampled architecture, and what it costs at the dataset's resolution. */
  readonly architecture: AnyStoredArchitecture;
  readonly complexity: Complexity;
  /** The network as data, where its block, or its kind of architecture, is code that a name does not bring back. */
  readonly network?: Network;
  /** The fields of the recipe that were drawn for this network; absent where the spec decides all. */
  readonly drawn?: Partial<Recipe>;
  /** A failed trial (its worker crashed, or the engine rejected it) has no result, and is tried again on resume. */
  readonly status: "finished" | "diverged" | "failed";
  /** Top-1 test error, per cent; that of guessing when diverged. */
  readonly error?: number;
  /** The same on the validation split, per cent; absent where the dataset has none. */
  readonly validationError?: number;
  readonly epochs?: readonly EpochReport[];
  /** 1-based step at which the loss stopped being finite. */
  readonly divergedAt?: number;
  /** Epochs of the recipe's schedule that were to be trained, from the first; absent where all were. */
  readonly until?: number;
  /** Id of the trial that it went on from. */
  readonly continues?: string;
  /**
   * Epochs that were done before this trial, and are no part of its cost; 0 where what it should have gone on from was gone, so
   * that it was trained from the start, with the same outcome.
   */
  readonly from?: number;
  /** By epoch, the error above which it was to be ended. */
  readonly stopAbove?: Readonly<Record<number, number>>;
  /** 1-based epoch after which it was ended because of it. */
  readonly stoppedAt?: number;
  /** Images trained on, of further epochs alone where it went on from another trial. */
  readonly images?: number;
  /** Why it failed. */
  readonly reason?: string;
  /** Wall time of training and testing, seconds. */
  readonly seconds?: number;
  readonly imagesPerSecond?: number;
  readonly threads?: number;
  /** Processor time of the training, all threads together, seconds. */
  readonly cpuSeconds?: number;
  /** Time of a GPU: the wall time, divided by the trainings that shared the device, seconds. */
  readonly gpuSeconds?: number;
  /** Energy of a GPU: mean power times wall time, divided by the trainings that shared the device, joules. */
  readonly gpuJoules?: number;
  /**
   * Greatest resident memory of the worker process until the trial ended, bytes: the runtime, earlier trials of that
   * worker and the dataset count. What a limit on memory is held against.
   */
  readonly peakMemory?: number;
  /** The most memory that this training's tensors held at once, bytes: the engine's `TrainingResult.peakMemory`. */
  readonly tensorMemory?: number;
  /** What trained it, for example `"torch 2.13.0+cpu"`. */
  readonly engineVersion?: string;
  /** When it ended, ISO 8601. */
  readonly endedAt: string;
}

/** The network that was trained, as data: built from its architecture where a name brings that back. */
export const networkOf = ({
  network,
  architecture,
}: Pick<TrialRecord, "network" | "architecture">): Network =>
  network ?? build(reviveArchitecture(architecture));

/** Counts as an outcome: such a trial is never run again. */
export const isSettled = (record: Pick<TrialRecord, "status">): boolean => record.status !== "failed";

/**
 * A sweep's identity: the hash of its spec, but not of how it is run; of a search's spec the search's. Records of another sweep
 * do not belong to its population.
 */
export function sweepId(spec: { readonly run?: unknown }): string {
  const { run: _run, ...experiment } = spec;
  const { space, search } = spec as { readonly space?: SpaceSpec; readonly search?: { readonly id: string } };
  if (search) return search.id;
  return digest(
    canonicalJson(space === undefined ? experiment : { ...experiment, space: spaces().spaceIdentity(space) }),
  );
}

/** A search's identity: a sweep's, and what the strategy is. */
export const searchId = (spec: { readonly run?: unknown }, strategy: unknown): string =>
  digest(canonicalJson({ sweep: sweepId(spec), strategy }));

const digest = (text: string): string =>
  crypto().createHash("sha256").update(text).digest("hex").slice(0, 32);

/**
 * JSON with sorted keys: equal data gives equal text. For plain data, as specs and networks are; written out, since
 * a sweep hashes every network, and `JSON.stringify` with a replacer that sorts takes several times as long.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value === 0 ? 0 : value);
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const data = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of Object.keys(data).sort()) {
    if (data[key] === undefined) continue;
    text += `${text === "" ? "" : ","}"${key}":${canonicalJson(data[key])}`;
  }
  return `{${text}}`;
}

/**
 * The trial's identity: a hash of its content. The network's name is a label and does not count, nor does the
 * place where a dataset lies.
 *
 * @example
 * ```ts
 * const trial = {
 *   network: build(zoo("RegNetX-200MF").architecture),
 *   dataset: datasetByName("procedural:32"),
 *   recipe: recipes.tiny,
 *   seed: 1,
 *   engine: "torch",
 *   precision: "float32",
 * } as const;
 * trialId(trial) === trialId({ ...trial, seed: 2 }); // => false
 * ```
 */
export function trialId(
  trial: Pick<
    Trial,
    | "network"
    | "dataset"
    | "recipe"
    | "seed"
    | "engine"
    | "precision"
    | "source"
    | "until"
    | "continues"
    | "stopAbove"
  >,
): string {
  expectFields("trialId", "a trial", trial, { network: "object", dataset: "object" });
  const {
    network: { name: _label, ...network },
    dataset,
    recipe,
    seed,
    engine,
    precision,
    source,
    until,
    continues,
    stopAbove,
  } = trial;
  // What is not there leaves no trace in the hash.
  const rest = { recipe, seed, engine, precision, source, until, continues, stopAbove };
  try {
    return digest(canonicalJson({ ...rest, network, dataset: facts().datasetFacts(dataset).identity }));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const problem = `trialId: expected a trial of plain data, numbers, texts and lists, got ${say(trial)} with something else in it`;
    throw new RangeError(problem, { cause });
  }
}
