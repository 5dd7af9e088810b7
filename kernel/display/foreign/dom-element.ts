/** Elements of a DOM without a browser. */

import type { MimeBundle } from "../bundle.js";
import type { Form } from "../form.js";
import { hasMethods } from "./look.js";
import { plainText } from "../plain.js";

export const domElement: Form = { name: "DOM element", show: value => element(value) };

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
