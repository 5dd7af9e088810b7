/**
 * A shorter way for `console.log` and its kin. Node's console attaches and detaches a listener for every
 * line it writes; cells that print much feel that.
 */

import { formatWithOptions } from "node:util";
import { executions } from "./execution.js";
import type { OutputBuffer } from "./output-buffer.js";
import type { StreamEvent } from "./protocol.js";

const STREAMS: Record<"log" | "info" | "debug" | "warn" | "error", StreamEvent["name"]> = {
  log: "stdout",
  info: "stdout",
  debug: "stdout",
  warn: "stderr",
  error: "stderr",
};

/** Replaces the printing methods of the global console. Inside `console.group`, Node's own ones still do it. */
export function captureConsole(buffer: OutputBuffer): void {
  let groups = 0;
  for (const open of ["group", "groupCollapsed"] as const) {
    const original = console[open].bind(console);
    console[open] = (...label: unknown[]) => {
      original(...label);
      groups++;
    };
  }
  const close = console.groupEnd.bind(console);
  console.groupEnd = () => {
    close();
    groups = Math.max(0, groups - 1);
  };
  for (const [method, name] of Object.entries(STREAMS) as [keyof typeof STREAMS, StreamEvent["name"]][]) {
    const original = console[method].bind(console);
    console[method] = (...values: unknown[]) => {
      const execution = executions.getStore();
      if (!execution || groups > 0) return original(...values);
      const [only] = values;
      const text =
        values.length === 1 && typeof only === "string"
          ? only
          : formatWithOptions({ colors: false }, ...values);
      buffer.write(execution.outputTo, name, `${text}\n`);
    };
  }
}
