/**
 * The windows of convolutions and pooling: how they lie on a map, and the size of what they give. The one place that says
 * how a map is padded; complexity, both engines, ONNX and drawings follow it.
 */
import { say } from "../base/say.js";
import { isCount, NetworkError, problem, type Shape } from "./shape.js";

/** One number for both sides, or one for each. */
export type Sides = number | readonly [height: number, width: number];

/** A window. */
export interface Window {
  readonly kernel: Sides;
  readonly stride: Sides;
  /** Distance between taps, pixels. Default 1. */
  readonly dilation?: number;
  /**
   * `"same"` pads as TensorFlow does, by as much as ⌈size / stride⌉ outputs need, the smaller half before; `"valid"` pads
   * nothing. Default: (kernel − 1) / 2 · dilation at both ends, for odd kernels alone. Both defaults give ⌈size / stride⌉.
   */
  readonly padding?: "same" | "valid";
}

interface WindowLayer extends Window {
  readonly op: string;
  readonly name: string;
}

export const heightOf = (sides: Sides): number => (typeof sides === "number" ? sides : sides[0]);
export const widthOf = (sides: Sides): number => (typeof sides === "number" ? sides : sides[1]);

/** How a window lies along one side of a map. */
export interface Lay {
  /** Outputs along this side. */
  readonly outputs: number;
  /** Zeros (of max pooling: nothing) before the first pixel, and behind the last. */
  readonly before: number;
  readonly behind: number;
}

/**
 * How a window lies along a side of `size` pixels.
 *
 * @param kernel taps along this side
 */
export function lay(size: number, kernel: number, stride: number, dilation = 1, padding?: string): Lay {
  const reach = (kernel - 1) * dilation;
  if (padding === "valid") {
    return { outputs: Math.floor((size - reach - 1) / stride) + 1, before: 0, behind: 0 };
  }
  const outputs = Math.floor((size - 1) / stride) + 1;
  if (padding === undefined) return { outputs, before: reach / 2, behind: reach / 2 };
  const padded = Math.max((outputs - 1) * stride + reach + 1 - size, 0);
  const before = Math.floor(padded / 2);
  return { outputs, before, behind: padded - before };
}

/** Along the height and the width of a map. */
export const lays = ({ kernel, stride, dilation, padding }: Window, x: Shape): readonly [Lay, Lay] => [
  lay(x.height, heightOf(kernel), heightOf(stride), dilation, padding),
  lay(x.width, widthOf(kernel), widthOf(stride), dilation, padding),
];

/**
 * Height and width of what a window gives.
 *
 * @throws NetworkError for fields that no window has, and for a map that is smaller than a window without padding
 */
export function windowed(layer: WindowLayer, x: Shape): Pick<Shape, "height" | "width"> {
  requireWindow(layer);
  const [{ outputs: height }, { outputs: width }] = lays(layer, x);
  if (height < 1 || width < 1) {
    const kernel = sidesText(layer.kernel);
    throw problem(
      layer,
      `a map of at least ${kernel}, as its window has no padding`,
      `${x.height} × ${x.width}`,
    );
  }
  return { height, width };
}

/** @throws NetworkError for fields that no window has */
export function requireWindow(layer: WindowLayer): void {
  const { kernel, stride, dilation, padding } = layer;
  // The usual ones take no loop.
  if (!(isCount(kernel) && isCount(stride))) {
    requireSides(layer, "kernel", kernel);
    requireSides(layer, "stride", stride);
  }
  if (dilation !== undefined && !isCount(dilation)) {
    throw problem(layer, "dilation to be a positive integer, or left out", say(dilation));
  }
  if (padding === "same" || padding === "valid") return;
  if (padding !== undefined) throw problem(layer, 'padding "same" or "valid", or none given', say(padding));
  // The padding (kernel − 1) / 2 exists for odd kernels only.
  if (heightOf(kernel) % 2 === 0 || widthOf(kernel) % 2 === 0) {
    throw problem(layer, "an odd kernel", sidesText(kernel));
  }
}

function requireSides(layer: WindowLayer, field: string, value: unknown): void {
  if (isCount(value)) return;
  if (Array.isArray(value) && value.length === 2 && value.every(isCount)) return;
  const each = Array.isArray(value) ? ", or one for height and width each" : "";
  throw problem(layer, `${field} to be a positive integer${each}`, say(value));
}

/** `"3"`, or `"1 × 7"` where the sides differ. */
export const sidesText = (sides: Sides): string =>
  heightOf(sides) === widthOf(sides) ? `${heightOf(sides)}` : `${heightOf(sides)} × ${widthOf(sides)}`;

/** The usual form `"3×3"`. */
export const kernelText = (sides: Sides): string => `${heightOf(sides)}×${widthOf(sides)}`;

/**
 * A number or a pair that a block gave, the pair as one number where both are equal: a network's data have one form.
 *
 * @throws NetworkError for a list of another length
 */
export function bothSides(caller: string, given: Sides): Sides {
  if (!Array.isArray(given)) return given;
  if (given.length !== 2) {
    throw new NetworkError(
      `${caller}: expected one number, or one for height and width each, got ${say(given)}`,
    );
  }
  return given[0] === given[1] ? (given[0] as number) : [given[0], given[1]];
}
