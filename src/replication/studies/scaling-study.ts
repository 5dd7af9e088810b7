/**
 * Studies of scaling: a base scaled in many ways, trained on both sets of images, as `data/studies/` has them. `study.json` says
 * what there is to train, `trainings.parquet` has what was trained so far.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { countArchitecture } from "../../architectures/count-architecture.js";
import { scale, type Scaling } from "../../architectures/scale.js";
import { reviveArchitecture, type StoredArchitecture } from "../../architectures/stored.js";
import { expectText } from "../../base/expect.js";
import { nearestName } from "../../base/nearest-name.js";
import { packageRoot } from "../../base/node/paths.js";
import { say } from "../../base/say.js";
import type { Complexity } from "../../networks/complexity.js";
import { tableOf, type Table } from "../../tables/table.js";
import { readTable } from "../../tables/table-files.js";
import type { DatasetSpec } from "../../training/datasets/index.js";
import type { Recipe } from "../../training/recipe.js";
import type { RegisteredDataset } from "../registration/registered-datasets.js";

/** A network of a study: the base by its factors, at its own resolution. */
export interface ScaledStudyNetwork extends Complexity {
  readonly name: string;
  readonly by: Scaling;
  readonly architecture: Architecture;
  /** Height and width of its images, pixels. */
  readonly resolution: number;
}

/** One training of a study. Errors are top-1, per cent, after the last epoch. */
export interface ScalingTraining extends Complexity {
  readonly network: string;
  readonly images: RegisteredDataset;
  readonly resolution: number;
  readonly epochs: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly status: string;
  readonly error: number;
  readonly validationError: number;
  /** Over the last epoch's batches, augmented, while they were learned from. */
  readonly trainError: number;
  /** Mean cross-entropy over the last epoch's batches, nats. */
  readonly trainLoss: number;
  /** Wall time, on a machine that other work kept busy. */
  readonly seconds: number;
  readonly engine: string;
  /** ISO 8601. */
  readonly ended: string;
}

/** A training that a study asks for, and how it is made. */
export interface PlannedTraining {
  readonly network: ScaledStudyNetwork;
  readonly images: RegisteredDataset;
  readonly dataset: DatasetSpec;
  readonly recipe: Recipe;
  readonly seed: number;
}

interface StudyFile {
  readonly base: StoredArchitecture;
  readonly images: Readonly<Record<RegisteredDataset, object>>;
  readonly recipe: Recipe;
  readonly firstSeed: number;
  readonly networks: readonly { readonly name: string; readonly by: Scaling; readonly resolution: number }[];
  readonly trainings: readonly {
    /** Default: all. */
    readonly networks?: readonly string[];
    /** What differs from the study's. */
    readonly recipe?: Partial<Recipe>;
    readonly seeds: number;
  }[];
}

/** A study as it is: its networks, what it asks for, and what was trained. */
export interface ScalingStudy {
  readonly name: string;
  /** The network that all others are scaled from. */
  readonly base: Architecture;
  /** In the order of the file. */
  readonly networks: readonly ScaledStudyNetwork[];
  /** Seeds first, then networks, then images: what a study that is stopped has of all networks alike. */
  readonly planned: readonly PlannedTraining[];
  /** In the order planned. */
  readonly trainings: Table<ScalingTraining>;
  /** How many of how many, and in what regime. */
  readonly statement: string;
}

const studiesFolder = join(packageRoot, "data", "studies");
/** Where a study's files are. */
export const studyFolder = (name: string): string => join(studiesFolder, name);

/** What tells one training of a study from another. */
export const trainingKey = ({
  network,
  images,
  epochs,
  weightDecay,
  seed,
}: Pick<ScalingTraining, "network" | "images" | "epochs" | "weightDecay" | "seed">): string =>
  JSON.stringify([network, images, epochs, weightDecay, seed]);

const keyOfPlanned = ({ network, images, recipe, seed }: PlannedTraining): string =>
  trainingKey({
    network: network.name,
    images,
    epochs: recipe.epochs,
    weightDecay: recipe.weightDecay,
    seed,
  });

