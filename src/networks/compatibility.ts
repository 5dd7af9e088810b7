/**
 * Makes widths divisible by their groups, as the paper's implementation does before building a network.
 */

/** Least common multiple of two positive integers. */
function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** Rounds to the nearest integer, halves to the even neighbour, as NumPy and Python do. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The nearest width and group width for which whole groups fill the block's inner width w / b.
 *
 * A group wider than the inner width is cut to it; then the inner width is rounded to a multiple of the group
 * width (and of 1 / b where the block widens), never to less than one. A width changes by at most a third.
 * Source: pycls, `adjust_block_compatibility`.
 *
 * @param width channels out of the block
 * @param bottleneck ratio b; the inner width is width / b
 * @param groupWidth channels a group
 */
export function compatible(
  width: number,
  bottleneck: number,
  groupWidth: number,
): { width: number; groupWidth: number } {
  const inner = Math.trunc(Math.max(1, width / bottleneck));
  const group = Math.min(groupWidth, inner);
  const multiple = bottleneck < 1 ? lcm(group, Math.trunc(1 / bottleneck)) : group;
  const rounded = Math.max(multiple, roundHalfEven(inner / multiple) * multiple);
  return { width: Math.trunc(rounded * bottleneck), groupWidth: group };
}
