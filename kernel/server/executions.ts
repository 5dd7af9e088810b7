/** Execute requests: the queue of cells, the counter, and the way of outputs back to their cells. */

import { setImmediate as turn, setTimeout as after } from "node:timers/promises";
import { describedError } from "../base/described.js";
import type { MimeBundle } from "../display/bundle.js";
import { Interrupted } from "../protocol/interrupted.js";
import type { DoneEvent, ErrorReport, OutputEvent } from "../protocol/evaluator.js";
import type { Interpreter } from "../protocol/interpreter.js";
import { report } from "../cells/report.js";
import type { Job } from "./execution-queue.js";
import { booleanField, FieldError, stringField, stringsField } from "../base/fields.js";
import type { History } from "../history/history.js";
import { type Diagnostic, formatTypeErrors, typeErrorReport } from "../language/diagnostics.js";
import { notYetSaid, saidOnce } from "../language/said-once.js";
import type { TypecheckSetting } from "../base/typecheck-mode.js";
import type { LanguageService } from "../language/service.js";
import type { Log } from "../base/log.js";
import { runServerMagics, type ServerMagicsOptions } from "./server-magics.js";
import { maskMagics } from "../cells/mask-magics.js";
import type { ExecuteReply, Header, Message } from "../protocol/messages.js";
import { Parents } from "./parents.js";
import type { Publisher } from "./publisher.js";
import { type ShellId, shellOf, type Subshells } from "./subshells.js";

/** A cell waits no longer for its types to be checked once it is done. */
const LATE_CHECK_MS = 250;
/** Whoever types waits no longer for the names that a value knows. */
const LOOK_UP_MS = 1000;

/** What executions need from their surroundings. */
export interface ExecutionsOptions {
  publisher: Publisher;
  history: History;
  interpreter: Pick<Interpreter, "execute" | "answer" | "interrupt">;
  /** What magics may do that code in a cell cannot. */
  magics: ServerMagicsOptions;
  /** What is done about type errors; may change between cells. */
  typecheck: Readonly<TypecheckSetting>;
  /** Finds type errors. */
  language: Pick<LanguageService, "check">;
  /** Told the code of every cell before it runs, which waits for the promise. */
  prepare: (code: string) => Promise<void>;
  /** Told the code of every cell that begins to run; what it returns is told whether the cell came to its end. */
  executing: (code: string) => (complete: boolean) => void;
  /** Where requests queue. */
  shells: Pick<Subshells, "queue">;
  log: Log;
}

/** What an execute request asks for. */
interface Cell {
  code: string;
  silent: boolean;
  /** Whether it moves the counter and enters the history. */
  counts: boolean;
  stopOnError: boolean;
  allowStdin: boolean;
  userExpressions: Record<string, string>;
}

/** A cell that runs, or is being prepared for it. */
interface Running {
  header: Header;
  /** Says that it runs, unless that was said. */
  begin: () => void;
  /** Gives up its preparation; nothing once that has ended. */
  giveUp: () => void;
}

/** What became of a cell before the evaluator gets it. */
interface Prepared {
  /** Its end, when it does not come to the evaluator. */
  done?: DoneEvent;
  /** Text that it prints. */
  text?: string;
  /** Help, for the pager. */
  page?: MimeBundle;
  /** Finds its type errors, while it runs. */
  check?: () => Promise<Diagnostic[]>;
}

