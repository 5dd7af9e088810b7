/// <reference types="node" preserve="true" />
/**
 * `netspace/display`: what cells show, from cells and from modules they import.
 *
 * In a cell `display` and `progress` are there without import. All of this also runs outside of notebooks:
 * what cannot be drawn there is written as text.
 */

import { randomUUID } from "node:crypto";
import { type Display, DisplayHandle, displayNames } from "./display.js";
import { expectKnown } from "./known-options.js";
import { hostDisplay, textOf } from "./show-here.js";

export type { MimeBundle } from "./bundle.js";
export { type Display, DisplayHandle, type DisplayOptions } from "./display.js";
export { type Displayable, json, type PictureSize, png } from "./displayables.js";
export { html, latex, Markup, type MarkupFunction, md, svg } from "./markup.js";
export { progress, type ProgressOptions } from "./progress.js";

/** Shows a value: as rich as the front end allows in a notebook, as text elsewhere. */
export const display: Display = (value, options = {}) => {
  expectKnown("display", options, displayNames);
  const host = hostDisplay();
  if (host) return host(value, options);
  process.stdout.write(`${options.raw ? JSON.stringify(value) : textOf(value)}\n`);
  return new DisplayHandle(options.id ?? randomUUID(), display);
};
