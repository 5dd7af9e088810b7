/** Canvases without a browser. */

import type { MimeBundle } from "../bundle.js";
import type { Form } from "../form.js";
import { hasMethods } from "./look.js";

export const canvas: Form = { name: "canvas", show: value => picture(value) };

const PNG = "89504e470d0a1a0a";

/** A canvas that makes PNG pictures of itself at once, as those of @napi-rs/canvas and node-canvas do. */
function picture(value: object): MimeBundle | undefined {
  if (!hasMethods(value, "getContext", "toBuffer")) return undefined;
  const { width, height, toBuffer, toBufferSync } = value as Record<string, unknown>;
  if (typeof width !== "number" || typeof height !== "number") return undefined;
  const synchronous = typeof toBufferSync === "function";
  const encode = (synchronous ? toBufferSync : toBuffer) as (type: string) => unknown;
  const bytes = Reflect.apply(encode, value, [synchronous ? "png" : "image/png"]);
  // Made in the background by some: such a canvas is shown plainly, and what it makes is nobody's.
  if (bytes instanceof Promise) bytes.catch(() => {});
  if (!(bytes instanceof Uint8Array)) return undefined;
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (png.subarray(0, 8).toString("hex") !== PNG) return undefined;
  return { "image/png": png.toString("base64"), "text/plain": `canvas, ${width} × ${height}` };
}
