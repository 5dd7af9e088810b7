/** Widgets that show something: progress, texts, pictures. */

import { readFileSync } from "node:fs";
import { control, described, drawn, LETTERS, make, moods, type Options } from "./common.js";
import { expectObject } from "../expect.js";
import { styleTrait } from "../layout.js";
import { bytes, number, oneOf, string } from "../traits.js";
import type { Live } from "../widget.js";

const progressTraits = {
  ...described,
  /** How far it is. */
  value: number(0),
  min: number(0),
  max: number(100),
  barStyle: moods,
  orientation: oneOf(["horizontal", "vertical"], "horizontal"),
  style: styleTrait("ProgressStyleModel", ["barColor", "descriptionWidth"]),
};
const texts = {
  ...described,
  /** What it says. */
  value: string(),
  /** Shown while it is empty. */
  placeholder: string("\u200b"),
};
const labelTraits = {
  ...texts,
  style: styleTrait("LabelStyleModel", ["background", "descriptionWidth", ...LETTERS]),
};
const htmlTraits = {
  ...texts,
  style: styleTrait("HTMLStyleModel", ["background", "descriptionWidth", "fontSize", "textColor"]),
};
const imageTraits = {
  ...drawn,
  /** The picture's bytes. */
  value: bytes(),
  /** What the bytes are: `png`, `jpeg`, `svg+xml`, or `url` for the address of a picture. */
  format: string("png"),
  /** In CSS pixels; the picture's own unless told. */
  width: string(),
  height: string(),
};

/** A bar that shows how far something is. */
export type ProgressBar = Live<typeof progressTraits>;
/** A line of text. */
export type Label = Live<typeof labelTraits>;
/** Text in HTML. */
export type Html = Live<typeof htmlTraits>;
/** A picture. */
export type Image = Live<typeof imageTraits>;

const progressKind = control("FloatProgress", progressTraits, {
  view: "ProgressView",
  settle: ({ min, max, value }, changed) => {
    if (min > max) throw new RangeError(`progressBar: min must not exceed max, got ${min} and ${max}`);
    if (changed.has("value") && (value < min || value > max)) {
      throw new RangeError(`progressBar: value must lie within [${min}, ${max}], got ${value}`);
    }
    return { value: Math.min(max, Math.max(min, value)) };
  },
});
const labelKind = control("Label", labelTraits);
const htmlKind = control("HTML", htmlTraits);
const imageKind = control("Image", imageTraits);

/** A bar that shows how far something is. @throws RangeError for a value out of its bounds */
export const progressBar = (options: Options<typeof progressTraits> = {}): ProgressBar =>
  make(progressKind, options);

/** A line of text, which may hold mathematics in dollar signs. */
export const label = (value: string | Options<typeof labelTraits> = {}): Label =>
  make(labelKind, typeof value === "string" ? { value } : value);

/** Text in HTML, as it is: what is put into it must be escaped before. */
export const htmlText = (value: string | Options<typeof htmlTraits> = {}): Html =>
  make(htmlKind, typeof value === "string" ? { value } : value);

/**
 * A picture, as bytes or as the path of a file.
 *
 * @example image({ value: await figure.toPng(), width: "640" });
 */
export function image(
  picture:
    | string
    | Uint8Array
    | (Omit<Options<typeof imageTraits>, "value"> & { value?: string | Uint8Array }),
): Image {
  const options = typeof picture === "string" || picture instanceof Uint8Array ? { value: picture } : picture;
  expectObject("image", options, "bytes, a path or an object with them as its value");
  const { value, ...rest } = options;
  if (typeof value !== "string") return make(imageKind, { ...(value && { value }), ...rest });
  const extension = /\.(\w+)$/.exec(value)?.[1]?.toLowerCase() ?? "png";
  const format = extension === "svg" ? "svg+xml" : extension === "jpg" ? "jpeg" : extension;
  return make(imageKind, { format, ...rest, value: new Uint8Array(readFileSync(value)) });
}
