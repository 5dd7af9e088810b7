/** Reading option values, with errors that say what was expected. */
import { InvalidArgumentError } from "commander";
import type { Window } from "../spaces/sample.js";

/** A decimal number: `Number` takes an empty text for 0 as well, and `0x3` for 3. NaN for all else. */
const decimal = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

/** An option that is given once for each value: one that took several would take the command's arguments as well. */
export const each = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A positive integer; `1e3` is one. */
export function count(text: string): number {
  const value = decimal(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("Expected a positive integer, for example 500 or 1e3.");
  }
  return value;
}

/** An integer of at least zero. */
export function natural(text: string): number {
  const value = decimal(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError("Expected an integer ≥ 0, for example 1.");
  }
  // Not -0.
  return Math.abs(value);
}

/** `360e6,400e6` → [360000000, 400000000]; `360e6,Infinity` has no upper bound. */
export function window(text: string): Window {
  const bounds = text.split(",").map(bound => (bound === "Infinity" ? Infinity : decimal(bound)));
  if (bounds.length !== 2 || !(bounds[0] >= 0 && bounds[0] <= bounds[1])) {
    throw new InvalidArgumentError("Expected LOW,HIGH with 0 ≤ LOW ≤ HIGH, for example 360e6,400e6.");
  }
  return [bounds[0], bounds[1]];
}

/** `1281167,50000` → { train: 1281167, test: 50000 }. */
export function images(text: string): { train: number; test: number } {
  const counts = text.split(",").map(decimal);
  if (counts.length !== 2 || !counts.every(n => Number.isSafeInteger(n) && n > 0)) {
    throw new InvalidArgumentError("Expected TRAIN,TEST, for example 1281167,50000.");
  }
  return { train: counts[0], test: counts[1] };
}
