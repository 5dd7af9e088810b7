/** The kinds of datasets that there are: a new one is a file of its own and a line here. */
import type * as z from "zod";
import { cifar10, cifar100 } from "./cifar/cifar-kinds.js";
import type { DatasetKind } from "./dataset-kind.js";
import { images } from "./folder/images-kind.js";
import { idx } from "./idx/idx-kind.js";
import type { ProceduralOptions } from "./procedural/procedural.js";
import { procedural } from "./procedural/procedural-kind.js";
import type { Selection } from "./select-splits.js";

export const kinds = [procedural, images, idx, cifar10, cifar100] as const;

/** The procedural set, which is drawn: `"procedural:32"` in one word. */
interface ProceduralSpec extends ProceduralOptions {
  readonly kind: "procedural";
}

/** CIFAR-10 or CIFAR-100 in its binary form: `"cifar10:FOLDER"`. */
interface CifarSpec extends Selection {
  readonly kind: "cifar10" | "cifar100";
  readonly folder: string;
}

/** A folder of images, with a folder for each class; see `loadImageFolder`. `"images:FOLDER:64"`. */
interface ImagesSpec extends Selection {
  readonly kind: "images";
  readonly folder: string;
  /** Height and width that every image is brought to, pixels; 8 to 1024. */
  readonly resolution: number;
  /** For a folder without test images: the share of each class's images that becomes them, in (0, 1). */
  readonly testShare?: number;
  /** What the folder holds: put in by `describeDataset`, and from then on insisted on. */
  readonly classes?: number;
  readonly content?: string;
}

/** The four files of a set in MNIST's format; see `loadIdx`. `"idx:FOLDER:32"`, `"fashion-mnist"`. */
interface IdxSpec extends Selection {
  readonly kind: "idx";
  readonly folder: string;
  /** Height and width that every image is brought to, pixels; 8 to 1024. */
  readonly resolution: number;
  /** How: with a border of black, or resized. Default `"pad"`. */
  readonly fit?: "pad" | "resize";
  /** Said where some class has no images; else put in by `describeDataset`, with the files' content. */
  readonly classes?: number;
  readonly content?: string;
}

/**
 * Which dataset, as JSON-able data: enough to load the same one in another process. `datasetByName` makes one of a word.
 *
 * `{ kind: "procedural", resolution: 32, train: 5000, test: 2000, seed: 1 }`, for example.
 */
export type DatasetSpec = ProceduralSpec | CifarSpec | ImagesSpec | IdxSpec;

/** What the schemas take; a field that is not in both does not compile. */
type Parsed = z.infer<ReturnType<(typeof kinds)[number]["schema"]>>;
type FieldsOf<T> = T extends { readonly kind: infer K } ? `${K & string}.${keyof T & string}` : never;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
true satisfies Same<DatasetSpec, Parsed>;
true satisfies Same<FieldsOf<DatasetSpec>, FieldsOf<Parsed>>;

/** The kind of a description, undefined where there is none of that name. */
export const kindOf = ({ kind }: { readonly kind: unknown }): DatasetKind<DatasetSpec> | undefined =>
  kinds.find(known => known.kind === kind);
