/**
 * A dataset as plain data (what a sweep stores, and what each of its worker processes loads), and what it says
 * before anything is loaded: the facts that sampling and the identity of trials need.
 */
import type * as z from "zod";
import { once } from "../../base/once.js";
import { isObject, say } from "../../base/say.js";
import { zod } from "../../base/node/zod.js";
import { CIFAR10, CIFAR100 } from "./cifar/cifar.js";
import { DatasetError } from "./dataset-error.js";
import { idxName } from "./idx/idx.js";
import { imagesName } from "./folder/image-folder.js";
import { checkProcedural, proceduralClasses, proceduralName } from "./procedural/procedural.js";
import { selectionSuffix } from "./select-splits.js";

/** Checks a dataset's description; part of the schema of a sweep. */
export const datasetSchema = once(() => {
  const z = zod();
  const procedural = z
    .strictObject({
      kind: z.literal("procedural"),
      /** Height and width, pixels. */
      resolution: z.number(),
      /** Numbers of images. */
      train: z.number(),
      /** Further images to choose by; see `ProceduralOptions`. */
      validation: z.number().optional(),
      test: z.number(),
      seed: z.number(),
      classes: z.number().optional(),
    })
    .superRefine((options, context) => {
      try {
        checkProcedural(options);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      }
    });

  /** Where the files lie. */
  const folder = z.string().min(1);

  const count = z.int().positive().max(0xffff_ffff).optional();

  /** How many images of a set on disk; see `Selection`. */
  const selection = {
    train: count,
    validation: count,
    test: count,
    splitSeed: z.int().nonnegative().max(0xffff_ffff).optional(),
  };

  /** Height and width that every image is brought to, pixels. */
  const resolution = z.number().refine(value => Number.isInteger(value) && value >= 8 && value <= 1024, {
    error: "expected an integer from 8 to 1024",
  });

  const content = z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: "expected 32 hexadecimal digits, as describeDataset() puts them in" })
    .optional();

  const images = z
    .strictObject({
      kind: z.literal("images"),
      /** In ImageNet's layout; see `loadImageFolder`. */
      folder,
      resolution,
      /** For a folder without test images: the share of each class that becomes them, and which ones. */
      testShare: z
        .number()
        .refine(value => value > 0 && value < 1, { error: "expected a number in (0, 1)" })
        .optional(),
      ...selection,
      /** What the folder holds: put in by `describeDataset`, and from then on insisted on. */
      classes: z.int().min(2).optional(),
      content,
    })
    .refine(({ classes, content: known }) => (classes === undefined) === (known === undefined), {
      error: "classes and content come together; leave both out, and they are found out",
    });

  const idx = z
    .strictObject({
      kind: z.literal("idx"),
      /** With the four files of a set in MNIST's format; see `loadIdx`. */
      folder,
      resolution,
      /** Default `"pad"`. */
      fit: z.enum(["pad", "resize"]).optional(),
      ...selection,
      /** Said where some class has no images; else put in by `describeDataset`. */
      classes: z.int().min(2).max(256).optional(),
      /** What the files hold: put in by `describeDataset`, and from then on insisted on. */
      content,
    })
    .refine(({ classes, content: known }) => classes !== undefined || known === undefined, {
      error: "a content comes with classes; leave it out, and it is found out",
    });

  const cifar10 = z.strictObject({ kind: z.literal("cifar10"), folder, ...selection });
  const cifar100 = z.strictObject({ kind: z.literal("cifar100"), folder, ...selection });

  return z.discriminatedUnion("kind", [procedural, images, idx, cifar10, cifar100]);
});

/** Which dataset, as JSON-able data: enough to load the same one in another process. */
export type DatasetSpec = z.infer<ReturnType<typeof datasetSchema>>;

/** What can be said of a dataset before it is loaded. */
export interface DatasetFacts {
  /** The name it will have: all that decides its contents, and not where its files lie. */
  readonly identity: string;
  readonly classes: number;
  /** Height and width, pixels. */
  readonly resolution: number;
}

/**
 * Identity, classes and resolution of the dataset that a (checked) description names, without loading it.
 *
 * @throws DatasetError for a folder of images whose contents the description does not say
 */
export function datasetFacts(spec: DatasetSpec): DatasetFacts {
  if (!isObject(spec) || !datasetSchema().options.some(({ shape }) => shape.kind.value === spec.kind)) {
    throw new DatasetError(
      `datasetFacts: expected the description of a dataset, got ${say(spec)}; datasetByName makes one`,
    );
  }
  if (spec.kind === "procedural") {
    return { identity: proceduralName(spec), classes: proceduralClasses(spec), resolution: spec.resolution };
  }
  if (spec.kind === "images" || spec.kind === "idx") {
    const { folder: place, classes, content: known } = spec;
    if (classes === undefined || known === undefined) {
      throw new DatasetError(
        `datasetFacts: expected the classes and content of the images in ${place}, got a description without; await describeDataset() puts them in`,
      );
    }
    const identity = spec.kind === "idx" ? idxName(known, spec) : imagesName(known, spec.resolution, spec);
    return { identity, classes, resolution: spec.resolution };
  }
  const { name, classes, resolution: size } = spec.kind === "cifar10" ? CIFAR10 : CIFAR100;
  return { identity: `${name}${selectionSuffix(spec)}`, classes, resolution: size };
}
