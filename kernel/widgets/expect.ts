/** What functions that cells call expect of what they are given, and the errors that say so. */

import { inspect } from "node:util";

/** Deeper than this nothing is that front ends are sent, but what contains itself. */
export const MAX_DEPTH = 50;

/** A value in an error: what it is, in one line. */
export function got(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity });
}

/** @throws TypeError unless a value is an object other than an array, which `expected` describes */
export function expectObject(by: string, value: unknown, expected: string): asserts value is object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new TypeError(`${by}: expected ${expected}, got ${got(value)}`);
}

/** @throws TypeError for a value that contains itself, which no message can carry */
export function expectFinite(by: string, value: unknown): void {
  if (!isDeeper(value, MAX_DEPTH)) return;
  throw new TypeError(
    `${by}: expected values of at most ${MAX_DEPTH} levels, got deeper ones, probably one that contains itself; copy what is to be shown`,
  );
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (levels === 0) return true;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.some(item => isDeeper(item, levels - 1));
}
