/** Reading what was thrown, which may be anything: a proxy, an object whose getters throw, an error of another realm. */

import { types } from "node:util";
import { inspectSafely } from "../../display/inspect-safely.js";

/** What an error has under a key; undefined when reading it fails. */
export function readError(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Whether a value is an error, of this or another realm; a proxy is none, since asking it may have any effect. */
export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

/** Name and message as text, whatever user code has put in their place. */
export function nameOf(error: Error): { ename: string; evalue: string } {
  const text = (value: unknown): string =>
    typeof value === "string" ? value : inspectSafely(value, { depth: 1 });
  const made = readError(error, "constructor");
  const className = typeof made === "function" ? readError(made, "name") : undefined;
  return {
    ename: text(readError(error, "name") || className || "Error"),
    evalue: text(readError(error, "message") ?? ""),
  };
}

/** The errors that an aggregate holds, or one that has suppressed another; undefined when an error is neither. */
export function partsOf(error: Error): readonly unknown[] | undefined {
  if (error instanceof SuppressedError) return [readError(error, "error"), readError(error, "suppressed")];
  const parts = readError(error, "errors");
  if (!Array.isArray(parts)) return undefined;
  return error instanceof AggregateError || nameOf(error).ename === "AggregateError" ? parts : undefined;
}
