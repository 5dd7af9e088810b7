/** Files in MNIST's format as a kind of dataset: `idx:FOLDER`, `fashion-mnist`. */
import { existsSync } from "node:fs";
import { zod } from "../../../base/node/zod.js";
import { datasetKind } from "../dataset-kind.js";
import { schemaParts } from "../schema-parts.js";
import { FASHION_MNIST_CONTENT, FASHION_MNIST_FOLDER } from "./fashion-mnist.js";
import { idxName, loadIdx } from "./idx.js";

const USUAL_RESOLUTION = 32;

export const idx = datasetKind({
  kind: "idx",
  form: "idx:FOLDER[:RESOLUTION], fashion-mnist[:RESOLUTION]",
  words: ["fashion-mnist"],
  schema: () => {
    const z = zod();
    const { folder, resolution, selection, content } = schemaParts();
    return z
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
        content,
      })
      .refine(({ classes, content: known }) => classes !== undefined || known === undefined, {
        error: "a content comes with classes; leave it out, and it is found out",
      });
  },
  parse(rest, word) {
    const [, place, size] = (word === "idx" ? /^(.+?)(?::(\d+))?$/s : /^()(\d+)?$/).exec(rest) ?? [];
    if (place === undefined) return undefined;
    const resolution = size === undefined ? USUAL_RESOLUTION : Number(size);
    return { kind: "idx" as const, folder: place || FASHION_MNIST_FOLDER, resolution };
  },
  facts: spec => {
    const { classes, content, resolution } = spec;
    if (classes === undefined || content === undefined) return undefined;
    return { identity: idxName(content, spec), classes, resolution };
  },
  // Classes are given where some have no images.
  load: ({ kind: _kind, folder, content, ...options }) => loadIdx(placeOf(folder, content), options),
  found: { changed: "its files are another set's, or were changed" },
});

/**
 * Where the files are: those of Fashion-MNIST also where the system's package puts them, so that a population trained on
 * another machine's copy can be gone on with. What they hold is checked all the same.
 */
function placeOf(folder: string, content: string | undefined): string {
  const isElsewhere = content === FASHION_MNIST_CONTENT && !existsSync(folder);
  return isElsewhere && existsSync(FASHION_MNIST_FOLDER) ? FASHION_MNIST_FOLDER : folder;
}
