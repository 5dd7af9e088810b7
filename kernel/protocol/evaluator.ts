/**
 * What the front process and the evaluator say to each other.
 *
 * Commands go down, events come up, over one ordered channel; every event names the execution that caused
 * it, so that the front can give an output the parent header of its own request, also when it comes late.
 */

import type { DisplayData, MimeBundle } from "../display/bundle.js";
import type { CommMessage } from "../widgets/comms/comm-message.js";

/** Run one cell. It starts at once, or when the cells that run already await. */
export interface ExecuteCommand {
  type: "execute";
  /** Identifies the execution for the lifetime of the kernel; never reused. */
  id: number;
  /** The execution count the user sees, `In [count]`. */
  count: number;
  code: string;
  /** A silent execution leaves `_` alone and formats no result. */
  silent: boolean;
  /** Expressions to evaluate after the cell, by name. */
  userExpressions: Record<string, string>;
  /** Whether the cell may ask the user; answers come as `FrontLine`. */
  allowStdin?: boolean;
}

/** Hand a front end's comm message to the cells' code. `delivered` says that it was dealt with. */
export interface CommCommand {
  type: "comm";
  /** Of the same row of numbers as executions: a later one is larger. */
  id: number;
  message: CommMessage;
}

/** Everything the front may ask of an evaluator. */
export type Command = ExecuteCommand | CommCommand;

/**
 * What must reach an evaluator whose main thread is busy comes through a pipe of its own, one JSON value a
 * line: stop an execution or a delivery, take the answer to a prompt, or call V8's inspector.
 */
export type FrontLine = { interrupt: number } | { answer: string } | { inspector: InspectorCall };

/** The execution that an interrupt names when no cell runs: it stops what a cell has left behind. */
export const NO_EXECUTION = 0;

/** A call of the Chrome DevTools Protocol; `Relay.disconnect` ends the connection, which the first call makes. */
export interface InspectorCall {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

/** An answer or an event of V8's inspector. */
export type InspectorMessage =
  | { id: number; result: object }
  | { id: number; error: string }
  | { method: string; params: Record<string, unknown> };

/** An exception in words. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  /** Lines for display, with ANSI colours. */
  traceback: string[];
}

/** The fate of one user expression. */
export type ExpressionResult =
  | { status: "ok"; data: MimeBundle; metadata: Record<string, unknown> }
  | ({ status: "error" } & ErrorReport);

/** Text written by a cell. */
export interface StreamEvent {
  type: "stream";
  id: number;
  name: "stdout" | "stderr";
  text: string;
  /** For text that was gathered: which gathering. The beginning of it may have been told as overdue before. */
  turn?: number;
}

/** Text that the main thread has gathered but cannot send, being busy. */
export interface OverdueText {
  turn: number;
  /** How many events were sent before, modulo 2³²: the front may not have read them yet. */
  after: number;
  id: number;
  name: StreamEvent["name"];
  text: string;
}

/** What the thread beside the main thread tells the front, one JSON value a line. */
export type ThreadMessage = InspectorMessage | { overdue: OverdueText };

/** Rich output asked for with `display()`; an update replaces what has the same display id. */
export interface DisplayEvent extends DisplayData {
  type: "display" | "update";
  id: number;
  displayId?: string;
}

/** The value of the cell's last expression. */
export interface ResultEvent extends DisplayData {
  type: "result";
  id: number;
}

/** The cell asks for its output to be cleared, at once or when the next output comes. */
export interface ClearEvent {
  type: "clear";
  id: number;
  wait: boolean;
}

/** The cell asks the user, and waits for the answer. */
export interface InputEvent {
  type: "input";
  id: number;
  prompt: string;
  password: boolean;
}

/** A comm's message for the front ends. */
export interface CommEvent {
  type: "comm";
  /** The execution or delivery that sent it; 0 for neither. */
  id: number;
  /** The execution whose code sent it, for when the delivery is forgotten. */
  origin: number;
  message: CommMessage;
}

/** The code that a comm message called has returned. */
export interface DeliveredEvent {
  type: "delivered";
  id: number;
  /** Whether what it left to promises has ended, too; otherwise another event says so later. */
  ended: boolean;
}

/** The end of an execution; comes after all outputs the cell made while it ran. */
export interface DoneEvent {
  type: "done";
  id: number;
  error?: ErrorReport;
  userExpressions: Record<string, ExpressionResult>;
}

/** Output of an execution, as opposed to its end. */
export type OutputEvent = StreamEvent | DisplayEvent | ResultEvent | ClearEvent | InputEvent;

/** Everything an evaluator may say. */
export type EvaluatorEvent = { type: "ready" } | OutputEvent | CommEvent | DeliveredEvent | DoneEvent;
