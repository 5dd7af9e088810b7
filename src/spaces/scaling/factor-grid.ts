/** The factors that a scaling may have, by dimension. */
import { isList } from "../../base/expect.js";
import { say } from "../../base/say.js";
import { uniform } from "../dimension.js";

export const factors = ["depth", "width", "resolution"] as const;
export type Factor = (typeof factors)[number];

/** The factors of one dimension, as given or by default. */
export function gridOf(caller: string, factor: Factor, given: ArrayLike<number> | undefined): number[] {
  if (given === undefined) return [...uniform(1, 2, 0.05).values];
  const grid: unknown[] = isList(given) ? Array.from(given) : [];
  const isRising = grid.every(
    (value, i) =>
      typeof value === "number" &&
      value > 0 &&
      value < Infinity &&
      (i === 0 || value > (grid[i - 1] as number)),
  );
  if (grid.length > 0 && isRising) return grid as number[];
  throw new RangeError(
    `${caller}: ${factor} must be rising factors above 0, such as [1, 1.2, 1.4], got ${say(given)}`,
  );
}
