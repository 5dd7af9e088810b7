/** Values shown as a PNG picture or as a JSON tree. */

import { readFileSync } from "node:fs";
import { jsonSafe } from "./json-safe.js";
import { expectKnown } from "./known-options.js";
import { DISPLAY } from "./to-bundle.js";

/** A value with a representation made for it. */
export interface Displayable {
  [DISPLAY](): { data: Record<string, unknown>; metadata: Record<string, unknown> };
}

/** How large a picture is shown, in CSS pixels. */
export interface PictureSize {
  width?: number;
  height?: number;
}

const SIGNATURE = "89504e470d0a1a0a";
/** Signature, and the chunk that says the size. */
const HEADER_BYTES = 24;

/**
 * A PNG picture.
 *
 * @param picture its bytes, or the path of its file
 * @throws TypeError when it is no PNG
 */
export function png(picture: Uint8Array | string, size: PictureSize = {}): Displayable {
  expectKnown("png", size, { width: true, height: true });
  const bytes = typeof picture === "string" ? readFileSync(picture) : Buffer.from(picture);
  if (bytes.length < HEADER_BYTES || bytes.subarray(0, 8).toString("hex") !== SIGNATURE) {
    throw new TypeError(
      `png: expected the bytes of a PNG picture, got ${bytes.length} bytes that do not begin like one`,
    );
  }
  const text = `PNG picture, ${bytes.readUInt32BE(16)} × ${bytes.readUInt32BE(20)}`;
  const metadata = Object.keys(size).length > 0 ? { "image/png": { ...size } } : {};
  return {
    [DISPLAY]: () => ({ data: { "image/png": bytes.toString("base64"), "text/plain": text }, metadata }),
  };
}

/** A value as a JSON tree to unfold. @param options.expanded unfolds all of it at first */
export function json(value: unknown, options: { expanded?: boolean } = {}): Displayable {
  expectKnown("json", options, { expanded: true });
  const { expanded = false } = options;
  const safe = jsonSafe(value) ?? null;
  return {
    [DISPLAY]: () => ({
      data: { "application/json": safe, "text/plain": JSON.stringify(safe, null, 2) },
      metadata: { "application/json": { expanded } },
    }),
  };
}
