/**
 * The Debug Adapter Protocol, as far as this kernel speaks it, with Jupyter's additions. Requests are contents of
 * `debug_request`, responses of `debug_reply`, events of `debug_event`.
 */

import { described } from "../base/described.js";
import { FieldError } from "../base/fields.js";

/** What a client asks. */
export interface DapRequest {
  seq: number;
  command: string;
  arguments: Record<string, unknown>;
}

/** What a client is answered; `message` says why when it was not done. */
export type DapResponse = {
  type: "response";
  seq: number;
  request_seq: number;
  command: string;
} & ({ success: true; body: object } | { success: false; message: string; body: object });

/** What a client is told unasked. */
export interface DapEvent {
  type: "event";
  seq: number;
  event: string;
  body: object;
}

/** A place to stop, as a client asks for it; lines count from 1. */
export interface BreakpointRequest {
  line: number;
  /** TypeScript that must be true for the stop to happen. */
  condition?: string;
}

/** A variable, a property or an element as clients show it. */
export interface DapVariable {
  name: string;
  value: string;
  /** Left out for clients that would show it in place of the value. */
  type?: string;
  /** Names the variable's own children in a `variables` request; 0 when it has none. */
  variablesReference: number;
  evaluateName?: string;
  namedVariables?: number;
  indexedVariables?: number;
}

/** A scope of a stopped function. */
export interface DapScope {
  name: string;
  variablesReference: number;
  expensive: boolean;
}

/** A request that was not done; the message says why. */
export class DapError extends Error {
  override readonly name = "DapError";
}

/** A request was not done because the process that runs cells ended. */
export class ProcessEndedError extends DapError {
  constructor() {
    super("the process that runs cells has ended");
  }
}

/** The one thread that cells run on, as clients know it. */
export const THREAD = { id: 1, name: "cells" };

/** @throws FieldError when a `debug_request` is no DAP request */
export function readRequest(content: Record<string, unknown>): DapRequest {
  const { seq, command, arguments: args = {} } = content;
  if (typeof seq !== "number") throw new FieldError(`"seq" must be a number, got ${described(seq)}`);
  if (typeof command !== "string")
    throw new FieldError(`"command" must be a string, got ${described(command)}`);
  if (typeof args !== "object" || args === null || Array.isArray(args))
    throw new FieldError(`"arguments" must be an object, got ${described(args)}`);
  return { seq, command, arguments: args as Record<string, unknown> };
}

/** The path of a `source` argument. @throws FieldError when there is none */
export function sourcePath(args: Record<string, unknown>): string {
  const path = (args["source"] as { path?: unknown } | undefined)?.path;
  if (typeof path === "string") return path;
  throw new FieldError(`"source" must be an object with a path, got ${described(args["source"])}`);
}

/** The breakpoints of a `setBreakpoints`. @throws FieldError when one has no line */
export function breakpointRequests(args: Record<string, unknown>): BreakpointRequest[] {
  const { breakpoints = [] } = args;
  if (!Array.isArray(breakpoints))
    throw new FieldError(`"breakpoints" must be a list, got ${described(breakpoints)}`);
  return breakpoints.map((each: { line?: unknown; condition?: unknown } | null) => {
    const { line, condition } = each ?? {};
    if (typeof line !== "number" || !Number.isInteger(line) || line < 1)
      throw new FieldError(`"line" of a breakpoint must be an integer of at least 1, got ${described(line)}`);
    return { line, ...(typeof condition === "string" && condition.trim() !== "" && { condition }) };
  });
}

/** A file's name without its folders, wherever the path comes from. */
export function fileName(path: string | undefined): string {
  return path?.split(/[\\/]/).at(-1) ?? "";
}
