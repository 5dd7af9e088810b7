/**
 * The kernel: requests in, replies and broadcasts out.
 *
 * Each request is surrounded by busy and idle broadcasts that carry its own header. Cells queue up and run
 * in the evaluator's process; everything else is answered at once, also while a cell runs.
 */

import { setImmediate as turn } from "node:timers/promises";
import { type ChannelHandlers, Channels, type Inbound } from "./channels.js";
import type { Connection } from "./connection.js";
import { EvaluatorHost } from "./evaluator/host.js";
import type { DoneEvent, OutputEvent } from "./evaluator/protocol.js";
import { ExecutionQueue, type Job } from "./execution-queue.js";
import { booleanField, FieldError, integerField, stringField, stringsField } from "./fields.js";
import { History } from "./history.js";
import { kernelInfo } from "./kernel-info.js";
import { codePoints } from "./language/positions.js";
import { LanguageService } from "./language/service.js";
import type { Log } from "./log.js";
import {
  type Broadcasts,
  type ExecuteReply,
  type Header,
  type HistoryEntry,
  type Message,
  type Replies,
  replyType,
  type RequestType,
} from "./messages.js";
import { Parents } from "./parents.js";
import { Wire } from "./wire.js";

type Handler<T extends RequestType> = (content: Record<string, unknown>) => Promise<Replies[T]>;
type Handlers = { [T in Exclude<RequestType, "execute_request">]: Handler<T> };

/** What a kernel needs from its surroundings. */
export interface KernelOptions {
  connection: Connection;
  /** The notebook's folder. */
  folder: string;
  log: Log;
}