/** Runs the cells of one kernel. */
export class Executions {
  readonly #options: ExecutionsOptions;
  /** Of cells and of comm messages. */
  readonly parents = new Parents();
  #count = 0;
  #lastId = 0;
  #latest = 0;
  /** The cells that run now, by execution: at most one a shell. */
  readonly #running = new Map<number, Running>();
  /** The question that waits for its answer, and the execution that asks. */
  #question: { id: string; execution: number } | undefined;
  /** What the next cell has to say first. */
  #notice: string | undefined;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** The request of a cell that runs now, the latest if there are several. */
  get running(): Header | undefined {
    return [...this.#running.values()].at(-1)?.header;
  }

  /** The execution count of the last cell that counted; 0 before the first. */
  get count(): number {
    return this.#count;
  }

  /** Stops the cells of all shells, and what comm messages have called. */
  interrupt(): void {
    for (const { giveUp } of this.#running.values()) giveUp();
    this.#options.interpreter.interrupt();
  }

  /** Stops the cell that runs in a shell. */
  interruptIn(shell: ShellId): void {
    for (const [id, { header, giveUp }] of this.#running) {
      if (shellOf(header) !== shell) continue;
      giveUp();
      this.#options.interpreter.interrupt(id);
    }
  }

  /** The latest execution, to which output of unknown origin is given; 0 before the first. */
  get latest(): number {
    return this.#latest;
  }

  /** A number for the next execution, or for the delivery of a comm message. */
  nextId(): number {
    return ++this.#lastId;
  }

  /**
   * Queues an execute request. The promise resolves when the queue has run dry.
   *
   * @throws UnknownSubshellError when it is meant for a subshell that does not exist
   */
  async add(request: Message): Promise<void> {
    const queue = this.#options.shells.queue(shellOf(request.header));
    let cell: Cell;
    try {
      cell = readCell(request.content);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return queue.add(this.#refusal(request, error));
    }
    return queue.add(this.#job(request, cell));
  }

  /**
   * What an expression shows itself as, in one form; nothing while a cell runs, and when it takes long. For what front ends
   * ask about values while the user types.
   */
  async lookUp(expression: string, form: string): Promise<unknown> {
    if (this.#running.size > 0 || this.#count === 0) return undefined;
    const id = this.nextId();
    const command = { type: "execute", id, count: 0, code: "", silent: true } as const;
    const asked = this.#options.interpreter.execute({ ...command, userExpressions: { asked: expression } });
    const waited = new AbortController();
    const late = after(LOOK_UP_MS, undefined, { signal: waited.signal }).catch(() => undefined);
    const done = await Promise.race([asked, late]);
    waited.abort();
    const result = done?.userExpressions["asked"];
    return result?.status === "ok" ? result.data[form] : undefined;
  }

  /** Takes an `input_reply`. One that nothing asked for, or that answers another question, is dropped. */
  answered({ content, parentHeader }: Message): void {
    const asked = this.#question?.id;
    // jupyter_client sends its answers without a parent.
    const about: unknown = parentHeader.msg_id ?? asked;
    if (asked === undefined || about !== asked) return;
    this.#question = undefined;
    this.#options.interpreter.answer(typeof content["value"] === "string" ? content["value"] : "");
  }

  /**
   * Says what happened to the cells' process while none of them ran: below the last cell, where it happened, and in the
   * next one, which finds its variables gone.
   */
  notice(sentence: string): void {
    this.output({ type: "stream", id: this.#latest, name: "stderr", text: `${sentence}\n` });
    this.announce(sentence);
  }

  /** Has the next cell say something first. */
  announce(sentence: string): void {
    this.#notice = `${this.#notice ?? ""}${sentence}\n`;
  }

  /** Publishes an output under the request of the cell that made it. */
  output(event: OutputEvent): void {
    const parent = this.parents.find(event.id);
    if (!parent) return;
    this.#running.get(event.id)?.begin();
    const { publisher, history } = this.#options;
    const { header, count, identities } = parent;
    if (event.type === "input") {
      const { prompt, password } = event;
      this.#question = { id: publisher.ask({ prompt, password }, header, identities), execution: event.id };
      return;
    }
    if (parent.silent) return;
    switch (event.type) {
      case "stream":
        publisher.publish("stream", { name: event.name, text: event.text }, header);
        break;
      case "result": {
        const { data, metadata } = event;
        publisher.publish("execute_result", { data, metadata, execution_count: count }, header);
        const plain = data["text/plain"];
        if (typeof plain === "string") history.setOutput(count, plain);
        break;
      }
      case "display":
      case "update": {
        const { data, metadata, displayId } = event;
        const transient = displayId === undefined ? {} : { display_id: displayId };
        const type = event.type === "display" ? "display_data" : "update_display_data";
        publisher.publish(type, { data, metadata, transient }, header);
        break;
      }
      case "clear":
        publisher.publish("clear_output", { wait: event.wait }, header);
        break;
      default:
        event satisfies never;
    }
  }

  #job(request: Message, cell: Cell): Job {
    return {
      run: async () => {
        const started = new Date().toISOString();
        const { reply, failed } = await this.#execute(request, cell).catch((error: unknown) =>
          this.#fault(request, error),
        );
        return {
          abortRest: failed && cell.stopOnError,
          finish: () => this.#finish(request, reply, { started }),
        };
      },
      abort: () => {
        this.#options.publisher.status("busy", request.header);
        this.#finish(request, { status: "aborted", execution_count: this.#count });
      },
    };
  }

  /** A job for a request that cannot be carried out. */
  #refusal(request: Message, { name, message }: FieldError): Job {
    const evalue = `execute_request: ${message}`;
    const error = { ename: name, evalue, traceback: [evalue] };
    const finish = () => this.#finish(request, errorReply(error, this.#count));
    return {
      run: async () => {
        this.#options.publisher.status("busy", request.header);
        this.#options.publisher.publish("error", error, request.header);
        return { abortRest: false, finish };
      },
      abort: finish,
    };
  }

  /** A fault of ours while a cell ran: the client waits for a reply, and the cells behind it for their turn. */
  #fault({ header }: Message, error: unknown): { reply: ExecuteReply; failed: boolean } {
    this.#options.log(`internal error in execute_request: ${describedError(error)}`);
    for (const [id, running] of this.#running) {
      if (running.header !== header) continue;
      // A client is told that a cell runs before it is told of an error, and never after its end.
      running.begin();
      this.#running.delete(id);
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const told = report(name, `execute_request: ${message}`);
    this.#options.publisher.publish("error", told, header);
    return { reply: errorReply(told, this.#count), failed: true };
  }

  async #execute(
    { header: parent, identities }: Message,
    cell: Cell,
  ): Promise<{ reply: ExecuteReply; failed: boolean }> {
    const { publisher, history, interpreter, executing } = this.#options;
    const { code, silent, userExpressions, allowStdin } = cell;
    const count = this.#count + 1;
    if (cell.counts) {
      this.#count = count;
      history.add(count, code);
    }
    const id = this.nextId();
    this.#latest = id;
    let isBegun = false;
    const begin = (): void => {
      if (isBegun) return;
      isBegun = true;
      publisher.status("busy", parent);
      if (!silent) publisher.publish("execute_input", { code, execution_count: count }, parent);
      if (this.#notice === undefined || silent) return;
      this.output({ type: "stream", id, name: "stderr", text: this.#notice });
      this.#notice = undefined;
    };
    const interrupted = new Promise<Prepared>(resolve => {
      const giveUp = (): void => resolve(notStarted(id, interruption()));
      this.#running.set(id, { header: parent, begin, giveUp });
    });
    this.parents.add(id, { header: parent, silent, count, identities });
    const command = { type: "execute", id, count, code, silent, userExpressions, allowStdin } as const;
    // Most cells are prepared without a wait, and run while it is said that they do.
    process.nextTick(begin);
    const prepared = await Promise.race([this.#prepare(id, cell, count), interrupted]);
    const { text, page } = prepared;
    if (text !== undefined) this.output({ type: "stream", id, name: "stdout", text });
    const running = prepared.done ?? interpreter.execute(command);
    // The cell itself is none of those that its types are checked against.
    const check = prepared.check?.();
    begin();
    const ended = prepared.done ? undefined : executing(code);
    const done = await running;
    if (this.#question?.execution === id) this.#question = undefined;
    // Text that went past process.stdout comes through a pipe of its own, read in this same turn.
    await turn();
    if (check) done.error = await this.#warn(id, code, check, done.error);
    this.#running.delete(id);
    ended?.(!done.error);
    if (done.error && !silent) publisher.publish("error", done.error, parent);
    return { reply: executeReply(done, count, page), failed: done.error !== undefined };
  }

  /** Does what comes before a cell runs. */
  async #prepare(id: number, { code, silent }: Cell, count: number): Promise<Prepared> {
    const { language, typecheck, magics } = this.#options;
    const { done, error, ...shown } = await runServerMagics(code, magics);
    if (done) return { ...shown, ...notStarted(id, error) };
    const { mode } = typecheck;
    const isChecked = mode !== "off" && !silent;
    if (isChecked && mode === "error") {
      const errors = await language.check(maskMagics(code), true);
      if (errors.length > 0)
        return { ...shown, ...notStarted(id, typeErrorReport(errors, code, `In [${count}]`)) };
    }
    await this.#options.prepare(code);
    const check = (): Promise<Diagnostic[]> => language.check(maskMagics(code));
    return { ...shown, ...(isChecked && mode === "warn" && { check }) };
  }

  /**
   * Shows what the check found with the cell, or after it when the check takes longer than cells may.
   *
   * @returns what the cell failed by, with what the check says of the same thing
   */
  async #warn(
    id: number,
    code: string,
    check: Promise<Diagnostic[]>,
    failure: ErrorReport | undefined,
  ): Promise<ErrorReport | undefined> {
    const label = `In [${this.parents.find(id)?.count ?? 0}]`;
    const masked = maskMagics(code);
    // A check that is late says no more of the failure than what the failure says of itself.
    let told = failure && saidOnce(failure, [], masked, label).error;
    let isLate = false;
    const shown = check.then(found => {
      const once = failure && !isLate ? saidOnce(failure, found, masked, label) : undefined;
      if (once) told = once.error;
      const errors = once?.errors ?? (failure ? notYetSaid(failure, found) : found);
      if (errors.length === 0) return;
      const text = `${formatTypeErrors(errors, code, label)}\n`;
      this.output({ type: "stream", id, name: "stderr", text });
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, LATE_CHECK_MS);
    });
    await Promise.race([shown, late]);
    clearTimeout(timer);
    isLate = true;
    return told;
  }

  #finish(request: Message, content: ExecuteReply, metadata: Record<string, unknown> = {}): void {
    this.#options.publisher.reply("shell", request, content, metadata);
    this.idle(request.header);
  }

  /**
   * Says that a request was dealt with. Clients show the state they heard last, which is busy as long as a cell runs.
   */
  idle(header: Header): void {
    const { running } = this;
    this.#options.publisher.status("idle", header);
    if (running) this.#options.publisher.status("busy", running);
  }
}

/** @throws FieldError when the content is not what the protocol says */
function readCell(content: Record<string, unknown>): Cell {
  const silent = booleanField(content, "silent", false);
  return {
    code: stringField(content, "code"),
    silent,
    counts: !silent && booleanField(content, "store_history", true),
    stopOnError: booleanField(content, "stop_on_error", true),
    allowStdin: booleanField(content, "allow_stdin", false),
    userExpressions: stringsField(content, "user_expressions"),
  };
}

/** What an interrupt is told as, here and in the evaluator. */
function interruption(): ErrorReport {
  const { name, message } = new Interrupted();
  return report(name, message);
}

/** The end of a cell that does not come to the evaluator. */
function notStarted(id: number, error?: ErrorReport): Prepared {
  return { done: { type: "done", id, userExpressions: {}, ...(error && { error }) } };
}

function executeReply({ error, userExpressions }: DoneEvent, count: number, page?: MimeBundle): ExecuteReply {
  if (error) return errorReply(error, count);
  const payload = page ? [{ source: "page", data: page, start: 0 } as const] : [];
  return { status: "ok", execution_count: count, user_expressions: userExpressions, payload };
}

function errorReply(error: ErrorReport, count: number): ExecuteReply {
  return { status: "error", execution_count: count, user_expressions: {}, payload: [], ...error };
}
