/** Values to MIME bundles. */

import { inspect, types } from "node:util";
import { asSpecification } from "./as-specification.js";
import { asTable, unreadResult } from "./as-table.js";
import { tensorText } from "./as-tensor.js";
import type { DisplayData, MimeBundle } from "./bundle.js";
import { jsonSafe } from "./json-safe.js";
import { type Extent, plain } from "./plain.js";
import { tableBundle } from "./table.js";

/** A value that carries a method of this name says itself how it is shown; the method may be async. */
export const DISPLAY = Symbol.for("Jupyter.display");

/**
 * How a value is shown: as its own display method says, else by what it is to look at.
 *
 * @returns a promise only when the value's own display method returns one
 * @throws TypeError when that method returns something other than an object of MIME types
 */
export function toBundle(value: unknown, extent: Extent = {}): DisplayData | Promise<DisplayData> {
  const method = displayMethod(value);
  if (!method) return { data: recognized(value, extent) ?? plain(value, extent), metadata: {} };
  const own: unknown = method();
  return isPromiseLike(own)
    ? Promise.resolve(own).then(bundle => checked(bundle, value))
    : checked(own, value);
}

/** A bundle that was made by hand, in the form messages carry. */
export function encodeBundle(bundle: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(bundle).flatMap(([type, part]) =>
      part === undefined || part === null ? [] : [[type, encode(type, part)]],
    ),
  );
}

/** The richer forms of values that say nothing themselves. */
function recognized(value: unknown, extent: Extent): MimeBundle | undefined {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return undefined;
  try {
    const table = asTable(value);
    if (table) return tableBundle(table, extent);
    const special = tensorText(value, extent) ?? unreadResult(value);
    return special === undefined ? asSpecification(value) : { "text/plain": special };
  } catch {
    // Looking at a value must not fail; what is no table after all has a plain form.
    return undefined;
  }
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const method: unknown = (value as Record<symbol, unknown>)[DISPLAY];
  return typeof method === "function" ? () => Reflect.apply(method, value, []) as unknown : undefined;
}

function checked(own: unknown, value: unknown): DisplayData {
  if (!isObject(own)) {
    throw new TypeError(
      `display: [Symbol.for("Jupyter.display")]() must return an object of MIME types, got ${inspect(own, { depth: 0 })}`,
    );
  }
  const { bundle, metadata } = withMetadata(own);
  const data = encodeBundle(bundle);
  return {
    data: "text/plain" in data ? data : { ...data, ...plainOf(value, Object.keys(data)) },
    metadata,
  };
}

/** A method may return the bundle alone, or `{ data, metadata }`: a MIME type has a slash, these have none. */
function withMetadata(own: Record<string, unknown>): {
  bundle: MimeBundle;
  metadata: Record<string, unknown>;
} {
  const { data, metadata = {} } = own;
  if (isObject(data) && isObject(metadata))
    return { bundle: data, metadata: jsonSafe(metadata) as typeof metadata };
  return { bundle: own, metadata: {} };
}

/** Bytes go as base64, JSON types as JSON, all else as text. */
function encode(type: string, part: unknown): unknown {
  if (type.endsWith("json")) return jsonSafe(part) ?? null;
  if (part instanceof Uint8Array) return Buffer.from(part).toString("base64");
  return typeof part === "string" ? part : String(part);
}

/** A short plain form for objects that show themselves otherwise: their insides would be noise. */
function plainOf(value: unknown, shown: string[]): MimeBundle {
  const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "Object";
  return { "text/plain": `${name} (${shown.join(", ")})` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}
