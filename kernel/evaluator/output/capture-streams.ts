/** Routes what a process writes to its standard streams to the cell that wrote it. */

import { type Execution, executions } from "../execution.js";
import type { OutputBuffer } from "./output-buffer.js";
import type { StreamEvent } from "../../protocol/evaluator.js";

/**
 * Replaces `write` of `process.stdout` and `process.stderr`, and with them `console`.
 *
 * Text written outside any cell goes where it went before, which the front process logs.
 *
 * @param writer whose text it is that no cell's code writes
 * @returns a function that undoes the replacement
 */
export function captureStreams(buffer: OutputBuffer, writer: Writer = () => undefined): () => void {
  const undo = [
    capture(process.stdout, "stdout", buffer, writer),
    capture(process.stderr, "stderr", buffer, writer),
  ];
  return () => {
    for (const each of undo) each();
  };
}

type Writer = () => Execution | undefined;

function capture(
  stream: NodeJS.WriteStream,
  name: StreamEvent["name"],
  buffer: OutputBuffer,
  writer: Writer,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(stream, "write");
  const original = stream.write.bind(stream);
  const decoder = new TextDecoder();
  const write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    const execution = executions.getStore() ?? writer();
    if (!execution) return Reflect.apply(original, undefined, [chunk, ...rest]) as boolean;
    // A chunk may end inside a character: the decoder keeps the rest.
    buffer.write(
      execution.outputTo,
      name,
      typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }),
    );
    const callback = rest.at(-1);
    if (typeof callback === "function") queueMicrotask(() => (callback as () => void)());
    return true;
  };
  stream.write = write;
  return () => {
    if (descriptor) Object.defineProperty(stream, "write", descriptor);
    else Reflect.deleteProperty(stream, "write");
  };
}
