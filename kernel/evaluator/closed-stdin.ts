/**
 * Standard input of cells: there is none to read, and reading it says so.
 *
 * A stream that has merely ended would let `readline` wait for a line for ever. What only looks at the stream, as
 * libraries do to see whether there is a terminal, finds one that is none.
 */

import { Readable } from "node:stream";

/** Thrown where code reads standard input. */
export class NoStandardInputError extends Error {
  override readonly name = "NoStandardInputError";

  constructor(how: string) {
    super(
      `process.stdin: ${how} expected a terminal, and a notebook has none; ask with prompt("…"), or with prompt("…", { password: true })`,
    );
  }
}

/** Ways to begin reading that are not events. */
const METHODS = ["read", "resume", "pipe", "iterator", "setRawMode", "forEach", "map", "toArray"] as const;
/** Listening for these begins reading. */
const READING = new Set<string | symbol>(["data", "readable"]);

/** A stream that can be looked at but not read. */
export function closedStdin(): Readable & { fd: number; isTTY: boolean } {
  const stream = Object.assign(new Readable({ read() {} }), { fd: 0, isTTY: false });
  const refuse = (how: string) => (): never => {
    throw new NoStandardInputError(how);
  };
  for (const name of METHODS) define(stream, name, refuse(`${name}()`));
  define(stream, Symbol.asyncIterator, refuse("iterating"));
  for (const name of ["on", "addListener", "once", "prependListener", "prependOnceListener"] as const) {
    const listen = stream[name].bind(stream) as (event: string | symbol, ...rest: unknown[]) => unknown;
    define(stream, name, (event: string | symbol, ...rest: unknown[]) => {
      if (READING.has(event)) throw new NoStandardInputError(`listening for "${String(event)}"`);
      listen(event, ...rest);
      return stream;
    });
  }
  // What Node's stream of a terminal has beside.
  for (const name of ["ref", "unref"]) define(stream, name, () => stream);
  return stream;
}

/** Puts such a stream in the place of this process's standard input. */
export function closeStdin(): void {
  const stream = closedStdin();
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => stream,
  });
}

function define(stream: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(stream, name, { configurable: true, writable: true, enumerable: false, value });
}
