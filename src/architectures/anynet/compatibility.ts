/**
 * Makes widths divisible by their groups, as the paper's implementation does before building a network.
 */
import { say } from "../../base/say.js";

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

/** Whether b is a bottleneck ratio: above 0, and where it is below 1 one over an integer, so that blocks widen by it. */
export const isBottleneck = (b: number): boolean =>
  b >= 1 ? b < Infinity : b > 0 && Math.abs(1 / b - Math.round(1 / b)) < 1e-9 / b;

/** What `isBottleneck` asks for. */
export const bottleneckWords = "a number ≥ 1, or below 1 one over an integer (1/2, 1/3, …)";

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
 * @throws RangeError for a width below 1, a group width that is no positive integer, or what is no bottleneck ratio
 * @example
 * ```ts
 * compatible(88, 1, 48); // => { width: 96, groupWidth: 48 }
 * ```
 */
export function compatible(
  width: number,
  bottleneck: number,
  groupWidth: number,
): { width: number; groupWidth: number } {
  if (
    !(
      typeof width === "number" &&
      width >= 1 &&
      width < Infinity &&
      Number.isInteger(groupWidth) &&
      groupWidth >= 1
    )
  ) {
    throw new RangeError(
      `compatible: expected a width ≥ 1 and an integer group width ≥ 1, got width ${say(width)} and group width ${say(groupWidth)}; give both in channels`,
    );
  }
  if (typeof bottleneck !== "number" || !isBottleneck(bottleneck)) {
    throw new RangeError(
      `compatible: expected a bottleneck ratio b, ${bottleneckWords}, got ${say(bottleneck)}; the inner width is width / b`,
    );
  }
  return fit(width, bottleneck, groupWidth);
}

/** `compatible` for numbers that were checked, as a space's are. */
export function fit(width: number, bottleneck: number, groupWidth: number): ReturnType<typeof compatible> {
  if (bottleneck < 1) return fitWidening(width, bottleneck, groupWidth);
  const inner = Math.floor(Math.max(1, width / bottleneck));
  const group = Math.min(groupWidth, inner);
  const rounded = Math.max(group, roundHalfEven(inner / group) * group);
  const exact = rounded * bottleneck;
  const cut = Math.floor(exact);
  // Cutting to an integer loses the inner width only for a b between 1 and 2; the next integer has it.
  const kept = cut === exact || roundHalfEven(cut / bottleneck) === rounded;
  return { width: kept ? cut : cut + 1, groupWidth: group };
}

function fitWidening(width: number, bottleneck: number, groupWidth: number): ReturnType<typeof compatible> {
  const expansion = Math.round(1 / bottleneck);
  const inner = Math.trunc(width * expansion);
  const group = Math.min(groupWidth, inner);
  const multiple = lcm(group, expansion);
  return {
    width: Math.max(multiple, roundHalfEven(inner / multiple) * multiple) / expansion,
    groupWidth: group,
  };
}
