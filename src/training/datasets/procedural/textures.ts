/**
 * Textures: how a surface varies between its two tones. Drawn alike for background, object and clutter, so
 * that a texture says nothing of the class.
 */
import { wave } from "./pose.js";
import type { RandomStream } from "../random-stream.js";

/** The mix of a surface's tones at a point of the image, in [−1, 1]. */
export type Texture = (x: number, y: number) => number;

/** Shortest and longest period, image units (the image is 2 wide): 5 to 16 pixels of a 32-pixel image. */
const PERIOD = [0.3, 1] as const;

/** A wave made steep, so that it reads as bands with soft edges. */
const bands = (t: number) => Math.max(-1, Math.min(1, 2.5 * wave(t)));

/** Two orthogonal phases of a grid turned at random: the coordinates most textures are made of. */
function grid(random: RandomStream): (x: number, y: number) => readonly [number, number] {
  const [cos, sin] = random.direction();
  const pace = 1 / random.uniform(...PERIOD);
  const u0 = random.uniform(0, 1);
  const v0 = random.uniform(0, 1);
  return (x, y) => [(cos * x + sin * y) * pace + u0, (cos * y - sin * x) * pace + v0];
}

const plain = (): Texture => () => 0;

function gradient(random: RandomStream): Texture {
  const [cos, sin] = random.direction();
  return (x, y) => Math.max(-1, Math.min(1, cos * x + sin * y));
}

function stripes(random: RandomStream): Texture {
  const at = grid(random);
  return (x, y) => bands(at(x, y)[0]);
}

function checks(random: RandomStream): Texture {
  const at = grid(random);
  return (x, y) => {
    const [u, v] = at(x, y);
    return bands(u) * bands(v);
  };
}

function dots(random: RandomStream): Texture {
  const at = grid(random);
  return (x, y) => {
    const [u, v] = at(x, y);
    return Math.max(-1, Math.min(1, 2 * (wave(u) + wave(v)) - 1));
  };
}

/** Uniform in [−1, 1) at each point of an integer lattice, from a hash. */
function lattice(i: number, j: number, key: number): number {
  let h = Math.imul(i, 0x27d4eb2f) ^ Math.imul(j, 0x165667b1) ^ key;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) | 0) / 0x8000_0000;
}

/** Goes from 0 to 1 with level ends. */
const ease = (t: number) => t * t * (3 - 2 * t);

/** Value noise: random values on a lattice, smoothly interpolated (Ken Perlin's cubic). */
function cloud(random: RandomStream): Texture {
  const at = grid(random);
  const key = random.integer(0x7fff_ffff);
  return (x, y) => {
    const [u, v] = at(x, y);
    const i = Math.floor(u * 2);
    const j = Math.floor(v * 2);
    const s = ease(u * 2 - i);
    const t = ease(v * 2 - j);
    const top = lattice(i, j, key) * (1 - s) + lattice(i + 1, j, key) * s;
    const bottom = lattice(i, j + 1, key) * (1 - s) + lattice(i + 1, j + 1, key) * s;
    return top * (1 - t) + bottom * t;
  };
}

const KINDS = [plain, gradient, stripes, checks, dots, cloud];

/** A texture of random kind, period, direction and phase. */
export function randomTexture(random: RandomStream): Texture {
  return random.pick(KINDS)(random);
}
