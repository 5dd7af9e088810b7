/**
 * The kernel: requests in, replies and broadcasts out.
 *
 * Each request is surrounded by busy and idle broadcasts that carry its own header. Cells queue up and run
 * in the evaluator's process; everything else is answered at once, also while a cell runs.
 */

import { setImmediate as turn } from "node:timers/promises";
import { Channels, type Inbound } from "./channels.js";
import type { Connection } from "./connection.js";
import { CommMessages } from "./comm-messages.js";
import { Debugger } from "./debugger/debugger.js";
import { createHandlers, type Handlers } from "./dispatch.js";
import { EvaluatorHost } from "./evaluator/host.js";
import { Executions } from "./executions.js";
import { FieldError } from "./fields.js";
import { History } from "./history.js";
import { historyFile } from "./history-file.js";
import type { TypecheckMode } from "./language/diagnostics.js";
import { LanguageService } from "./language/service.js";
import type { Log } from "./log.js";
import { maskMagics } from "./magics/mask-magics.js";
import type { Header, Message } from "./messages.js";
import { Publisher } from "./publisher.js";
import { shellOf, Subshells, UnknownSubshellError } from "./subshells.js";
import { Wire } from "./wire.js";

/** What a kernel needs from its surroundings. */
export interface KernelOptions {
  connection: Connection;
  /** The notebook's folder. */
  folder: string;
  log: Log;
  /** What is done about type errors at first; `warn` unless told. */
  typecheck?: TypecheckMode;
}

