/**
 * Standard input of cells: there is none to read, and reading it says so.
 *
 * A stream that has merely ended would let `readline` wait for a line for ever. What only looks at the stream, as
 * libraries do to see whether there is a terminal, finds one that is none.
 */

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Readable } from "node:stream";

/** Thrown where code reads standard input. */
export class NoStandardInputError extends Error {
  override readonly name = "NoStandardInputError";

  constructor(how: string, what = "a terminal") {
    super(
      `${how} expected ${what}, and a notebook has none; ask with prompt("…"), or with prompt("…", { password: true })`,
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
    throw new NoStandardInputError(`process.stdin: ${how}`);
  };
  for (const name of METHODS) define(stream, name, refuse(`${name}()`));
  define(stream, Symbol.asyncIterator, refuse("iterating"));
  for (const name of ["on", "addListener", "once", "prependListener", "prependOnceListener"] as const) {
    const listen = stream[name].bind(stream) as (event: string | symbol, ...rest: unknown[]) => unknown;
    define(stream, name, (event: string | symbol, ...rest: unknown[]) => {
      if (READING.has(event))
        throw new NoStandardInputError(`process.stdin: listening for "${String(event)}"`);
      listen(event, ...rest);
      return stream;
    });
  }
  // What Node's stream of a terminal has beside.
  for (const name of ["ref", "unref"]) define(stream, name, () => stream);
  return stream;
}

/** Puts such a stream in the place of this process's standard input, and has `node:fs` refuse to read that, too. */
export function closeStdin(): void {
  refuseToRead();
  const stream = closedStdin();
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => stream,
  });
}

/** Functions of `node:fs` that are given what they read, a descriptor or a path, before all else. */
const SYNCHRONOUS = ["readSync", "readvSync", "readFileSync", "openSync"] as const;
const WITH_CALLBACKS = ["read", "readv", "readFile", "open"] as const;
const WITH_PROMISES = ["readFile", "open"] as const;
const PATHS = new Set(["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/**
 * What the kernel is started with gives nothing at once, which looks like an empty file to a program that reads its
 * input. A descriptor that a cell has closed, and opened for something else, is that.
 */
function refuseToRead(): void {
  const { dev, ino, rdev } = fs.fstatSync(0);
  const isStandardInput = (what: unknown): boolean => {
    if (what !== 0 && !PATHS.has(pathIn(what))) return false;
    try {
      const now = fs.fstatSync(0);
      return now.dev === dev && now.ino === ino && now.rdev === rdev;
    } catch {
      // Closed, which Node says.
      return false;
    }
  };
  /** @param told how an error is told to whoever has called with these values */
  const refusing = (
    module: object,
    name: string,
    told: (error: Error, values: readonly unknown[]) => unknown,
  ): void => {
    const native = Reflect.get(module, name) as (...values: unknown[]) => unknown;
    const reader = function (this: unknown, ...values: unknown[]): unknown {
      if (!isStandardInput(values[0])) return Reflect.apply(native, this, values);
      return told(new NoStandardInputError(`${name}:`, "standard input"), values);
    };
    // Its name, its length, and what else it has: promisified, some give more than one value.
    Object.defineProperties(reader, Object.getOwnPropertyDescriptors(native));
    define(module, name, reader, true);
  };
  const thrown = (error: Error): never => {
    throw error;
  };
  const called = (error: Error, values: readonly unknown[]): void => {
    const callback = values.at(-1);
    if (typeof callback !== "function") throw error;
    process.nextTick(callback, error);
  };
  for (const name of SYNCHRONOUS) refusing(fs, name, thrown);
  for (const name of WITH_CALLBACKS) refusing(fs, name, called);
  for (const name of WITH_PROMISES) refusing(fs.promises, name, error => Promise.reject(error));
  syncBuiltinESMExports();
}

/** The path that a function of `node:fs` is given; none in what is no path. */
function pathIn(given: unknown): string {
  if (typeof given === "string") return given;
  if (given instanceof URL) return given.pathname;
  return Buffer.isBuffer(given) ? given.toString() : "";
}

function define(stream: object, name: string | symbol, value: unknown, enumerable = false): void {
  Object.defineProperty(stream, name, { configurable: true, writable: true, enumerable, value });
}
