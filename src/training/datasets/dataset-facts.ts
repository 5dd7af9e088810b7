/**
 * A dataset as plain data (what a sweep stores, and what each of its worker processes loads), and what it says
 * before anything is loaded: the facts that sampling and the identity of trials need.
 */
import * as z from "zod";
import { CIFAR10, CIFAR100 } from "./cifar.js";
import { checkProcedural, proceduralClasses, proceduralName } from "./procedural.js";

const procedural = z
  .strictObject({
    kind: z.literal("procedural"),
    /** Height and width, pixels. */
    resolution: z.number(),
    /** Numbers of images. */
    train: z.number(),
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

/** Where the files of the binary version lie. */
const folder = z.string().min(1);

/** Checks a dataset's description; part of the schema of a sweep. */
export const datasetSchema = z.discriminatedUnion("kind", [
  procedural,
  z.strictObject({ kind: z.literal("cifar10"), folder }),
  z.strictObject({ kind: z.literal("cifar100"), folder }),
]);

/** Which dataset, as JSON-able data: enough to load the same one in another process. */
export type DatasetSpec = z.infer<typeof datasetSchema>;

/** What can be said of a dataset before it is loaded. */
export interface DatasetFacts {
  /** The name it will have: all that decides its contents, and not where its files lie. */
  readonly identity: string;
  readonly classes: number;
  /** Height and width, pixels. */
  readonly resolution: number;
}

/** Identity, classes and resolution of the dataset that a (checked) description names, without loading it. */
export function datasetFacts(spec: DatasetSpec): DatasetFacts {
  if (spec.kind === "procedural") {
    const { resolution } = spec;
    return { identity: proceduralName(spec), classes: proceduralClasses(spec), resolution };
  }
  const { name, classes, resolution } = spec.kind === "cifar10" ? CIFAR10 : CIFAR100;
  return { identity: name, classes, resolution };
}
