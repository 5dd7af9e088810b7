/**
 * What a kind of dataset is: how a description of one looks, what it says before anything is loaded, and how it is loaded.
 * A kind is one such object in a file of its own and a line in `kinds.ts`; specs, cells and the command line know it then.
 */
import type * as z from "zod";
import type { Dataset } from "../dataset.js";

/** What can be said of a dataset before it is loaded. */
export interface DatasetFacts {
  /** The name it will have: all that decides its contents, and not where its files lie. */
  readonly identity: string;
  readonly classes: number;
  /** Height and width, pixels. */
  readonly resolution: number;
}

/** Images of a dataset's splits. */
export interface Images {
  readonly train: number;
  readonly validation?: number | undefined;
  readonly test: number;
}

/** A kind of dataset; `S` is a checked description of one, plain data with its `kind`. */
export interface DatasetKind<S extends { readonly kind: string }> {
  readonly kind: S["kind"];
  /** How it is written as one word: `"cifar10:FOLDER"`. */
  readonly form: string;
  /** Further words that stand for descriptions of this kind. */
  readonly words?: readonly string[];
  /** The description that a word names; undefined where it is none. @param rest what follows the first colon */
  parse(rest: string, word: string): S | undefined;
  /** Undefined where the files have to say, and have not yet: see `found`. */
  facts(spec: S): DatasetFacts | undefined;
  load(spec: S): Dataset | Promise<Dataset>;
  /** How many images the splits have, where the description says it. */
  images?(spec: S): Images;
  /**
   * For kinds whose files say what they hold: their descriptions have the fields `folder`, `classes` and `content`, the
   * dataset has a `content`, and describing one puts classes and content in. From then on they are insisted on.
   */
  readonly found?: {
    /** Why the files may hold something else by now. */
    readonly changed: string;
  };
}

/** A kind with the schema that its descriptions are checked by. */
export const datasetKind = <Z extends z.ZodObject>(
  kind: DatasetKind<z.infer<Z> & { readonly kind: string }> & { readonly schema: () => Z },
): typeof kind => kind;
