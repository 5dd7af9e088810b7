/**
 * A contact sheet: a grid of sample images, one row a class, as one picture to look at in a notebook.
 */
import type { Dataset, Split } from "../dataset.js";
import { encodePng } from "./png.js";

export interface ContactSheetOptions {
  /** Default `"train"`. */
  readonly split?: "train" | "test";
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

/** The split's first `columns` images of each class, by label. */
function pickImages(labels: Split["labels"], classes: number, columns: number): number[][] {
  const rows: number[][] = Array.from({ length: classes }, () => []);
  for (const [index, label] of labels.entries()) {
    if (rows[label].length < columns) rows[label].push(index);
  }
  return rows;
}

/**
 * Draws the first images of every class, one class a row, in the order of the labels.
 *
 * @throws RangeError when `columns` or `zoom` is not a positive integer.
 */
export function contactSheet(dataset: Dataset, options: ContactSheetOptions = {}): ContactSheet {
  const { resolution, classes } = dataset;
  const { columns = 12, zoom = Math.max(1, Math.round(64 / resolution)) } = options;
  for (const [name, value] of Object.entries({ columns, zoom })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new RangeError(`contactSheet: ${name} must be a positive integer, got ${value}`);
  }
  const { images, labels } = dataset[options.split ?? "train"];
  const cell = resolution * zoom + GAP;
  const width = columns * cell + GAP;
  const height = classes * cell + GAP;
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const area = resolution * resolution;
  for (const [row, picked] of pickImages(labels, classes, columns).entries()) {
    for (const [column, index] of picked.entries()) {
      for (let y = 0; y < resolution * zoom; y++) {
        for (let x = 0; x < resolution * zoom; x++) {
          const from = index * 3 * area + Math.floor(y / zoom) * resolution + Math.floor(x / zoom);
          const to = ((GAP + row * cell + y) * width + GAP + column * cell + x) * 3;
          for (let c = 0; c < 3; c++) rgb[to + c] = images[from + c * area]!;
        }
      }
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
