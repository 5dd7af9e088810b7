/** Values to MIME bundles. */

import { types } from "node:util";
import type { DisplayData, MimeBundle } from "./bundle.js";
import { BUILT_IN } from "./foreign/index.js";
import type { Form } from "./form.js";
import { inspectSafely, messageOf } from "./inspect-safely.js";
import { jsonSafe } from "./json-safe.js";
import { className, peek } from "./foreign/look.js";
import { type Extent, plain } from "./plain.js";
import { registeredForms } from "./registered-forms.js";

/** A value that carries a method of this name says itself how it is shown; the method may be async. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** Told that a registered form has thrown, and what the form is called; the value is shown without it. */
export type FormFailed = (error: unknown, form: string) => void;

/**
 * How a value is shown: by a registered form that knows it, else as its own display method says, else by what it is to
 * look at.
 *
 * @returns a promise only when the form or the value's own display method returns one
 * @throws TypeError when that method returns something other than an object of MIME types
 */
export function toBundle(
  value: unknown,
  extent: Extent = {},
  failed: FormFailed = tell,
): DisplayData | Promise<DisplayData> {
  return isObjectOrFunction(value)
    ? byForms(registeredForms(), value, extent, failed)
    : unregistered(value, extent);
}

function byForms(
  forms: readonly Form[],
  value: object,
  extent: Extent,
  failed: FormFailed,
): DisplayData | Promise<DisplayData> {
  for (const [i, form] of forms.entries()) {
    try {
      const made = form.show(value, extent);
      if (made === undefined) continue;
      const isLate = !types.isProxy(made) && isPromiseLike(made);
      const shown = isLate
        ? Promise.resolve(made).then(bundle => byForm(bundle, value, extent))
        : byForm(made, value, extent);
      if (!(shown instanceof Promise)) return shown;
      return shown.catch((error: unknown) => {
        failed(error, form.name);
        return byForms(forms.slice(i + 1), value, extent, failed);
      });
    } catch (error) {
      failed(error, form.name);
    }
  }
  return unregistered(value, extent);
}

/** What a registered form made: a bundle, or a value that shows itself. */
function byForm(made: unknown, value: object, extent: Extent): DisplayData | Promise<DisplayData> {
  return displayMethod(made)
    ? unregistered(made, extent)
    : bundleOf(made, value, "display.register: toBundle");
}

function tell(error: unknown, form: string): void {
  process.stderr.write(`display form ${form} failed: ${messageOf(error)}\n`);
}

function unregistered(value: unknown, extent: Extent): DisplayData | Promise<DisplayData> {
  const method = displayMethod(value);
  if (!method) return withoutMethod(value, extent);
  const own: unknown = method();
  if (!types.isProxy(own) && isPromiseLike(own)) {
    return Promise.resolve(own).then(bundle => checked(bundle, value, extent));
  }
  return checked(own, value, extent);
}

/**
 * A bundle that was made by hand, in the form messages carry. What is under a key without a slash, which is no MIME
 * type, is left out.
 *
 * @throws TypeError when a text is none, or when JSON contains itself
 */
export function encodeBundle(bundle: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(bundle).flatMap(([type, part]) =>
      part === undefined || part === null || !isMimeType(type) ? [] : [[type, encode(type, part)]],
    ),
  );
}

function withoutMethod(value: unknown, extent: Extent): DisplayData {
  return { data: recognized(value, extent) ?? plain(value, extent), metadata: {} };
}

/** The richer forms of values that say nothing themselves. */
function recognized(value: unknown, extent: Extent): MimeBundle | undefined {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return undefined;
  try {
    for (const form of BUILT_IN) {
      const shown = form.show(value, extent);
      if (shown !== undefined) return shown as MimeBundle;
    }
  } catch {
    // Looking at a value must not fail; what is no table after all has a plain form.
  }
  return undefined;
}

/**
 * The value's own way to be shown. A proxy is asked whether it has one before it is asked for it: those that answer
 * everything, as proxies for remote calls do, mean nothing by it.
 */
function displayMethod(value: unknown): (() => unknown) | undefined {
  if (!isObjectOrFunction(value)) return undefined;
  if (types.isProxy(value) && !hasDisplay(value)) return undefined;
  const method: unknown = (value as Record<symbol, unknown>)[DISPLAY];
  if (typeof method !== "function") return undefined;
  return () => Reflect.apply(method, value, []) as unknown;
}

function hasDisplay(proxy: object): boolean {
  try {
    return DISPLAY in proxy;
  } catch {
    return false;
  }
}

function checked(own: unknown, value: unknown, extent: Extent): DisplayData {
  // A proxy that says yes to whatever it is asked has no display of its own after all.
  if (types.isProxy(value) && types.isProxy(own)) return withoutMethod(value, extent);
  return bundleOf(own, value, 'display: [Symbol.for("Jupyter.display")]()');
}

/** @param by what errors say must return a bundle */
function bundleOf(own: unknown, value: unknown, by: string): DisplayData {
  if (!isObject(own)) {
    throw new TypeError(`${by} must return an object of MIME types, got ${inspectSafely(own, { depth: 0 })}`);
  }
  const { bundle, metadata } = withMetadata(own);
  const data = encodeBundle(bundle);
  if (Object.keys(data).length === 0) {
    throw new TypeError(
      `${by} must return an object of MIME types such as { "text/html": "…" }, got ${keysOf(bundle)}`,
    );
  }
  return {
    data: "text/plain" in data ? data : { ...data, ...plainOf(value, Object.keys(data)) },
    metadata,
  };
}

/** The keys of a bundle in words. */
export function keysOf(bundle: MimeBundle): string {
  const keys = Object.keys(bundle).slice(0, 10);
  return keys.length > 0 ? `the keys ${keys.join(", ")}` : "no keys";
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

const isMimeType = (type: string): boolean => /^[^\s/]+\/\S/.test(type);

/** JSON types go as JSON, texts as text, other bytes as base64. */
function encode(type: string, part: unknown): unknown {
  if (/[/+]json(?:$|;)/.test(type)) return jsonSafe(part) ?? null;
  if (typeof part === "string") return part;
  const bytes = bytesOf(part);
  if (bytes) return bytes.toString(/^text\/|[/+]xml(?:$|;)|\/javascript/.test(type) ? "utf8" : "base64");
  if (typeof part === "object" && !speaks(part)) {
    throw new TypeError(
      `display: ${type} must be text or bytes, got ${inspectSafely(part, { depth: 0, breakLength: Infinity })}`,
    );
  }
  return String(part);
}

function bytesOf(part: unknown): Buffer | undefined {
  if (types.isAnyArrayBuffer(part)) return Buffer.from(part);
  return ArrayBuffer.isView(part) ? Buffer.from(part.buffer, part.byteOffset, part.byteLength) : undefined;
}

/** Whether an object says more of itself as text than that it is one. */
function speaks(part: object | null): boolean {
  const own: unknown = part && peek(part, "toString");
  return typeof own === "function" && own !== Object.prototype.toString;
}

/** A short plain form for objects that show themselves otherwise: their insides would be noise. */
function plainOf(value: unknown, shown: string[]): MimeBundle {
  const name = className(Object(value) as object) || "Object";
  return { "text/plain": `${name} (${shown.join(", ")})` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObjectOrFunction(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}
