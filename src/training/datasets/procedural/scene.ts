/**
 * What an image shows: background, clutter behind, the object whose silhouette is the class, and bits of
 * clutter before it, under a light that falls off to one side. Independent of resolution: the same scene is
 * drawn at 16 or at 224 pixels.
 *
 * Only the object's outline depends on the class. Colours, textures, clutter, light and noise are drawn alike
 * for every class, so none of them tells it; and object and background colours are exchangeable, so
 * the mean image of every class is the same grey, which leaves little to a linear classifier.
 */
import { randomClutter } from "./clutter.js";
import { placeShape, type PlacedShape } from "./pose.js";
import type { RandomStream } from "../random-stream.js";
import { SILHOUETTES } from "./silhouettes.js";
import { contrastingColours, randomColour, type Surface, texturedSurface } from "./surface.js";

/** A shape and what it is made of. */
export interface SceneLayer {
  readonly shape: PlacedShape;
  readonly surface: Surface;
}

/** A scene: `layers` lie on the background in order, the last on top. */
export interface Scene {
  readonly background: Surface;
  readonly layers: readonly SceneLayer[];
  /** Brightness is multiplied by 1 + light · (x, y). */
  readonly light: readonly [number, number];
  /** Standard deviation of each pixel's noise, 0–1 scale. */
  readonly noise: number;
}

// The measures that set the difficulty; `bench/dataset-difficulty` measures what they come to.
// A change of any of them is a new version of the generator.
/** The object's radius, image units (the image is 2 wide). */
const OBJECT_SCALE = [0.7, 0.9] as const;
/** Least contrast between object and background. */
const LEAST_CONTRAST = 0.4;
/** Greatest depth of a texture, per channel. */
const TEXTURE_DEPTH = 0.2;
/** Numbers of distractors behind and before the object, at most. */
const BEHIND = 4;
const BEFORE = 1;
/** Greatest radius of a fragment behind and before the object, image units. */
const LARGEST_BEHIND = 0.3;
const LARGEST_BEFORE = 0.2;
const LIGHT = 0.3;
const NOISE = 0.05;

/** Draws the scene of one image of this class (an index into `SILHOUETTES`). */
export function drawScene(random: RandomStream, label: number): Scene {
  const [ground, ink] = contrastingColours(random, LEAST_CONTRAST);
  const surface = (base = randomColour(random)) =>
    texturedSurface(random, base, random.uniform(0, TEXTURE_DEPTH));
  const background = surface(ground);

  const clutter = (most: number, largest: number): SceneLayer[] =>
    Array.from({ length: random.integer(most + 1) }, () => ({
      shape: randomClutter(random, largest),
      // A third wears the object's own colour: a patch of that colour is not yet the object.
      surface: random.chance(1 / 3) ? surface(ink) : surface(),
    }));

  const behind = clutter(BEHIND, LARGEST_BEHIND);
  const scale = random.uniform(...OBJECT_SCALE);
  const room = 1 - 0.9 * scale;
  const x = random.uniform(-room, room);
  const y = random.uniform(-room, room);
  const object = {
    shape: placeShape(random, SILHOUETTES[label].distance, x, y, scale),
    surface: surface(ink),
  };
  const before = clutter(BEFORE, LARGEST_BEFORE);
  const [cos, sin] = random.direction();
  const fall = random.uniform(0, LIGHT);
  return {
    background,
    layers: [...behind, object, ...before],
    light: [cos * fall, sin * fall],
    noise: random.uniform(0, NOISE),
  };
}
