/** Comms for those who write a front end's part of their own. */

import { expectKnown } from "../../display/known-options.js";
import type { CommData } from "./comm-message.js";
import { type Comm, type CommExtras, extraNames, type Opened } from "./comms.js";
import { widgetHost } from "./host.js";

/**
 * Opens a comm to what front ends have registered under a name.
 *
 * @example
 * const comm = openComm("my-extension", { hello: 1 }, { buffers: [new Float32Array(8)] });
 * comm.on("message", ({ data, buffers }) => console.log(data, buffers.length));
 */
export function openComm(target: string, data: CommData = {}, extras: CommExtras = {}): Comm {
  expectKnown("openComm", extras, extraNames);
  return widgetHost().comms.open(target, data, extras);
}

/** Takes the comms that front ends open under a name, instead of whoever took them before. */
export function registerTarget(target: string, opened: Opened): void {
  if (typeof opened !== "function") {
    throw new TypeError(`registerTarget: expected a function for "${target}", got ${typeof opened}`);
  }
  widgetHost().comms.register(target, opened);
}

/** Takes no more comms under a name; front ends are told so. */
export function unregisterTarget(target: string): void {
  widgetHost().comms.unregister(target);
}
