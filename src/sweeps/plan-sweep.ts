/**
 * How long a sweep will take, before it is begun: its networks are sampled as the sweep itself will sample them, each
 * one's training time follows from measured throughput, and the trainings are dealt out as a runner deals them.
 */
import { expectOptions, refuseUnknown } from "../base/expect-options.js";
import { expectFields, expectList } from "../base/expect.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { zoo, zooNames } from "../architectures/zoo.js";
import { say } from "../base/say.js";
import { extent } from "../base/extent.js";
import { linearRegression } from "../statistics/linear-regression.js";
import { requireFinite } from "../statistics/statistics-error.js";
import { spaceName } from "../trials/space-spec.js";
import { type Images, imagesOf } from "./images-of.js";
import { completeSpec, type SweepSpec } from "../trials/spec.js";
import type { Table } from "../tables/table.js";
import { trialsOf } from "../trials/trials-of.js";

/** What was measured of one network. */
export interface Measured {
  readonly flops: number;
  readonly acts: number;
  /** Training images per second, on one device. */
  readonly imagesPerSecond: number;
}

/** Training time by a network's cost. */
export interface ThroughputModel {
  /** What it was measured on. */
  readonly source: string;
  /** Networks measured. */
  readonly n: number;
  /** The model's typical error: the median of |predicted / measured − 1|. */
  readonly medianError: number;
  /** Ranges of what was measured; beyond them the model is a guess. */
  readonly flops: readonly [number, number];
  readonly acts: readonly [number, number];
  /** Seconds for one training image. */
  secondsPerImage(cost: { readonly flops: number; readonly acts: number }): number;
}

/**
 * Seconds an image = c₀ + c₁ · flops + c₂ · acts, fitted to relative errors. Activations tell training time better
 * than flops (paper, section 4 and Figure 12); together they tell more. A coefficient that comes out negative, as
 * measurements of networks alike in cost may have it, is left out.
 *
 * @throws StatisticsError for fewer than four networks
 * @example
 * ```ts
 * const v100 = fitThroughput("one V100", measuredOnV100());
 * const { flops, acts } = complexity(build(zoo("RegNetX-400MF").architecture));
 * 1 / v100.secondsPerImage({ flops, acts }); // ≈ 1089.906713621592
 * ```
 */
export function fitThroughput(source: string, measured: readonly Measured[]): ThroughputModel {
  expectList("fitThroughput", "measured networks", measured, {
    flops: "number",
    acts: "number",
    imagesPerSecond: "number",
  });
  const seconds = measured.map(({ imagesPerSecond }) => 1 / imagesPerSecond);
  const weights = seconds.map(value => 1 / value ** 2);
  const flops = measured.map(network => network.flops);
  const acts = measured.map(network => network.acts);
  const attempts = [{ flops, acts }, { acts }, { flops }] as Record<string, number[]>[];
  const fits = attempts.flatMap(regressors =>
    [true, false].map(intercept => linearRegression(seconds, regressors, { weights, intercept })),
  );
  const fit = fits.find(({ coefficients }) => coefficients.every(({ value }) => value >= 0)) ?? fits.at(-1)!;
  const secondsPerImage = (cost: { flops: number; acts: number }) => {
    expectFields("secondsPerImage", "a cost", cost, { flops: "number", acts: "number" });
    return fit.predict({ flops: cost.flops, acts: cost.acts });
  };
  const errors = measured
    .map((network, i) => Math.abs(secondsPerImage(network) / seconds[i] - 1))
    .sort((a, b) => a - b);
  return {
    source,
    n: measured.length,
    medianError: errors[Math.floor(errors.length / 2)],
    flops: extent(flops),
    acts: extent(acts),
    secondsPerImage,
  };
}

/** What a population measured while it was trained. */
export const measuredIn = (population: Table): Measured[] => {
  expectFields("measuredIn", "a table", population, { complete: "function", column: "function" });
  const present = population.complete("flops", "acts", "imagesPerSecond");
  const [flops, acts, rate] = ["flops", "acts", "imagesPerSecond"].map(name => present.column(name));
  return rate.map((imagesPerSecond, i) => ({ flops: flops[i], acts: acts[i], imagesPerSecond }));
};

/** The authors' own measurements: training steps of 64 images on one V100, float32, 224 × 224 unless larger. */
export const measuredOnV100 = (): Measured[] =>
  zooNames().flatMap(name => {
    const { exact, published } = zoo<AnyArchitecture>(name);
    // Only pycls prints times, and all counts.
    if (exact?.flops === undefined || exact.acts === undefined || published.trainStepMs === undefined)
      return [];
    return [{ flops: exact.flops, acts: exact.acts, imagesPerSecond: 64_000 / published.trainStepMs }];
  });

export interface PlanOptions {
  /** Devices of the kind that was measured. */
  readonly devices: number;
  readonly throughput: ThroughputModel;
  /** Images of the splits, where they are others than the spec's dataset has. */
  readonly images?: Images;
}

