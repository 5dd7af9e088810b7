/**
 * Which taps of a convolution are counted: all of them, as the paper and pycls do, or only those that meet pixels.
 *
 * A k × k convolution multiplies its weights with the zeros around the image as well. On large maps they are few; of a
 * map of one pixel they are eight of a 3 × 3 kernel's nine. How many flops fall on them depends on the kind of block, so
 * that blocks of equal flops do unequal work on small images.
 */
import { refuseUnknown } from "../base/expect-options.js";
import { isObject, say } from "../base/say.js";
import { NetworkError, strided } from "./shape.js";
import type { Lay } from "./window.js";

/** What is counted as flops. */
export interface CountOptions {
  /**
   * `"all"` counts every tap, as the paper and pycls do; `"inside"` leaves out the multiply-adds of taps that fall on
   * padding. Params and acts are the same. Default `"all"`.
   */
  readonly taps?: "all" | "inside";
}

/** @throws NetworkError for options that are none */
export function requireTaps(caller: string, options: CountOptions): "all" | "inside" {
  if (!isObject(options)) {
    throw new NetworkError(`${caller}: expected options { taps: "inside" }, got ${say(options)}`);
  }
  refuseUnknown(caller, options, { taps: true }, NetworkError);
  const { taps = "all" } = options;
  if (taps === "all" || taps === "inside") return taps;
  throw new NetworkError(`${caller}: taps must be "all" or "inside", got ${say(taps)}`);
}

/**
 * Pairs of an output and a tap that meets a pixel, along one side of the image: the square of it are a square map's.
 * Padding is (kernel − 1) / 2 at both ends, unless the window lies otherwise.
 *
 * @param at how the window lies along this side, where it may lie otherwise
 */
export function insideTaps(size: number, kernel: number, stride: number, dilation = 1, at?: Lay): number {
  if (at && (dilation !== 1 || at.before !== at.behind || 2 * at.before !== kernel - 1)) {
    return tapsOneByOne(size, kernel, stride, dilation, at);
  }
  if (kernel === 1) return strided(size, stride);
  const outputs = strided(size, stride);
  // Taps further from the middle meet no pixel at all.
  const reach = Math.min((kernel - 1) / 2, size - 1);
  // The tap d before the middle misses the first ⌈d / stride⌉ outputs; the one d behind it, the last ones, the first
  // of them where the outputs' windows end behind the image anyway.
  const before = floors(reach + stride - 1, stride);
  const behind = floors(reach + outputs * stride - size, stride);
  return outputs * (1 + 2 * reach) - before - behind;
}

/** The same for any window, tap by tap. */
function tapsOneByOne(size: number, kernel: number, stride: number, dilation: number, at: Lay): number {
  let pairs = 0;
  for (let tap = 0; tap < kernel; tap++) {
    const shift = tap * dilation - at.before;
    // The outputs i with 0 ≤ i · stride + shift < size.
    const first = Math.max(0, Math.ceil(-shift / stride));
    const last = Math.min(at.outputs - 1, Math.floor((size - 1 - shift) / stride));
    pairs += Math.max(0, last - first + 1);
  }
  return pairs;
}

/** ⌊1 / stride⌋ + … + ⌊n / stride⌋. */
function floors(n: number, stride: number): number {
  const whole = Math.floor(n / stride);
  return (stride * whole * (whole - 1)) / 2 + whole * (n - whole * stride + 1);
}
