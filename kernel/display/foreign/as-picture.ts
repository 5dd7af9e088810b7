/** Values that are pictures or pages: elements of a DOM without a browser, and canvases. */

import type { MimeBundle } from "../bundle.js";
import { hasMethods } from "./look.js";
import { plainText } from "../plain.js";

/** The bundle of a drawable value, or nothing when a value is none. */
export function asPicture(value: object): MimeBundle | undefined {
  return canvas(value) ?? element(value);
}

const PNG = "89504e470d0a1a0a";

/** A canvas that makes PNG pictures of itself at once, as those of @napi-rs/canvas and node-canvas do. */
function canvas(value: object): MimeBundle | undefined {
  if (!hasMethods(value, "getContext", "toBuffer")) return undefined;
  const { width, height, toBuffer, toBufferSync } = value as Record<string, unknown>;
  if (typeof width !== "number" || typeof height !== "number") return undefined;
  const synchronous = typeof toBufferSync === "function";
  const encode = (synchronous ? toBufferSync : toBuffer) as (type: string) => unknown;
  const bytes = Reflect.apply(encode, value, [synchronous ? "png" : "image/png"]);
  // Made in the background by some: such a canvas is shown plainly, and what it makes is nobody's.
  if (bytes instanceof Promise) bytes.catch(() => {});
  if (!(bytes instanceof Uint8Array)) return undefined;
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (picture.subarray(0, 8).toString("hex") !== PNG) return undefined;
  return { "image/png": picture.toString("base64"), "text/plain": `canvas, ${width} × ${height}` };
}

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** An element of jsdom, linkedom or their like: its own markup. */
function element(value: object): MimeBundle | undefined {
  if (!hasMethods(value, "getAttribute", "setAttribute", "querySelectorAll", "cloneNode")) return undefined;
  const { outerHTML } = value as { outerHTML?: unknown };
  if (typeof outerHTML !== "string") return undefined;
  const text = { "text/plain": outerHTML.length > MAX_MARKUP ? plainText(outerHTML) : outerHTML };
  if (!/^<svg[\s/>]/i.test(outerHTML)) return { "text/html": outerHTML, ...text };
  // In a page an svg element needs no namespace; as a picture of its own it is none without.
  const named = /^<svg[^>]*\sxmlns=/i.test(outerHTML);
  return {
    "image/svg+xml": named ? outerHTML : outerHTML.replace(/^<svg/i, `<svg xmlns="${SVG_NAMESPACE}"`),
    ...text,
  };
}

/** Longer markup is cut in the plain form. */
const MAX_MARKUP = 10_000;
