/**
 * The messages of Jupyter's protocol that this kernel speaks.
 *
 * A reply's type and content follow from its request's through one map, so that no handler can answer a
 * request with something else.
 */

import type { MimeBundle } from "../display/bundle.js";
import type { DapEvent, DapResponse } from "./dap.js";
import type { ErrorReport, ExpressionResult } from "./evaluator.js";

/** The version of the protocol that is implemented; 5.4 brings `iopub_welcome`, 5.5 subshells. */
export const PROTOCOL_VERSION = "5.5";

/** What every message says about itself. */
export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
  /** The subshell that a request is meant for; left out or null for the main shell. */
  subshell_id?: string | null;
}

/** A message as handlers see it. */
export interface Message {
  header: Header;
  parentHeader: Header | Record<string, never>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
  /** Why the message cannot be carried out, when its content, metadata or parent is not what the protocol says. */
  problem?: string;
  /** Routing frames that came before the message; a reply goes back with the same. */
  identities: Uint8Array[];
}

type Fields = Record<string, unknown>;

/** Requests by type, each with the content of its successful reply, `status` left out. */
export interface Replies {
  kernel_info_request: Fields;
  execute_request: Fields;
  complete_request: CompleteReply;
  inspect_request: InspectReply;
  is_complete_request: IsCompleteReply;
  history_request: { history: HistoryEntry[] };
  usage_request: Fields;
  comm_info_request: { comms: Record<string, { target_name: string }> };
  create_subshell_request: { subshell_id: string };
  delete_subshell_request: Fields;
  list_subshell_request: { subshell_id: string[] };
  debug_request: DapResponse;
  interrupt_request: Fields;
  shutdown_request: { restart: boolean };
}

/** The requests this kernel answers. */
export type RequestType = keyof Replies;

/** The type of the reply to a request. */
export type ReplyType<T extends string> = T extends `${infer Stem}_request` ? `${Stem}_reply` : never;

/** The type of the reply to a request, as a value. */
export function replyType<T extends string>(request: T): ReplyType<T> {
  return request.replace(/_request$/, "_reply") as ReplyType<T>;
}

/** Completions; positions count Unicode code points. */
export interface CompleteReply {
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  metadata: Record<string, unknown>;
}

/** What is known about the name under the cursor. */
export interface InspectReply {
  found: boolean;
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** Whether code is ready to run; `indent` says how the next line starts when it is not. */
export type IsCompleteReply =
  | { status: "complete" | "invalid" | "unknown" }
  | { status: "incomplete"; indent: string };

/** Session, line number, and input, with its output when asked for. */
export type HistoryEntry = [number, number, string | [string, string | null]];

/** Content of `input_request`, the one request that a kernel sends. */
export interface InputRequest {
  prompt: string;
  password: boolean;
}

/** Content of broadcasts by type. */
export interface Broadcasts {
  status: { execution_state: "starting" | "busy" | "idle" };
  execute_input: { code: string; execution_count: number };
  stream: { name: "stdout" | "stderr"; text: string };
  display_data: { data: MimeBundle; metadata: Fields; transient: Fields };
  update_display_data: { data: MimeBundle; metadata: Fields; transient: Fields };
  execute_result: { data: MimeBundle; metadata: Fields; execution_count: number };
  clear_output: { wait: boolean };
  error: ErrorReport;
  comm_open: { comm_id: string; target_name: string; data: Fields };
  comm_msg: { comm_id: string; data: Fields };
  comm_close: { comm_id: string; data: Fields };
  debug_event: DapEvent;
  shutdown_reply: { status: "ok"; restart: boolean };
  iopub_welcome: { subscription: string };
}

/** A part of an execute reply that asks the front end to show a text beside the notebook. */
export interface Page {
  source: "page";
  data: MimeBundle;
  start: number;
}

/** Content of `execute_reply`. */
export type ExecuteReply =
  | {
      status: "ok";
      execution_count: number;
      user_expressions: Record<string, ExpressionResult>;
      payload: Page[];
    }
  | ({
      status: "error";
      execution_count: number;
      user_expressions: Record<string, never>;
      payload: never[];
    } & ErrorReport)
  | { status: "aborted"; execution_count: number };