/** One kernel, from its start to its shutdown. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #channels: Channels;
  readonly #evaluator: EvaluatorHost;
  readonly #language: LanguageService;
  readonly #history = new History();
  readonly #parents = new Parents();
  readonly #queue = new ExecutionQueue(() => this.#received());
  /** The execution count of the last cell that counted. */
  #count = 0;
  #lastExecution = 0;
  #arrived = 0;
  #running: Header | undefined;
  #shutDown: (() => void) | undefined;

  constructor(options: KernelOptions) {
    this.#options = options;
    const { connection, folder, log } = options;
    this.#channels = new Channels(new Wire(connection.key, connection.hash), log);
    this.#language = new LanguageService({ folder, log });
    this.#evaluator = new EvaluatorHost({
      folder,
      output: event => this.#output(event),
      rawOutput: (name, text) => this.#rawOutput(name, text),
    });
  }

  /** Serves until shut down. @throws ConnectionError when a socket cannot be bound */
  async run(): Promise<void> {
    const finished = new Promise<void>(resolve => {
      this.#shutDown = resolve;
    });
    // The evaluator takes longest, and needs no socket to start.
    this.#evaluator.start();
    try {
      await this.#channels.bind(this.#options.connection);
    } catch (error) {
      this.#evaluator.stop();
      throw error;
    }
    const handlers: ChannelHandlers = {
      message: (channel, message) => this.#message(channel, message),
      subscribed: topic => this.#welcome(topic),
    };
    this.#publish("status", { execution_state: "starting" }, undefined);
    const serving = this.#channels.serve(handlers);
    await Promise.race([serving, finished]);
    this.#evaluator.stop();
    this.#language.stop();
    await this.#channels.drained();
    this.#channels.close();
    await serving;
  }

  /** Stops the running cell. */
  interrupt(): void {
    this.#evaluator.interrupt();
  }

  /** Ends `run`. */
  shutDown(): void {
    this.#shutDown?.();
  }

  #message(channel: Inbound, message: Message): void {
    this.#arrived++;
    const type = message.header.msg_type;
    // Answers to prompts; nothing asks yet.
    if (channel === "stdin") return;
    if (type === "execute_request" && channel === "shell") this.#enqueue(message);
    else this.#settle(this.#answer(channel, message));
  }

  /** Nothing may fail silently, and nothing may end the kernel. */
  #settle(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#options.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }

  /** Answers every request but executions. */
  async #answer(channel: Inbound, request: Message): Promise<void> {
    const parent = request.header;
    const type = parent.msg_type;
    this.#status("busy", parent);
    try {
      if (type in this.#handlers) {
        const content = await this.#handle(type as keyof Handlers, request.content);
        this.#reply(channel, request, content);
        if (type === "shutdown_request") this.#finish(request);
      } else if (type === "comm_open") {
        // No target is known here.
        this.#publish("comm_close", { comm_id: String(request.content["comm_id"]), data: {} }, parent);
      } else if (type.endsWith("_request")) {
        const evalue = `this kernel does not answer ${type} on ${channel}`;
        this.#reply(channel, request, {
          status: "error",
          ename: "UnknownRequest",
          evalue,
          traceback: [evalue],
        });
      }
    } finally {
      this.#status("idle", parent);
      // Clients show the state they heard last: while a cell runs, that is busy.
      if (this.#running) this.#status("busy", this.#running);
    }
  }

  async #handle(type: keyof Handlers, content: Record<string, unknown>): Promise<object> {
    try {
      return { status: "ok", ...(await this.#handlers[type](content)) };
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      const evalue = `${type}: ${error.message}`;
      return { status: "error", ename: "FieldError", evalue, traceback: [evalue] };
    }
  }

  readonly #handlers: Handlers = {
    kernel_info_request: async () => kernelInfo(),
    complete_request: async content => {
      const code = stringField(content, "code");
      return this.#language.complete(
        code,
        integerField(content, "cursor_pos", codePoints(code, code.length)),
      );
    },
    inspect_request: async content => {
      const code = stringField(content, "code");
      const cursor = integerField(content, "cursor_pos", codePoints(code, code.length));
      return this.#language.inspect(code, cursor, integerField(content, "detail_level", 0));
    },
    is_complete_request: async content => this.#language.isComplete(stringField(content, "code")),
    history_request: async content => ({ history: this.#historyFor(content) }),
    comm_info_request: async () => ({ comms: {} }),
    interrupt_request: async () => {
      this.interrupt();
      return {};
    },
    shutdown_request: async content => ({ restart: booleanField(content, "restart", false) }),
  };

  #historyFor(content: Record<string, unknown>): HistoryEntry[] {
    const output = booleanField(content, "output", false);
    const kind = stringField(content, "hist_access_type", "tail");
    switch (kind) {
      case "range": {
        const session = integerField(content, "session", 0, -Infinity);
        const start = integerField(content, "start", 0);
        const stop = integerField(content, "stop", Number.MAX_SAFE_INTEGER);
        return this.#history.range(session, start, stop, output);
      }
      case "search": {
        const n = integerField(content, "n", Number.MAX_SAFE_INTEGER);
        const unique = booleanField(content, "unique", false);
        return this.#history.search(stringField(content, "pattern", "*"), { n, unique, output });
      }
      default:
        return this.#history.tail(integerField(content, "n", 10), output);
    }
  }

  #finish(request: Message): void {
    const restart = request.content["restart"] === true;
    this.#publish("shutdown_reply", { status: "ok", restart }, request.header);
    // The idle broadcast of this request still has to go out.
    setImmediate(() => this.shutDown());
  }

  #enqueue(request: Message): void {
    let job: Job;
    try {
      job = this.#job(request);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      const evalue = `execute_request: ${error.message}`;
      job = this.#refusal(request, { ename: "FieldError", evalue, traceback: [evalue] });
    }
    this.#settle(this.#queue.add(job));
  }

  #job(request: Message): Job {
    const { content } = request;
    const silent = booleanField(content, "silent", false);
    const cell = {
      code: stringField(content, "code"),
      silent,
      counts: !silent && booleanField(content, "store_history", true),
      stopOnError: booleanField(content, "stop_on_error", true),
      userExpressions: stringsField(content, "user_expressions"),
    };
    return {
      run: async () => {
        const started = new Date().toISOString();
        const { reply, failed } = await this.#execute(request.header, cell);
        return {
          abortRest: failed && cell.stopOnError,
          finish: () => this.#finishExecution(request, reply, { started }),
        };
      },
      abort: () => {
        this.#status("busy", request.header);
        this.#finishExecution(request, { status: "aborted", execution_count: this.#count }, {});
      },
    };
  }

  /** A job for an execution that cannot be carried out. */
  #refusal(request: Message, error: { ename: string; evalue: string; traceback: string[] }): Job {
    const reply = { ...errorReply(error, this.#count) };
    const finish = () => this.#finishExecution(request, reply, {});
    return {
      run: async () => {
        this.#status("busy", request.header);
        this.#publish("error", error, request.header);
        return { abortRest: false, finish };
      },
      abort: finish,
    };
  }

  async #execute(
    parent: Header,
    cell: {
      code: string;
      silent: boolean;
      counts: boolean;
      userExpressions: Record<string, string>;
    },
  ): Promise<{ reply: ExecuteReply; failed: boolean }> {
    const { code, silent, userExpressions } = cell;
    const count = this.#count + 1;
    if (cell.counts) {
      this.#count = count;
      this.#history.add(count, code);
    }
    const id = ++this.#lastExecution;
    this.#running = parent;
    this.#parents.add(id, { header: parent, silent, count });
    this.#status("busy", parent);
    if (!silent) this.#publish("execute_input", { code, execution_count: count }, parent);
    const done = await this.#evaluator.execute({ type: "execute", id, count, code, silent, userExpressions });
    // Text that went past process.stdout comes through a pipe of its own, read in this same turn.
    await turn();
    this.#running = undefined;
    if (!done.error) this.#language.executed(code);
    if (done.error && !silent) this.#publish("error", done.error, parent);
    return { reply: executeReply(done, count), failed: done.error !== undefined };
  }

  #finishExecution(request: Message, content: ExecuteReply, metadata: Record<string, unknown>): void {
    this.#reply("shell", request, content, metadata);
    this.#status("idle", request.header);
  }

  /** Resolves when all messages that had arrived were handed out: sockets deliver one a turn. */
  async #received(): Promise<void> {
    for (let before = -1; before !== this.#arrived; ) {
      before = this.#arrived;
      await turn();
      await turn();
    }
  }

  #output(event: OutputEvent): void {
    const parent = this.#parents.find(event.id);
    if (!parent || parent.silent) return;
    const { header, count } = parent;
    switch (event.type) {
      case "stream":
        this.#publish("stream", { name: event.name, text: event.text }, header);
        break;
      case "result": {
        const { data, metadata } = event;
        this.#publish("execute_result", { data, metadata, execution_count: count }, header);
        const plain = data["text/plain"];
        if (typeof plain === "string") this.#history.setOutput(count, plain);
        break;
      }
      case "display":
      case "update": {
        const { data, metadata, displayId } = event;
        const transient = displayId === undefined ? {} : { display_id: displayId };
        const type = event.type === "display" ? "display_data" : "update_display_data";
        this.#publish(type, { data, metadata, transient }, header);
        break;
      }
      case "clear":
        this.#publish("clear_output", { wait: event.wait }, header);
        break;
    }
  }

  /** Nothing says which cell this text is of; the latest is the best guess. */
  #rawOutput(name: "stdout" | "stderr", text: string): void {
    if (this.#lastExecution > 0) this.#output({ type: "stream", id: this.#lastExecution, name, text });
    else this.#options.log(`evaluator: ${text.trimEnd()}`);
  }

  #welcome(topic: Uint8Array): void {
    const subscription = Buffer.from(topic).toString();
    this.#channels.publish({ type: "iopub_welcome", content: { subscription }, identities: [topic] });
  }

  #status(state: Broadcasts["status"]["execution_state"], parent: Header): void {
    this.#publish("status", { execution_state: state }, parent);
  }

  #publish<T extends keyof Broadcasts>(type: T, content: Broadcasts[T], parent: Header | undefined): void {
    this.#channels.publish({ type, content, parent: parent ?? {}, identities: [Buffer.from(type)] });
  }

  #reply(channel: Inbound, { header, identities }: Message, content: object, metadata = {}): void {
    this.#channels.send(channel, {
      type: replyType(header.msg_type),
      content,
      parent: header,
      metadata,
      identities,
    });
  }
}

function executeReply({ error, userExpressions }: DoneEvent, count: number): ExecuteReply {
  if (error) return errorReply(error, count);
  return { status: "ok", execution_count: count, user_expressions: userExpressions, payload: [] };
}

function errorReply(error: NonNullable<DoneEvent["error"]>, count: number): ExecuteReply {
  return { status: "error", execution_count: count, user_expressions: {}, payload: [], ...error };
}