/** What one sweep will take. */
export interface SweepPlan {
  readonly space: string;
  readonly trainings: number;
  /** Device time of all trainings, hours. */
  readonly deviceHours: number;
  /** From the first training's begin to the last one's end, hours, if it has the devices for itself. */
  readonly wallHours: number;
  /** The longest training, hours. */
  readonly longestHours: number;
  /** Networks whose cost lies beyond what was measured. */
  readonly beyond: number;
}

/**
 * How long a sweep will take.
 *
 * @throws SpecError if the spec is not valid
 * @throws DatasetError if its dataset is a folder of images that cannot be used
 * @throws RangeError for devices or images that are no numbers of such
 * @example
 * ```ts
 * const spec: SweepSpec = {
 *   space: "RegNetX",
 *   n: 20,
 *   where: { flops: [360e6, 400e6] },
 *   dataset: { kind: "procedural", resolution: 224, train: 1000, test: 500, seed: 1 },
 *   recipe: "section3",
 * };
 * const throughput = fitThroughput("one V100", measuredOnV100());
 * // As on ImageNet: 1.28 million images an epoch.
 * const plan = await planSweep(spec, { devices: 8, throughput, images: { train: 1_281_167, test: 50_000 } });
 * plan.trainings; // => 20
 * plan.wallHours; // ≈ 10.914986153279555
 * ```
 */
export async function planSweep(given: SweepSpec, options: PlanOptions): Promise<SweepPlan> {
  expectOptions("planSweep", options, { devices: "any", throughput: "object", images: "object?" });
  expectFields("planSweep", "throughput, as fitThroughput() gives it,", options.throughput, {
    flops: "list",
    acts: "list",
    secondsPerImage: "function",
  });
  requireFinite("planSweep", "ends of throughput.flops", options.throughput.flops, 2);
  requireFinite("planSweep", "ends of throughput.acts", options.throughput.acts, 2);
  const { devices, throughput, images: asked } = options;
  if (asked) refuseUnknown("planSweep, images", asked, { train: true, validation: true, test: true });
  requireDevices("planSweep", devices);
  for (const split of ["train", "validation", "test"] as const) {
    const count = asked?.[split] ?? 0;
    if (Number.isInteger(count) && count >= 0) continue;
    throw new RangeError(`planSweep: images.${split} must be an integer of at least 0, got ${say(count)}`);
  }
  const spec = await completeSpec(given);
  const images = asked ?? (await imagesOf(spec.dataset));
  const trials = trialsOf(spec);
  const outside = ([low, high]: readonly [number, number], value: number) => value < low || value > high;
  const seconds = trials.map(({ flops, acts, recipe }) => {
    const steps = recipe.epochs * Math.floor(images.train / recipe.batch);
    // A forward pass is about a third of a step; it is seen once how training went, unless the recipe says more often.
    const looks = recipe.testEvery ? Math.ceil(recipe.epochs / recipe.testEvery) : 1;
    const { validation } = images;
    const seen = validation === undefined ? looks * images.test : looks * validation + images.test;
    return throughput.secondsPerImage({ flops, acts }) * (steps * recipe.batch + seen / 3);
  });
  return {
    space: spaceName(spec.space),
    trainings: trials.length,
    deviceHours: seconds.reduce((a, b) => a + b, 0) / 3600,
    wallHours: makespan(seconds, devices) / 3600,
    longestHours: seconds.reduce((a, b) => Math.max(a, b), 0) / 3600,
    beyond: trials.filter(
      ({ flops, acts }) => outside(throughput.flops, flops) || outside(throughput.acts, acts),
    ).length,
  };
}

/**
 * When the last of some trainings ends if each device takes the next one as soon as it is free, as the worker pool
 * and a job array do. In the unit of `durations`.
 *
 * @throws RangeError for a number of devices that is not a positive integer, or a duration that is negative or not finite
 * @example
 * ```ts
 * makespan([3, 2, 2], 2); // => 4
 * ```
 */
export function makespan(durations: readonly number[], devices: number): number {
  expectList("makespan", "durations", durations);
  requireDevices("makespan", devices);
  const odd = Array.from(durations).findIndex(duration => !(Number.isFinite(duration) && duration >= 0));
  if (odd >= 0) {
    throw new RangeError(
      `makespan: durations must be finite and at least 0, got ${say(durations[odd])} at ${odd}`,
    );
  }
  const free = new Float64Array(Math.min(devices, durations.length));
  for (const duration of durations) {
    let next = 0;
    for (let device = 1; device < free.length; device++) if (free[device] < free[next]) next = device;
    free[next] += duration;
  }
  return free.reduce((a, b) => Math.max(a, b), 0);
}

function requireDevices(caller: string, devices: number): void {
  if (Number.isSafeInteger(devices) && devices > 0) return;
  throw new RangeError(`${caller}: devices must be a positive integer, got ${say(devices)}`);
}
