/**
 * Bytes in a widget's state: they travel beside the JSON, each with the path of the place it belongs to.
 *
 * As ipywidgets' `_remove_buffers` and `_put_buffers`: a key of an object loses its place in the JSON, an element of
 * an array leaves null.
 */

import type { CommBuffer } from "./comm-message.js";

/** Where in a state bytes belong. */
export type BufferPath = (string | number)[];

/** A state that JSON can say, and the bytes it does not hold. */
export interface Split {
  state: Record<string, unknown>;
  paths: BufferPath[];
  buffers: CommBuffer[];
}

/** Whether a value travels as bytes. */
export function isBytes(value: unknown): value is CommBuffer {
  return (
    ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof globalThis.SharedArrayBuffer
  );
}

/** Takes the bytes out of a state; what holds none is not copied. */
export function splitBuffers(state: Record<string, unknown>): Split {
  const paths: BufferPath[] = [];
  const buffers: CommBuffer[] = [];
  const visit = (value: unknown, path: BufferPath): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return mapped(value, path);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    return stripped(value as Record<string, unknown>, path);
  };
  const take = (bytes: CommBuffer, path: BufferPath): void => {
    paths.push(path);
    buffers.push(bytes);
  };
  const mapped = (items: unknown[], path: BufferPath): unknown[] => {
    const copy = items.map((item, i) => {
      if (!isBytes(item)) return visit(item, [...path, i]);
      take(item, [...path, i]);
      return null;
    });
    return copy.some((item, i) => item !== items[i]) ? copy : items;
  };
  const stripped = (object: Record<string, unknown>, path: BufferPath): Record<string, unknown> => {
    const entries = Object.entries(object).flatMap(([key, item]) => {
      if (!isBytes(item)) return [[key, visit(item, [...path, key])] as const];
      take(item, [...path, key]);
      return [];
    });
    const same =
      entries.length === Object.keys(object).length && entries.every(([key, item]) => item === object[key]);
    return same ? object : Object.fromEntries(entries);
  };
  return { state: stripped(state, []), paths, buffers };
}

/**
 * Puts bytes back where they belong, in place.
 *
 * @throws RangeError when there are fewer buffers than paths, or a path leads nowhere
 */
export function joinBuffers(
  state: Record<string, unknown>,
  paths: readonly BufferPath[],
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  if (paths.length > buffers.length) {
    throw new RangeError(
      `joinBuffers: expected a buffer for each of ${paths.length} paths, got ${buffers.length}`,
    );
  }
  for (const [i, path] of paths.entries()) {
    let place: unknown = state;
    for (const key of path.slice(0, -1)) {
      place = Object.hasOwn(Object(place) as object, key)
        ? (place as Record<string, unknown>)[key]
        : undefined;
    }
    const last = path.at(-1);
    if (typeof place !== "object" || place === null || last === undefined) {
      throw new RangeError(`joinBuffers: expected a place at ${JSON.stringify(path)}, found none`);
    }
    (place as Record<string, unknown>)[last] = buffers[i];
  }
  return state;
}
