/**
 * A shorter way for `console.log` and its kin. Node's console attaches and detaches a listener for every
 * line it writes; cells that print much feel that.
 *
 * Groups belong to the cell that opens them: what another cell prints is not indented, and a cell that fails inside a
 * group leaves none behind.
 */

import { formatWithOptions, type InspectOptions } from "node:util";
import { inspectSafely } from "../../display/inspect-safely.js";
import { type Execution, executions } from "../execution.js";
import { hideIn } from "../hide-internals.js";
import type { OutputBuffer } from "./output-buffer.js";
import type { StreamEvent } from "../../protocol/evaluator.js";

const STREAMS: Record<"log" | "info" | "debug" | "warn" | "error", StreamEvent["name"]> = {
  log: "stdout",
  info: "stdout",
  debug: "stdout",
  warn: "stderr",
  error: "stderr",
};

const INDENT = "  ";

/** Replaces the printing methods of the global console; outside of cells, Node's own ones still do it. */
export function captureConsole(buffer: OutputBuffer): void {
  const writeOf = (stream: NodeJS.WriteStream): unknown => Reflect.get(stream, "write");
  const ours = { stdout: writeOf(process.stdout), stderr: writeOf(process.stderr) };
  const print = (execution: Execution, name: StreamEvent["name"], text: string): void => {
    const indent = INDENT.repeat(execution.groups.open);
    const lines = indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`);
    const stream = process[name];
    // Code that puts a `write` of its own in the stream's place wants to have what is printed.
    if (writeOf(stream) === ours[name]) buffer.write(execution.outputTo, name, `${lines}\n`);
    else stream.write(`${lines}\n`);
  };
  for (const [method, name] of Object.entries(STREAMS) as [keyof typeof STREAMS, StreamEvent["name"]][]) {
    const original = console[method].bind(console);
    console[method] = (...values: unknown[]) => {
      const execution = executions.getStore();
      if (!execution) return original(...values);
      const [only] = values;
      const text =
        values.length === 1 && typeof only === "string"
          ? only
          : formatWithOptions({ colors: false }, ...values);
      print(execution, name, text);
    };
  }
  const dir = console.dir.bind(console);
  console.dir = (value: unknown, options?: InspectOptions) => {
    const execution = executions.getStore();
    if (!execution) return dir(value, options);
    hideIn(value);
    print(execution, "stdout", inspectSafely(value, { customInspect: false, ...options }));
  };
  for (const open of ["group", "groupCollapsed"] as const) {
    const original = console[open].bind(console);
    console[open] = (...label: unknown[]) => {
      const execution = executions.getStore();
      if (!execution) return original(...label);
      if (label.length > 0) console.log(...label);
      execution.groups.open++;
    };
  }
  const close = console.groupEnd.bind(console);
  console.groupEnd = () => {
    const execution = executions.getStore();
    if (!execution) return close();
    execution.groups.open = Math.max(0, execution.groups.open - 1);
  };
}
