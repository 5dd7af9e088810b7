/**
 * Where and how a silhouette lies in an image: moved, turned, scaled, stretched, sheared and bent.
 *
 * The image is the square [−1, 1]², y downwards, at every resolution.
 */
import type { RandomStream } from "../random-stream.js";
import type { Distance } from "./silhouettes.js";

/** An outline placed in the image. */
export interface PlacedShape {
  /** Signed distance in image units, negative inside. */
  readonly distance: Distance;
  /** Centre, and a radius that certainly holds the shape: what bounds the pixels to look at. */
  readonly x: number;
  readonly y: number;
  readonly reach: number;
}

/** How much a pose deforms: 1 is the object's own measure, 0 none. */
const STRETCH = 0.12;
const SHEAR = 0.12;
const BEND = 0.08;

/** A silhouette's radius is at most √2 · 0.95 (a cross's corner lies nearer); deformation adds the rest. */
const REACH = 1.75;

/** A wave of period 1 and range [−1, 1], made of parabolas: a sine within 6 %, from exact operations only. */
export function wave(t: number): number {
  const phase = t - Math.floor(t);
  const half = phase < 0.5 ? phase : phase - 0.5;
  const arch = 16 * half * (0.5 - half);
  return phase < 0.5 ? arch : -arch;
}

/** Places `outline` with its centre at (x, y) and radius about `scale`, turned and deformed at random. */
export function placeShape(
  random: RandomStream,
  outline: Distance,
  x: number,
  y: number,
  scale: number,
): PlacedShape {
  const [cos, sin] = random.direction();
  const stretch = 1 + random.uniform(-STRETCH, STRETCH);
  const shear = random.uniform(-SHEAR, SHEAR);
  const bend = random.uniform(-BEND, BEND);
  const phase = random.uniform(0, 1);
  const pace = random.uniform(0.25, 0.5);
  const distance = (px: number, py: number) => {
    const dx = (px - x) / scale;
    const dy = (py - y) / scale;
    let u = cos * dx + sin * dy;
    let v = cos * dy - sin * dx;
    u = (u + shear * v) / stretch;
    v = v * stretch;
    u += bend * wave(v * pace + phase);
    return outline(u, v) * scale;
  };
  return { distance, x, y, reach: scale * REACH };
}
