/** Values to MIME bundles. */

import { inspect } from "node:util";
import type { DisplayData, MimeBundle } from "./bundle.js";

/** A value that carries a method of this name says itself how it is shown; the method may be async. */
export const DISPLAY = Symbol.for("Jupyter.display");

const INSPECT = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 } as const;

/**
 * How a value is shown.
 *
 * @returns a promise only when the value's own display method returns one
 * @throws TypeError when that method returns something other than an object of MIME types
 */
export function toBundle(value: unknown): DisplayData | Promise<DisplayData> {
  const method = displayMethod(value);
  if (!method) return { data: plain(value), metadata: {} };
  const own: unknown = method();
  return isPromiseLike(own)
    ? Promise.resolve(own).then(bundle => checked(bundle, value))
    : checked(own, value);
}

/** The `text/plain` form every value has. */
export function plain(value: unknown): MimeBundle {
  return { "text/plain": inspect(value, INSPECT) };
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const method: unknown = (value as Record<symbol, unknown>)[DISPLAY];
  return typeof method === "function" ? () => Reflect.apply(method, value, []) as unknown : undefined;
}

function checked(bundle: unknown, value: unknown): DisplayData {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(
      `display: [Symbol.for("Jupyter.display")]() must return an object of MIME types, got ${inspect(bundle, { depth: 0 })}`,
    );
  }
  const data = Object.fromEntries(Object.entries(bundle).map(([type, part]) => [type, encode(type, part)]));
  return {
    data: "text/plain" in data ? data : { ...data, ...plainOf(value, Object.keys(data)) },
    metadata: {},
  };
}

/** Bytes go as base64, JSON types as they are, all else as text. */
function encode(type: string, part: unknown): unknown {
  if (part instanceof Uint8Array) return Buffer.from(part).toString("base64");
  return type.endsWith("json") || typeof part === "string" ? part : String(part);
}

/** A short plain form for objects that show themselves otherwise: their insides would be noise. */
function plainOf(value: unknown, types: string[]): MimeBundle {
  const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "Object";
  return { "text/plain": `${name} (${types.join(", ")})` };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}
