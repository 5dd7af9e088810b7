/**
 * A contact sheet: a grid of sample images, one row per class, as one picture to look at in a notebook.
 */
import { expectOptions } from "../../base/expect-options.js";
import type { Dataset, Split } from "../dataset.js";
import { checkDataset } from "../engines/check-dataset.js";
import { drawImage } from "./draw-image.js";
import { say } from "../../base/say.js";
import { encodePng } from "./png.js";

export interface ContactSheetOptions {
  /** Default `"train"`. */
  readonly split?: "train" | "validation" | "test";
  /** The labels of the classes to draw, in this order. Default: all. */
  readonly classes?: readonly number[];
  /** Images a class. Default 12. */
  readonly columns?: number;
  /** Whole number of screen pixels a pixel is drawn as. Default: such that an image is about 64 wide. */
  readonly zoom?: number;
}

/** A picture that shows itself in a notebook. */
export interface ContactSheet {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
  /** The MIME bundle that notebook front ends show. */
  [display: symbol]: () => { "image/png": string };
}

/** Space between images, screen pixels. */
const GAP = 2;

/** The split's first `columns` images of each of these classes. */
function pickImages(labels: Split["labels"], classes: readonly number[], columns: number): number[][] {
  const rows = new Map(classes.map((label): [number, number[]] => [label, []]));
  for (const [index, label] of labels.entries()) {
    const row = rows.get(label);
    if (row && row.length < columns) row.push(index);
  }
  return classes.map(label => rows.get(label)!);
}

/**
 * Draws the first images of every class, one class a row, in the order of the labels.
 *
 * @example
 * ```ts
 * contactSheet(await loadDataset(datasetByName("procedural:16")), { columns: 8 }).width; // => 530
 * ```
 * @throws RangeError when `columns` or `zoom` is not a positive integer, a class is none of the dataset's, or it has no
 *   such split.
 */
export function contactSheet(dataset: Dataset, options: ContactSheetOptions = {}): ContactSheet {
  expectOptions("contactSheet", options, { split: "any?", classes: "list?", columns: "any?", zoom: "any?" });
  checkDataset(dataset);
  const { resolution } = dataset;
  const { classes = Array.from({ length: dataset.classes }, (_, label) => label), split = "train" } = options;
  const { columns = 12, zoom = Math.max(1, Math.round(64 / resolution)) } = options;
  for (const [name, value] of Object.entries({ columns, zoom })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new RangeError(`contactSheet: ${name} must be a positive integer, got ${say(value)}`);
  }
  const shown = dataset[split];
  if (!shown) {
    const splits = ["train", "validation", "test"].filter(
      name => dataset[name as keyof Dataset] !== undefined,
    );
    throw new RangeError(`contactSheet: split must be one of ${splits.join(", ")}, got ${say(split)}`);
  }
  const stray = classes.find(label => !(Number.isInteger(label) && label >= 0 && label < dataset.classes));
  if (stray !== undefined || classes.length === 0) {
    throw new RangeError(
      `contactSheet: classes must be labels from 0 to ${dataset.classes - 1}, at least one, got ${say(stray ?? classes)}`,
    );
  }
  const cell = resolution * zoom + GAP;
  const width = columns * cell + GAP;
  const height = classes.length * cell + GAP;
  const rgb = new Uint8Array(width * height * 3).fill(255);
  for (const [row, picked] of pickImages(shown.labels, classes, columns).entries()) {
    for (const [column, index] of picked.entries()) {
      const [left, top] = [GAP + column * cell, GAP + row * cell];
      drawImage({ width, rgb }, shown, index, { resolution, zoom, left, top });
    }
  }
  const png = encodePng(width, height, rgb);
  return {
    width,
    height,
    png,
    [Symbol.for("Jupyter.display")]: () => ({ "image/png": png.toString("base64") }),
  };
}
