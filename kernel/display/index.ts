/// <reference types="node" preserve="true" />
/**
 * `typescript-jupyter-kernel/display`: what cells show, from cells and from modules they import.
 *
 * In a cell `display` and `progress` are there without import. All of this also runs outside of notebooks:
 * what cannot be drawn there is written as text.
 */

import { randomUUID } from "node:crypto";
import { type Display, DisplayHandle, displayNames, type DisplayOptions } from "./display.js";
import { expectKnown } from "./known-options.js";
import { type FormBundle, type FormTest, registerForm, type RegisterOptions } from "./registered-forms.js";
import { hostDisplay, textOf } from "./show-here.js";

export type { MimeBundle } from "./bundle.js";
export { type Display, DisplayHandle, type DisplayOptions, type FormResult } from "./display.js";
export { type Displayable, json, type PictureSize, png } from "./displayables.js";
export { html, latex, Markup, type MarkupFunction, md, svg } from "./markup.js";
export { progress, type ProgressOptions } from "./progress.js";
export type { RegisterOptions, Unregister } from "./registered-forms.js";

/** Shows a value: as rich as the front end allows in a notebook, as text elsewhere. */
export const display: Display = Object.assign(show, { register });

/** Named as it is called. */
Object.defineProperty(show, "name", { value: "display" });

function show(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  expectKnown("display", options, displayNames);
  const host = hostDisplay();
  if (host) return host(value, options);
  process.stdout.write(`${options.raw ? JSON.stringify(value) : textOf(value)}\n`);
  return new DisplayHandle(options.id ?? randomUUID(), display);
}

/** In a notebook the kernel's own list is the one that counts, whichever copy of this package is asked. */
function register(test: FormTest, toBundle: FormBundle, options?: RegisterOptions) {
  const host = hostDisplay();
  return host
    ? host.register(test, toBundle as (value: object) => Record<string, unknown>, options)
    : registerForm(test, toBundle, options);
}
