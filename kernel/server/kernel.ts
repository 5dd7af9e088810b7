/**
 * The kernel: requests in, replies and broadcasts out.
 *
 * Each request is surrounded by busy and idle broadcasts that carry its own header. Cells queue up and run
 * in the interpreter; everything else is answered at once, also while a cell runs.
 */

import { setImmediate as turn } from "node:timers/promises";
import type { Channels, Inbound } from "./channels.js";
import type { Connection } from "./connection.js";
import { CommMessages } from "./comm-messages.js";
import { Debugger } from "../debugger/debugger.js";
import { describedError } from "../base/described.js";
import { createHandlers, type Handlers } from "./dispatch.js";
import { Executions } from "./executions.js";
import { FieldError } from "../base/fields.js";
import type { Interpreter, MakeInterpreter } from "../protocol/interpreter.js";
import { History } from "../history/history.js";
import { historyFile } from "../history/history-file.js";
import type { TypecheckMode, TypecheckSetting } from "../base/typecheck-mode.js";
import { LanguageService } from "../language/service.js";
import type { Log } from "../base/log.js";
import { maskMagics } from "../cells/mask-magics.js";
import type { Header, Message } from "../protocol/messages.js";
import type { Publisher } from "./publisher.js";
import { Reception } from "./reception.js";
import { collectGarbage, Rest } from "../processes/rest.js";
import { shellOf, Subshells, UnknownSubshellError } from "./subshells.js";
import { removeAbandoned } from "../base/temporary.js";

/** What a kernel needs from its surroundings. */
export interface KernelOptions {
  connection: Connection;
  /** Who hears its sockets, when they are bound already. */
  reception?: Reception;
  /** The notebook's folder. */
  folder: string;
  log: Log;
  /** What is done about type errors at first; `warn` unless told. */
  typecheck?: TypecheckMode;
  /** Told that the kernel is about to end. */
  ending?: () => void;
  /** Makes what runs the cells. */
  interpreter: MakeInterpreter;
}

