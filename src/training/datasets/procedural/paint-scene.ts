/**
 * Paints a scene into pixels, smoothing outlines by each pixel's signed distance to them.
 */
import type { RandomStream } from "../random-stream.js";
import type { Scene, SceneLayer } from "./scene.js";
import type { Surface } from "./surface.js";

/** Blends a surface into the three planes at one pixel. */
function blend(
  planes: Float64Array,
  at: number,
  area: number,
  surface: Surface,
  x: number,
  y: number,
  alpha: number,
) {
  const t = surface.texture(x, y);
  for (let c = 0; c < 3; c++) {
    const i = c * area + at;
    planes[i] = planes[i] + alpha * (surface.base[c] + t * surface.tone[c] - planes[i]);
  }
}

/** First and one past the last pixel whose centre may lie within `reach` of `centre`, along one axis. */
function pixelRange(centre: number, reach: number, resolution: number): readonly [number, number] {
  const pixel = 2 / resolution;
  const first = Math.floor((centre - reach + 1) / pixel) - 1;
  const last = Math.ceil((centre + reach + 1) / pixel) + 1;
  return [Math.max(0, first), Math.min(resolution, last)];
}

function paintLayer(planes: Float64Array, resolution: number, { shape, surface }: SceneLayer): void {
  const pixel = 2 / resolution;
  const area = resolution * resolution;
  const [left, right] = pixelRange(shape.x, shape.reach, resolution);
  const [top, bottom] = pixelRange(shape.y, shape.reach, resolution);
  for (let row = top; row < bottom; row++) {
    const y = (row + 0.5) * pixel - 1;
    for (let column = left; column < right; column++) {
      const x = (column + 0.5) * pixel - 1;
      // A straight edge at distance d from a pixel's centre covers about 1/2 − d/pixel of it.
      const alpha = Math.min(1, 0.5 - shape.distance(x, y) / pixel);
      if (alpha > 0) blend(planes, row * resolution + column, area, surface, x, y, alpha);
    }
  }
}

/**
 * Paints `scene` at this resolution into `image`, 3 × resolution × resolution bytes (CHW, row-major).
 *
 * @param planes Working memory of the same length; its contents do not matter.
 * @param random Gives the pixels' noise.
 */
export function paintScene(
  scene: Scene,
  resolution: number,
  image: Uint8Array,
  planes: Float64Array,
  random: RandomStream,
): void {
  const pixel = 2 / resolution;
  const area = resolution * resolution;
  for (let at = 0; at < area; at++) {
    const column = at % resolution;
    const x = (column + 0.5) * pixel - 1;
    const y = ((at - column) / resolution + 0.5) * pixel - 1;
    blend(planes, at, area, scene.background, x, y, 1);
  }
  for (const layer of scene.layers) paintLayer(planes, resolution, layer);
  for (let at = 0; at < area; at++) {
    const column = at % resolution;
    const x = (column + 0.5) * pixel - 1;
    const y = ((at - column) / resolution + 0.5) * pixel - 1;
    const light = 1 + scene.light[0] * x + scene.light[1] * y;
    for (let i = at; i < 3 * area; i += area) {
      const value = planes[i] * light + scene.noise * random.normal();
      image[i] = Math.floor(255 * Math.max(0, Math.min(1, value)) + 0.5);
    }
  }
}
