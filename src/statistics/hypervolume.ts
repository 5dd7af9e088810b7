/** How much of the plane a set of trade-offs dominates: what two-objective searches are compared by. */
import { say } from "../base/say.js";
import { type Numbers, requireFinite, requireSameLength, StatisticsError } from "./statistics-error.js";

/**
 * The hypervolume of points in two objectives, both made small: the area that some point is at least as good as in both, up to a
 * reference point (Zitzler and Thiele 1999). Exact: a staircase of the front. Points that are not better than the reference in both add
 * nothing; so that areas may be compared, it must be the same for all of them, and is best no better than what anybody would take.
 *
 * @param x one per point, any unit
 * @param y the same number of points
 * @param reference the worst of both, [x, y]
 * @example
 * ```ts
 * hypervolume([1, 2], [2, 1], [3, 3]); // => 3
 * ```
 */
export function hypervolume(x: Numbers, y: Numbers, reference: readonly [number, number]): number {
  const fn = "hypervolume";
  requireFinite(fn, "x", x, 0);
  requireFinite(fn, "y", y, 0);
  requireSameLength(fn, "x", x, "y", y);
  if (!(Array.isArray(reference) && reference.length === 2 && reference.every(Number.isFinite))) {
    throw new StatisticsError(`${fn}: expected a reference point such as [100, 1e7], got ${say(reference)}`);
  }
  const [right, top] = reference;
  const order = [...Array.from(x).keys()].filter(i => x[i] < right).sort((i, j) => x[i] - x[j]);
  let [area, height] = [0, top];
  for (const i of order) {
    if (y[i] >= height) continue;
    area += (right - x[i]) * (height - y[i]);
    height = y[i];
  }
  return area;
}
