/**
 * Events from the evaluator to the front, through a pipe written synchronously.
 *
 * Node's own channel hands on what is written only when the event loop turns, once the pipe is full; a cell
 * that spins, blocks in a prompt or ends the process would keep its output to itself.
 */

import { writeSync } from "node:fs";
import type { Readable } from "node:stream";
import { deserialize, serialize } from "node:v8";
import type { EvaluatorEvent } from "../../protocol/evaluator.js";

/** Bytes that tell the length of what follows. */
const HEAD = 4;

/** A value as such pipes carry it. */
export function framed(value: unknown): Buffer {
  const body = serialize(value);
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, HEAD);
  return frame;
}

/** A function that writes events to a file descriptor, and waits until they are written. */
export function eventWriter(fd: number): (event: EvaluatorEvent) => void {
  return event => {
    const frame = framed(event);
    try {
      for (let sent = 0; sent < frame.length; ) sent += writeSync(fd, frame, sent);
    } catch (error) {
      // The front has gone; so will this process.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    }
  };
}

/** Tells each event, or other value, that comes from a stream. What a listener throws is the process's business, not the stream's. */
export function readEvents(stream: Readable, tell: (event: unknown) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  let wanted = HEAD;
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    const events: unknown[] = [];
    for (;;) {
      wanted = rest.length < HEAD ? HEAD : HEAD + rest.readUInt32LE();
      if (rest.length < wanted || wanted === HEAD) break;
      events.push(deserialize(rest.subarray(HEAD, wanted)));
      rest = rest.subarray(wanted);
    }
    chunks = [rest];
    length = rest.length;
    for (const event of events) {
      try {
        tell(event);
      } catch (error) {
        // Thrown here, it would take the events behind it along.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  });
}