/** What a study asks for, from its file. */
export function planScalingStudy(name: string): Omit<ScalingStudy, "trainings" | "statement"> {
  const file = JSON.parse(readFileSync(join(studyFolder(name), "study.json"), "utf8")) as StudyFile;
  const base = reviveArchitecture(file.base);
  const networks = file.networks.map(({ name: network, by, resolution }): ScaledStudyNetwork => {
    const architecture = { ...scale(base, by), resolution };
    return { name: network, by, architecture, resolution, ...countArchitecture(architecture, resolution) };
  });
  const planned: PlannedTraining[] = [];
  const most = Math.max(...file.trainings.map(({ seeds }) => seeds));
  for (let i = 0; i < most; i++) {
    for (const { networks: some, recipe: other, seeds } of file.trainings) {
      if (i >= seeds) continue;
      for (const network of networks) {
        if (some && !some.includes(network.name)) continue;
        for (const [images, parts] of Object.entries(file.images) as [RegisteredDataset, object][]) {
          const dataset = { ...parts, resolution: network.resolution } as DatasetSpec;
          const whole = { ...file.recipe, ...other };
          const recipe = { ...whole, testEvery: whole.epochs };
          planned.push({ network, images, dataset, recipe, seed: file.firstSeed + i });
        }
      }
    }
  }
  return { name, base, networks, planned };
}

/** Trainings in the order in which they are planned; what is not planned is left out. */
export function inOrder(
  planned: readonly PlannedTraining[],
  trainings: readonly ScalingTraining[],
): ScalingTraining[] {
  const place = new Map(planned.map((each, i) => [keyOfPlanned(each), i]));
  const placeOf = (training: ScalingTraining) => place.get(trainingKey(training)) ?? -1;
  return trainings.filter(each => placeOf(each) >= 0).sort((a, b) => placeOf(a) - placeOf(b));
}

/** What is planned and not trained yet. */
export function missing(
  planned: readonly PlannedTraining[],
  trainings: readonly ScalingTraining[],
): PlannedTraining[] {
  const done = new Set(trainings.map(trainingKey));
  return planned.filter(each => !done.has(keyOfPlanned(each)));
}

/**
 * A study of scaling that is shipped: networks, and the trainings that there are so far.
 *
 * @param name `"nas-9-compound-scaling"` or `"nas-10-revisiting-resnets"`
 * @throws RangeError for a study that is not shipped, and for trainings of other networks than it describes
 * @example
 * ```ts
 * const scalings = await scalingStudy("nas-9-compound-scaling");
 * scalings.networks.find(({ name }) => name === "compound-4")?.resolution; // => 16
 * ```
 */
export async function scalingStudy(name: string): Promise<ScalingStudy> {
  const fn = "scalingStudy";
  expectText(fn, "the name", name);
  const known = readdirSync(studiesFolder).filter(each =>
    existsSync(join(studiesFolder, each, "study.json")),
  );
  if (!known.includes(name)) {
    const meant = nearestName(name, known);
    throw new RangeError(
      `${fn}: unknown study ${say(name)}; ${meant === undefined ? "" : `did you mean "${meant}"? `}known are ${known.join(", ")}`,
    );
  }
  const plan = planScalingStudy(name);
  const file = join(studyFolder(name), "trainings.parquet");
  const rows = existsSync(file) ? (await readTable<ScalingTraining & object>(file)).rows : [];
  const byName = new Map(plan.networks.map(network => [network.name, network]));
  for (const row of rows) {
    const network = byName.get(row.network);
    if (network && network.flops === row.flops && network.params === row.params) continue;
    throw new RangeError(
      `${fn}: ${name} has a training of ${say(row.network)} with ${row.flops} flops, which is none of its networks; its files do not belong together`,
    );
  }
  const trainings = inOrder(plan.planned, rows);
  const { planned } = plan;
  const [{ recipe, dataset }] = planned;
  const seeds = new Set(trainings.map(({ seed }) => seed)).size;
  const epochs = [...new Set(planned.map(each => each.recipe.epochs))].sort((a, b) => a - b);
  const statement =
    `${trainings.length} of ${planned.length} trainings, ${seeds} seeds: ${dataset.train} images to learn from, ` +
    `${epochs.join(", ")} epochs in batches of ${recipe.batch}, rate ${recipe.learningRate}, weight decay ${recipe.weightDecay}`;
  return { ...plan, trainings: tableOf(trainings), statement };
}
