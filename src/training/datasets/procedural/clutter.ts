/**
 * Clutter: what is in an image besides its object. Strokes, and pieces cut off silhouettes of any class, so
 * that a corner, an arc or an arm found somewhere in the image does not tell the class.
 */
import { placeShape, type PlacedShape } from "./pose.js";
import type { RandomStream } from "../random-stream.js";
import { SILHOUETTES } from "./silhouettes.js";

/** A short thick line anywhere in the image. */
function stroke(random: RandomStream): PlacedShape {
  const x = random.uniform(-1, 1);
  const y = random.uniform(-1, 1);
  const [cos, sin] = random.direction();
  const half = random.uniform(0.1, 0.5);
  const thick = random.uniform(0.04, 0.1);
  const distance = (px: number, py: number) => {
    const dx = px - x;
    const dy = py - y;
    const along = Math.max(-half, Math.min(half, cos * dx + sin * dy));
    const ox = dx - cos * along;
    const oy = dy - sin * along;
    return Math.sqrt(ox * ox + oy * oy) - thick;
  };
  return { distance, x, y, reach: half + thick };
}

/** The part of a small silhouette on one side of a line near its centre. */
function fragment(random: RandomStream, largest: number): PlacedShape {
  const scale = random.uniform(0.15, largest);
  const outline = random.pick(SILHOUETTES).distance;
  const x = random.uniform(-1, 1);
  const y = random.uniform(-1, 1);
  const shape = placeShape(random, outline, x, y, scale);
  const [cos, sin] = random.direction();
  const cut = random.uniform(-0.2, 0.3) * scale;
  const distance = (px: number, py: number) =>
    Math.max(shape.distance(px, py), cos * (px - x) + sin * (py - y) - cut);
  return { ...shape, distance };
}

/** One distractor; `largest` bounds a fragment's radius, image units. */
export function randomClutter(random: RandomStream, largest: number): PlacedShape {
  return random.chance(0.4) ? stroke(random) : fragment(random, largest);
}