/** One kernel, from its start to its shutdown. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #channels: Channels;
  readonly #publisher: Publisher;
  readonly #evaluator: EvaluatorHost;
  readonly #language: LanguageService;
  readonly #shells = new Subshells(() => this.#received());
  readonly #executions: Executions;
  readonly #comms: CommMessages;
  readonly #handlers: Handlers;
  readonly #history: History;
  readonly #debugger: Debugger;
  /** The request that what the debugger says is said to. */
  #debugParent: Header | undefined;
  #arrived = 0;
  #shutDown: (() => void) | undefined;

  constructor(options: KernelOptions) {
    this.#options = options;
    const { connection, folder, log } = options;
    const history = new History(historyFile(), log);
    this.#history = history;
    this.#channels = new Channels(new Wire(connection.key, connection.hash), log);
    this.#publisher = new Publisher(this.#channels);
    this.#language = new LanguageService({ folder, log });
    this.#debugger = new Debugger({
      inspect: call => this.#evaluator.inspect(call),
      event: event => this.#publisher.publish("debug_event", event, this.#debugParent),
    });
    this.#evaluator = new EvaluatorHost({
      folder,
      prepare: () => this.#debugger.processStarted(),
      inspected: message => this.#debugger.received(message),
      // The evaluator starts first: it is what a client waits for.
      started: () => {
        if (typecheck.mode !== "off") void this.#language.prepare();
      },
      output: event => this.#executions.output(event),
      comm: event => this.#comms.send(event),
      ended: again => {
        this.#debugger.processEnded(again);
        this.#comms.closeAll();
      },
      rawOutput: (name, text) => this.#rawOutput(name, text),
    });
    const typecheck: { mode: TypecheckMode } = { mode: options.typecheck ?? "warn" };
    this.#executions = new Executions({
      typecheck,
      publisher: this.#publisher,
      history,
      evaluator: this.#evaluator,
      magics: {
        inspect: (code, cursor, detail) => this.#language.inspect(code, cursor, detail),
        typecheck,
        restart: () => {
          this.#evaluator.restart();
          this.#language.forget();
        },
      },
      language: this.#language,
      prepare: code => this.#debugger.prepare(code),
      executing: code => this.#language.executing(maskMagics(code)),
      shells: this.#shells,
    });
    this.#comms = new CommMessages({
      publisher: this.#publisher,
      evaluator: this.#evaluator,
      parents: this.#executions.parents,
      latest: () => this.#executions.latest,
      nextId: () => this.#executions.nextId(),
    });
    this.#handlers = createHandlers({
      language: this.#language,
      history,
      interrupt: () => this.interrupt(),
      comms: this.#comms,
      shells: {
        create: () => this.#shells.create(),
        delete: id => this.#deleteSubshell(id),
        list: () => this.#shells.list(),
      },
      debugger: this.#debugger,
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
    this.#publisher.publish("status", { execution_state: "starting" });
    const serving = this.#channels.serve({
      message: (channel, message) => this.#message(channel, message),
      subscribed: topic => this.#publisher.welcome(topic),
    });
    await Promise.race([serving, finished]);
    this.#evaluator.stop();
    this.#language.stop();
    this.#debugger.close();
    await this.#history.close();
    await this.#channels.drained();
    this.#channels.close();
    await serving;
  }

  /** Stops the running cells, of all shells. */
  interrupt(): void {
    this.#debugger.release();
    this.#executions.interrupt();
  }

  /** Ends `run`. */
  shutDown(): void {
    this.#shutDown?.();
  }

  #message(channel: Inbound, message: Message): void {
    this.#arrived++;
    if (channel === "stdin") {
      if (message.header.msg_type === "input_reply") this.#executions.answered(message);
      return;
    }
    const executes = message.header.msg_type === "execute_request" && channel === "shell";
    const refusal = channel === "shell" && this.#unknownShell(message);
    const work =
      executes && !refusal ? this.#executions.add(message) : this.#answer(channel, message, refusal);
    // Nothing may fail silently, and nothing may end the kernel.
    work.catch((error: unknown) => {
      this.#options.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }

  /** What a request for a subshell that does not exist is answered; comms belong to no shell. */
  #unknownShell({ header }: Message): object | undefined {
    if (!header.msg_type.endsWith("_request")) return undefined;
    try {
      this.#shells.queue(shellOf(header));
      return undefined;
    } catch (error) {
      if (!(error instanceof UnknownSubshellError)) throw error;
      return this.#refusal(header.msg_type, error.name, `${header.msg_type}: ${error.message}`);
    }
  }

  /** The answer to a request that is not carried out; that to a cell carries a count in any case. */
  #refusal(type: string, ename: string, evalue: string): object {
    const counted = type === "execute_request" && { execution_count: this.#executions.count };
    return { ...failure(ename, evalue), ...counted };
  }

  #deleteSubshell(id: string): void {
    this.#shells.delete(id);
    this.#executions.interruptIn(id);
  }

  /** Answers every request but executions, and those which are refused. */
  async #answer(channel: Inbound, request: Message, refusal: object | false | undefined): Promise<void> {
    const parent = request.header;
    const type = parent.msg_type;
    this.#publisher.status("busy", parent);
    if (type === "debug_request") this.#debugParent = parent;
    try {
      if (refusal) {
        this.#publisher.reply(channel, request, refusal);
      } else if (Object.hasOwn(this.#handlers, type)) {
        const content = await this.#handle(type as keyof Handlers, request.content);
        this.#publisher.reply(channel, request, content);
        if (type === "shutdown_request") this.#finish(request);
      } else if (this.#comms.handles(type)) {
        await this.#comms.receive(request);
      } else if (type.endsWith("_request")) {
        const evalue = `this kernel does not answer ${type} on ${channel}`;
        this.#publisher.reply(channel, request, this.#refusal(type, "UnknownRequest", evalue));
      }
    } catch (error) {
      // What has no reply can only be logged.
      if (!(error instanceof FieldError)) throw error;
      this.#options.log(`${type} on ${channel}: ${error.message}`);
    } finally {
      this.#executions.idle(parent);
    }
  }

  async #handle(type: keyof Handlers, content: Record<string, unknown>): Promise<object> {
    try {
      const answer = await this.#handlers[type](content);
      // What answers a debug_request is the debugger's own response.
      return type === "debug_request" ? answer : { status: "ok", ...answer };
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      // A fault of ours is logged with its place, and answered all the same: the client waits for a reply.
      if (!(error instanceof FieldError)) this.#options.log(`internal error in ${type}: ${stack}`);
      return failure(name, `${type}: ${message}`);
    }
  }

  #finish(request: Message): void {
    const restart = request.content["restart"] === true;
    this.#publisher.publish("shutdown_reply", { status: "ok", restart }, request.header);
    // The idle broadcast of this request still has to go out.
    setImmediate(() => this.shutDown());
  }

  /** Resolves when all messages that had arrived were handed out: sockets deliver one a turn. */
  async #received(): Promise<void> {
    for (let before = -1; before !== this.#arrived; ) {
      before = this.#arrived;
      await turn();
      await turn();
    }
  }

  /** Nothing says which cell this text is of; the latest is the best guess. */
  #rawOutput(name: "stdout" | "stderr", text: string): void {
    const { latest } = this.#executions;
    if (latest > 0) this.#executions.output({ type: "stream", id: latest, name, text });
    else this.#options.log(`evaluator: ${text.trimEnd()}`);
  }
}

function failure(ename: string, evalue: string): object {
  return { status: "error", ename, evalue, traceback: [evalue] };
}