/** One kernel, from its start to its shutdown. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #reception: Reception;
  readonly #channels: Channels;
  readonly #publisher: Publisher;
  readonly #interpreter: Interpreter;
  readonly #language: LanguageService;
  readonly #shells = new Subshells(() => this.#received());
  readonly #executions: Executions;
  readonly #comms: CommMessages;
  readonly #handlers: Handlers;
  readonly #history: History;
  readonly #debugger: Debugger;
  readonly #rest = new Rest(() => {
    if (this.#language.rest()) collectGarbage();
    // A question is still to be answered.
    else this.#rest.stir();
  });
  /** The request that what the debugger says is said to. */
  #debugParent: Header | undefined;
  #arrived = 0;
  #shutDown: (() => void) | undefined;

  constructor(options: KernelOptions) {
    this.#options = options;
    const { connection, folder, log } = options;
    const history = new History(historyFile(), log);
    this.#history = history;
    this.#reception = options.reception ?? new Reception(connection, log);
    this.#channels = this.#reception.channels;
    this.#publisher = this.#reception.publisher;
    this.#language = new LanguageService({
      folder,
      log,
      unavailable: sentence => this.#executions.announce(sentence),
    });
    this.#debugger = new Debugger({
      inspect: call => this.#interpreter.inspect(call),
      event: event => this.#publisher.publish("debug_event", event, this.#debugParent),
      log,
    });
    this.#interpreter = options.interpreter(folder, {
      prepare: () => this.#debugger.processStarted(),
      inspected: message => this.#debugger.received(message),
      // The interpreter starts first: it is what a client waits for.
      started: () => {
        if (typecheck.mode !== "off") void this.#language.prepare();
      },
      output: event => this.#executions.output(event),
      comm: event => this.#comms.send(event),
      ended: again => {
        this.#debugger.processEnded(again);
        this.#comms.closeAll();
      },
      lost: sentence => {
        log(sentence);
        this.#executions.notice(sentence);
      },
      rawOutput: (name, text) => this.#rawOutput(name, text),
    });
    const typecheck: TypecheckSetting = { mode: options.typecheck ?? "warn" };
    this.#executions = new Executions({
      typecheck,
      publisher: this.#publisher,
      history,
      interpreter: this.#interpreter,
      magics: {
        inspect: (code, cursor, detail) => this.#language.inspect(code, cursor, detail),
        typecheck,
        restart: () => {
          this.#interpreter.restart();
          this.#language.forget();
        },
      },
      language: this.#language,
      prepare: code => this.#debugger.prepare(code),
      executing: code => this.#language.executing(maskMagics(code)),
      shells: this.#shells,
      log,
    });
    this.#comms = new CommMessages({
      publisher: this.#publisher,
      interpreter: this.#interpreter,
      parents: this.#executions.parents,
      latest: () => this.#executions.latest,
      nextId: () => this.#executions.nextId(),
    });
    this.#handlers = createHandlers({
      language: this.#language,
      history,
      interrupt: () => this.interrupt(),
      comms: this.#comms,
      lookUp: (expression, form) => this.#executions.lookUp(expression, form),
      shells: {
        create: () => this.#shells.create(),
        delete: id => this.#deleteSubshell(id),
        list: () => this.#shells.list(),
      },
    });
  }

  /** Serves until shut down. @throws ConnectionError when a socket cannot be bound */
  async run(): Promise<void> {
    const finished = new Promise<void>(resolve => {
      this.#shutDown = resolve;
    });
    // The interpreter takes longest, and needs no socket to start.
    this.#interpreter.start();
    try {
      await this.#reception.open();
    } catch (error) {
      this.#interpreter.stop();
      throw error;
    }
    const serving = this.#reception.handOver((channel, message) => this.#message(channel, message));
    void removeAbandoned();
    try {
      await Promise.race([serving, finished]);
    } finally {
      await this.#end();
      await serving;
    }
  }

  /** Ends what the kernel has started. What one part cannot do keeps no other from its end. */
  async #end(): Promise<void> {
    const steps: (() => void | Promise<void>)[] = [
      () => this.#rest.end(),
      () => this.#interpreter.stop(),
      () => this.#language.stop(),
      () => this.#debugger.close(),
      () => this.#history.close(),
      () => this.#channels.drained(),
      () => this.#channels.close(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.#options.log(`internal error at the end: ${describedError(error)}`);
      }
    }
  }

  /** Stops the running cells, of all shells. */
  interrupt(): void {
    this.#debugger.release();
    this.#executions.interrupt();
  }

  /** Ends `run`, in order. */
  shutDown(): void {
    this.#options.ending?.();
    this.#shutDown?.();
  }

  #message(channel: Inbound, message: Message): void {
    this.#arrived++;
    // Front ends ask on the control channel by themselves, such as how much memory is used.
    if (channel !== "control") this.#rest.stir();
    const { header, problem } = message;
    if (problem !== undefined && (channel === "stdin" || !header.msg_type.endsWith("_request"))) {
      this.#options.log(`${cut(header.msg_type)} on ${channel}: ${problem}`);
      return;
    }
    if (channel === "stdin") {
      if (header.msg_type === "input_reply") this.#executions.answered(message);
      return;
    }
    const executes = header.msg_type === "execute_request" && channel === "shell";
    const refusal = this.#malformed(message) ?? (channel === "shell" && this.#unknownShell(message));
    const work =
      executes && !refusal ? this.#executions.add(message) : this.#answer(channel, message, refusal);
    // Nothing may fail silently, and nothing may end the kernel.
    work.catch((error: unknown) => {
      this.#options.log(`internal error: ${describedError(error)}`);
    });
  }

  /** What a request whose content cannot be read is answered. Debugging clients expect a response of their own. */
  #malformed({ header: { msg_type: type }, problem }: Message): object | undefined {
    if (problem === undefined || type === "debug_request") return undefined;
    return this.#refusal(type, FieldError.name, `${cut(type)}: ${problem}`);
  }

  /** What a request for a subshell that does not exist is answered; comms belong to no shell. */
  #unknownShell({ header }: Message): object | undefined {
    if (!header.msg_type.endsWith("_request")) return undefined;
    try {
      this.#shells.queue(shellOf(header));
      return undefined;
    } catch (error) {
      if (!(error instanceof UnknownSubshellError)) throw error;
      return this.#refusal(header.msg_type, error.name, `${cut(header.msg_type)}: ${error.message}`);
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
      } else if (type === "debug_request") {
        // The debugger's own response, whatever comes of it.
        const response = await this.#debugger.handle(request.content, request.problem);
        this.#publisher.reply(channel, request, response);
      } else if (Object.hasOwn(this.#handlers, type)) {
        const content = await this.#handle(type as keyof Handlers, request.content);
        this.#publisher.reply(channel, request, content);
        if (type === "shutdown_request") this.#finish(request);
      } else if (this.#comms.handles(type)) {
        await this.#comms.receive(request);
      } else if (type.endsWith("_request")) {
        const evalue = `this kernel does not answer ${cut(type)} on ${channel}`;
        this.#publisher.reply(channel, request, this.#refusal(type, "UnknownRequest", evalue));
      }
    } catch (error) {
      // What has no reply can only be logged.
      if (!(error instanceof FieldError)) throw error;
      this.#options.log(`${cut(type)} on ${channel}: ${error.message}`);
    } finally {
      this.#executions.idle(parent);
    }
  }

  async #handle(type: keyof Handlers, content: Record<string, unknown>): Promise<object> {
    try {
      return { status: "ok", ...(await this.#handlers[type](content)) };
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

/** A message type is what a client says it is, and may be of any length. */
const cut = (type: string): string => (type.length > 80 ? `${type.slice(0, 80)}…` : type);

function failure(ename: string, evalue: string): object {
  return { status: "error", ename, evalue, traceback: [evalue] };
}
