/**
 * The procedural image set: pictures of ten silhouettes, drawn on the spot, for studies that must run anywhere
 * at once. Position, size, rotation, deformation, texture, colour, clutter, light and noise vary and do
 * not tell the class; only the silhouette does.
 */
import { refuseUnknown } from "../../../base/expect-options.js";
import { isObject, say } from "../../../base/say.js";
import type { Dataset, Split } from "../../dataset.js";
import { channelStatistics } from "../channel-statistics.js";
import { paintScene } from "./paint-scene.js";
import { randomStream } from "../random-stream.js";
import { drawScene } from "./scene.js";
import { shown } from "../shown-dataset.js";
import { SILHOUETTES } from "./silhouettes.js";

/** Version of the generator, part of the dataset's name: the same name always means the same bytes. */
export const PROCEDURAL_VERSION = 1;

/** What decides a procedural set. */
export interface ProceduralOptions {
  /** Height and width, pixels, at least 8. */
  readonly resolution: number;
  /** Number of training images, at least one per class. */
  readonly train: number;
  /** Number of validation images, at least one per class: further scenes, so the other splits do not change. Default none. */
  readonly validation?: number;
  /** Number of test images, at least one per class. */
  readonly test: number;
  /** An integer in [0, 2³²). */
  readonly seed: number;
  /** The first n of the ten silhouettes, 2 to 10. Default 10. */
  readonly classes?: number;
}

/** Splits draw from separate streams, so that none repeats another's images. */
const SPLIT_STREAM = { train: 1, test: 2, validation: 3 } as const;

/** Number of classes, by default that of all silhouettes. */
export function proceduralClasses(options: ProceduralOptions): number {
  return options.classes ?? SILHOUETTES.length;
}

/** The dataset's name, which holds all that decides it. */
export function proceduralName(options: ProceduralOptions): string {
  const { resolution, train, test, validation, seed } = options;
  const classes = proceduralClasses(options);
  const heldOut = validation === undefined ? "" : `-validation${validation}`;
  const only = classes === SILHOUETTES.length ? "" : `-c${classes}`;
  return `procedural-v${PROCEDURAL_VERSION}-${resolution}-${train}+${test}${only}-s${seed}${heldOut}`;
}

/**
 * Checks the options.
 *
 * @throws RangeError when one is not an integer within its bounds.
 */
export function checkProcedural(options: ProceduralOptions): void {
  if (!isObject(options)) {
    throw new RangeError(
      `proceduralDataset: expected { resolution, train, test, seed }, got ${say(options)}; for example { resolution: 32, train: 5000, test: 2000, seed: 1 }`,
    );
  }
  // A description of the set, which has its kind as well, is as good.
  refuseUnknown<ProceduralOptions & { readonly kind?: unknown }>("proceduralDataset", options, {
    resolution: true,
    train: true,
    validation: true,
    test: true,
    seed: true,
    classes: true,
    kind: true,
  });
  const check = (name: keyof ProceduralOptions, low: number, high: number, remedy: string) => {
    const value = options[name];
    if (Number.isInteger(value) && value! >= low && value! <= high) return;
    throw new RangeError(
      `proceduralDataset: ${name} must be an integer from ${low} to ${high}, got ${say(value)}; ${remedy}`,
    );
  };
  check("resolution", 8, 1024, "32 is usual");
  if (options.classes !== undefined)
    check("classes", 2, SILHOUETTES.length, "leave it out for all silhouettes");
  const classes = proceduralClasses(options);
  // Below 4 GiB a split, the most that an array of bytes holds.
  const most = Math.floor(0xffff_ffff / (3 * options.resolution * options.resolution));
  check("train", classes, most, "every class needs an image, and a split must fit in 4 GiB");
  check("test", classes, most, "every class needs an image, and a split must fit in 4 GiB");
  if (options.validation !== undefined) {
    check("validation", classes, most, "every class needs an image; leave it out for no such split");
  }
  check("seed", 0, 0xffff_ffff, "each such number names one fixed set");
}

function drawSplit(options: ProceduralOptions, split: keyof typeof SPLIT_STREAM): Split {
  const { resolution, seed } = options;
  const classes = proceduralClasses(options);
  const count = options[split]!;
  const size = 3 * resolution * resolution;
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  const planes = new Float64Array(size);
  for (let index = 0; index < count; index++) {
    // Classes in turn: balanced to within one image, however far the split is cut or grown.
    const label = index % classes;
    labels[index] = label;
    const random = randomStream(seed, SPLIT_STREAM[split], index);
    const scene = drawScene(random, label);
    paintScene(scene, resolution, images.subarray(index * size, (index + 1) * size), planes, random);
  }
  return { count, images, labels };
}

/**
 * Draws the procedural set: the same bytes for the same options on every machine.
 *
 * Each image comes from (seed, split, index) alone: a larger split begins with the images of a smaller one,
 * and another resolution shows the same scenes. Labels go round the classes in turn. About 0.2 ms an image
 * of 32 × 32 on one core.
 *
 * @throws RangeError when an option is not an integer within its bounds.
 * @example
 * ```ts
 * const dataset = proceduralDataset({ resolution: 32, train: 500, test: 100, seed: 1, classes: 5 });
 * dataset.name; // => "procedural-v1-32-500+100-c5-s1"
 * // Red, green and blue of 32 × 32 pixels, one image after the other.
 * dataset.train.images.length === 500 * 3 * 32 * 32; // => true
 * ```
 */
export function proceduralDataset(options: ProceduralOptions): Dataset {
  checkProcedural(options);
  const { resolution } = options;
  const train = drawSplit(options, "train");
  const classes = proceduralClasses(options);
  return shown({
    name: proceduralName(options),
    resolution,
    channels: 3,
    classes,
    ...channelStatistics(train, resolution),
    train,
    ...(options.validation !== undefined && { validation: drawSplit(options, "validation") }),
    test: drawSplit(options, "test"),
    classNames: SILHOUETTES.slice(0, classes).map(({ name }) => name),
  });
}
