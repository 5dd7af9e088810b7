/** Routes what a process writes to its standard streams to the cell that wrote it. */

import { type Execution, executions } from "../execution.js";
import type { OutputBuffer } from "./output-buffer.js";
import type { StreamEvent } from "../../protocol/evaluator.js";

/**
 * Replaces `write` of `process.stdout` and `process.stderr`, and with them `console`. Cells cannot end these streams.
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
  const original = stream.write.bind(stream);
  const decoder = new TextDecoder();
  const write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    const execution = executions.getStore() ?? writer();
    // Of what cannot be written, Node says so itself.
    if (!execution || !(typeof chunk === "string" || ArrayBuffer.isView(chunk))) {
      return Reflect.apply(original, undefined, [chunk, ...rest]) as boolean;
    }
    const bytes = typeof chunk === "string" ? encoded(chunk, rest[0]) : chunk;
    // A chunk may end inside a character: the decoder keeps the rest.
    buffer.write(
      execution.outputTo,
      name,
      typeof bytes === "string" ? bytes : decoder.decode(bytes, { stream: true }),
    );
    const callback = rest.at(-1);
    if (typeof callback === "function") queueMicrotask(() => (callback as () => void)());
    return true;
  };
  const restore = replace(stream, { write });
  const reopen = keepOpen(stream);
  return () => {
    reopen();
    restore();
  };
}

/** Events that a stream has once, and what is listened for until then. */
const ENDINGS = ["prefinish", "finish", "end", "close", "error"];
/** What Node's `pipeline` notes on a stream that it has destroyed, and that says it is not. */
const DESTROYED = Symbol.for("nodejs.stream.destroyed");

/**
 * Whoever ends or destroys the stream, as `pipeline(source, process.stdout)` does, is told that it has finished, and it
 * stays as it is. Ended, it would take the pipe along, and programs that cells start later are killed as they write.
 *
 * @returns a function that undoes this
 */
function keepOpen(stream: NodeJS.WriteStream): () => void {
  const before = new Map(ENDINGS.map(event => [event, new Set(stream.listeners(event))]));
  const tell = (events: readonly string[], callback?: () => void): NodeJS.WriteStream => {
    process.nextTick(() => {
      for (const event of events) stream.emit(event);
      callback?.();
      // Those who wait for the end have had it. Node leaves them there, and warns of them when they are eleven.
      for (const [event, own] of before) {
        const others = stream.listeners(event).filter(each => !own.has(each));
        for (const each of others) stream.removeListener(event, each as () => void);
      }
    });
    return stream;
  };
  const end = (...values: unknown[]): NodeJS.WriteStream => {
    const [chunk, encoding] = values;
    const callback = values.findLast(value => typeof value === "function") as (() => void) | undefined;
    if (chunk !== undefined && chunk !== null && chunk !== callback) {
      stream.write(chunk as string, encoding as BufferEncoding);
    }
    return tell(["prefinish", "finish", "close"], callback);
  };
  const destroy = (): NodeJS.WriteStream => tell(["close"]);
  const restore = replace(stream, { end, destroy, destroySoon: destroy });
  Object.defineProperty(stream, DESTROYED, { configurable: true, get: () => false, set() {} });
  return () => {
    Reflect.deleteProperty(stream, DESTROYED);
    restore();
  };
}

/** Text in another encoding than UTF-8 stands for bytes. */
function encoded(chunk: string, encoding: unknown): string | Buffer {
  if (typeof encoding !== "string" || /^utf-?8$/i.test(encoding)) return chunk;
  return Buffer.from(chunk, encoding as BufferEncoding);
}

/** Replaces methods, @returns a function that undoes it */
function replace(stream: object, methods: Record<string, unknown>): () => void {
  const before = Object.keys(methods).map(
    method => [method, Object.getOwnPropertyDescriptor(stream, method)] as const,
  );
  for (const [method, value] of Object.entries(methods)) {
    Object.defineProperty(stream, method, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const [method, own] of before) {
      if (own) Object.defineProperty(stream, method, own);
      else Reflect.deleteProperty(stream, method);
    }
  };
}
