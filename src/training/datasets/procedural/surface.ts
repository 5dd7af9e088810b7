/**
 * Surfaces: a colour, a second tone about it, and the texture that mixes them.
 */
import type { RandomStream } from "../random-stream.js";
import { randomTexture, type Texture } from "./textures.js";

/** Red, green, blue on the 0–1 scale. */
export type Colour = readonly [number, number, number];

/** The colour at a point is `base + texture(x, y) · tone`. */
export interface Surface {
  readonly base: Colour;
  readonly tone: Colour;
  readonly texture: Texture;
}

/** The difference of two colours' brightness (mean of the channels): 0 to 1. */
export function contrast(a: Colour, b: Colour): number {
  return Math.abs(a[0] + a[1] + a[2] - b[0] - b[1] - b[2]) / 3;
}

export function randomColour(random: RandomStream): Colour {
  return [random.uniform(0.05, 0.95), random.uniform(0.05, 0.95), random.uniform(0.05, 0.95)];
}

/**
 * Two colours whose brightness differs by at least `least`, hues free: drawn in pairs until one will do, so
 * that the two are exchangeable. Takes about 17 draws for 0.4.
 */
export function contrastingColours(random: RandomStream, least: number): readonly [Colour, Colour] {
  for (;;) {
    const pair = [randomColour(random), randomColour(random)] as const;
    if (contrast(...pair) >= least) return pair;
  }
}

/** A surface of this colour with a random texture whose tones reach `depth` (per channel, at most) from it. */
export function texturedSurface(random: RandomStream, base: Colour, depth: number): Surface {
  const tone: Colour = [
    random.uniform(-depth, depth),
    random.uniform(-depth, depth),
    random.uniform(-depth, depth),
  ];
  return { base, tone, texture: randomTexture(random) };
}
