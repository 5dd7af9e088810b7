/**
 * A labelled image set in memory, as bytes: what every engine uploads once and augments on its own device.
 */
import type { SkippedImage } from "./datasets/folder/skipped-images.js";

/** One split: `count` images of 3 × resolution × resolution bytes, channel by channel (NCHW), row-major. */
export interface Split {
  readonly count: number;
  readonly images: Uint8Array;
  /** One class index in [0, classes) per image; 16 bits where there are more than 256 classes. */
  readonly labels: Uint8Array | Uint16Array;
}

export interface Dataset {
  /** Names the data and all that decides it, for example `"procedural-32-s1"`; part of a trial's identity. */
  readonly name: string;
  /** Height and width, pixels. */
  readonly resolution: number;
  readonly channels: 3;
  readonly classes: number;
  /** Per-channel mean and standard deviation of the training split on the 0–1 scale, for normalisation. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly train: Split;
  /**
   * What a training may look at along the way, and what weights and networks are chosen by; none of its images are in
   * another split. Absent: the test split is looked at instead.
   */
  readonly validation?: Split;
  /** Read once, at the end, where there is a validation split. */
  readonly test: Split;
  /** What the classes show, by label, where that is known. */
  readonly classNames?: readonly string[];
  /** Images that are not in it because they could not be decoded; absent where nothing is decoded. */
  readonly skipped?: readonly SkippedImage[];
}
