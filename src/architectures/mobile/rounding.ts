/**
 * How multipliers change widths and depths: widths go to multiples of 8, but never below nine tenths of what was asked for,
 * depths are rounded up.
 *
 * Source: tensorflow/tpu models/official/efficientnet, `round_filters` and `round_repeats`; MnasNet's code has the same.
 */

/** What widths are multiples of, unless said. */
export const DIVISOR = 8;

/** The width that a multiplier gives; without one, or for 1, the width as it is. */
export function scaledWidth(width: number, multiplier = 1, divisor = DIVISOR): number {
  if (multiplier === 1) return width;
  const asked = width * multiplier;
  const rounded = Math.max(divisor, Math.floor((asked + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * asked ? rounded + divisor : rounded;
}

/** The number of layers that a multiplier gives. */
export const scaledDepth = (depth: number, multiplier = 1): number => Math.ceil(depth * multiplier);
