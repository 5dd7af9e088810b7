/** Showing a value that changes, wherever the code runs: in a notebook, on a terminal, in a log. */

import { randomUUID } from "node:crypto";
import type { Display, DisplayHandle } from "./display.js";
import { HOST_DISPLAY } from "./display.js";
import { plain } from "./plain.js";
import { toBundle } from "./to-bundle.js";

/** The `display` of the kernel this code runs in, if it runs in one. */
export function hostDisplay(): Display | undefined {
  return (globalThis as { [HOST_DISPLAY]?: Display })[HOST_DISPLAY];
}

/**
 * One place for a value that is shown again and again.
 *
 * In a notebook the output is updated; a terminal's line is written over; a log gets only the last value.
 *
 * @returns shows a value; `last` says that no other follows
 */
export function showHere(): (value: unknown, last: boolean) => void {
  const display = hostDisplay();
  if (display) {
    let handle: DisplayHandle | undefined;
    return value => {
      handle = handle ? handle.update(value) : display(value, { id: randomUUID() });
    };
  }
  const { stderr } = process;
  return (value, last) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[K${textOf(value)}${last ? "\n" : ""}`);
    else if (last) stderr.write(`${textOf(value)}\n`);
  };
}

/** A value as text; asynchronous displays have none at once, and are shown plainly. */
export function textOf(value: unknown): string {
  const bundle = toBundle(value);
  const { "text/plain": text } = bundle instanceof Promise ? plain(value) : bundle.data;
  return String(text);
}
