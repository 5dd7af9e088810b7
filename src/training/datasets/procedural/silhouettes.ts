/**
 * The ten silhouettes that decide the class of a procedural image, as signed distance functions.
 *
 * Each is its own mirror image, so that a flipped image keeps its class, and none becomes another when turned.
 * Some are near relatives by intent (disc and ring, ring and horseshoe, cross and tee), so that
 * telling them apart takes more than one local feature.
 *
 * The constructions are those of Inigo Quilez, "2D distance functions"; unions and cuts by min and max
 * bound the distance instead of giving it exactly, which is as good near the outline, where it is used.
 */

/** Signed distance from (x, y) to an outline, negative inside. Units: the silhouette's own, radius about 1. */
export type Distance = (x: number, y: number) => number;

/** A class of the procedural set: its name and its outline. */
export interface Silhouette {
  readonly name: string;
  readonly distance: Distance;
}

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);

/** The outline through these corners, `[x0, y0, x1, y1, …]`, closed. */
function polygon(corners: readonly number[]): Distance {
  const n = corners.length;
  return (px, py) => {
    let nearest = Infinity;
    let inside = false;
    let bx = corners[n - 2];
    let by = corners[n - 1];
    for (let i = 0; i < n; i += 2) {
      const ax = corners[i];
      const ay = corners[i + 1];
      const ex = bx - ax;
      const ey = by - ay;
      const wx = px - ax;
      const wy = py - ay;
      const along = Math.min(1, Math.max(0, (wx * ex + wy * ey) / (ex * ex + ey * ey)));
      const dx = wx - ex * along;
      const dy = wy - ey * along;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      // The edge crosses the ray to the right of the point: even-odd rule.
      if (ay > py !== by > py && wx < (ex * wy) / ey) inside = !inside;
      bx = ax;
      by = ay;
    }
    const distance = Math.sqrt(nearest);
    return inside ? -distance : distance;
  };
}

/** The five-pointed star, inner radius 0.45 of the outer; corners are literals, so that no sine is computed. */
const STAR = [
  0, -1, 0.26450336, -0.36405764, 0.95105652, -0.30901699, 0.42797543, 0.13905764, 0.58778525, 0.80901699, 0,
  0.45, -0.58778525, 0.80901699, -0.42797543, 0.13905764, -0.95105652, -0.30901699, -0.26450336, -0.36405764,
];
const CROSS = [
  -0.3, -0.95, 0.3, -0.95, 0.3, -0.3, 0.95, -0.3, 0.95, 0.3, 0.3, 0.3, 0.3, 0.95, -0.3, 0.95, -0.3, 0.3,
  -0.95, 0.3, -0.95, -0.3, -0.3, -0.3,
];
const TEE = [-0.9, -0.85, 0.9, -0.85, 0.9, -0.25, 0.3, -0.25, 0.3, 0.9, -0.3, 0.9, -0.3, -0.25, -0.9, -0.25];
const TRIANGLE = [0, -1, 0.96, 0.72, -0.96, 0.72];

/** Two discs on the upper sides of a diamond. */
function heart(x: number, y: number): number {
  const side = Math.abs(x);
  const diamond = (side + Math.abs(y - 0.15) - 0.8) * Math.SQRT1_2;
  return Math.min(diamond, length(side - 0.4, y + 0.25) - 0.5656854);
}

/** A half ring that continues in two straight legs. */
function horseshoe(x: number, y: number): number {
  if (y > 0) return Math.abs(length(x, y) - 0.66) - 0.26;
  const leg = Math.abs(Math.abs(x) - 0.66) - 0.26;
  return Math.max(leg, -y - 0.75);
}

/** The classes in the order of their labels; a set of n classes uses the first n. */
export const SILHOUETTES: readonly Silhouette[] = [
  { name: "disc", distance: (x, y) => length(x, y) - 0.85 },
  { name: "triangle", distance: polygon(TRIANGLE) },
  { name: "cross", distance: polygon(CROSS) },
  { name: "ring", distance: (x, y) => Math.abs(length(x, y) - 0.66) - 0.26 },
  { name: "square", distance: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.75 },
  { name: "star", distance: polygon(STAR) },
  { name: "crescent", distance: (x, y) => Math.max(length(x, y) - 0.95, 0.75 - length(x - 0.5, y)) },
  { name: "heart", distance: heart },
  { name: "horseshoe", distance: horseshoe },
  { name: "tee", distance: polygon(TEE) },
];
