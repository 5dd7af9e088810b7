/**
 * The front's end of the evaluator: starts its process, hands it cells, stops cells, and starts it again when user
 * code has brought it down.
 */

import type { ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { endFamily, type Family } from "../processes/family.js";
import { readLines } from "../base/read-lines.js";
import { framed, readEvents } from "./output/event-pipe.js";
import { type EvaluatorProcess, runs, startProcess } from "./start-process.js";
import {
  type CommCommand,
  type DeliveredEvent,
  type DoneEvent,
  type EvaluatorEvent,
  type ExecuteCommand,
  type FrontLine,
  type InspectorCall,
  NO_EXECUTION,
  type ThreadMessage,
} from "../protocol/evaluator.js";
import type { Interpreter, InterpreterListener } from "../protocol/interpreter.js";
import { report } from "../cells/report.js";
import { ToldText } from "./output/told-text.js";

/** Default of `stuckAfter`: how long an interrupted cell may sit in native code before its process is ended, once asked twice. */
const STUCK_MS = 5000;
/** A process that cannot even start this often in a row will not start the next time either. */
const MAX_FAILED_STARTS = 3;

/** What befell a process that a cell of its own wanted to end. */
const RESTARTED = "was restarted by another cell";

/** What Node itself says when a process ends that is being debugged. */
const NODE_DEBUGGING = /^Waiting for the debugger to disconnect\.\.\.\n/m;

/** What the host needs from its surroundings. */
export interface HostOptions extends InterpreterListener {
  /** Working folder of the evaluator. */
  folder: string;
  /** A process that was started before, taken for the first if it still runs. */
  early?: EvaluatorProcess | undefined;
  /** Milliseconds an interrupted cell has to stop, once asked twice, before its process is ended. */
  stuckAfter?: number;
}

interface Running {
  command: ExecuteCommand;
  resolve(done: DoneEvent): void;
  sent: boolean;
  interrupts: number;
}

interface Delivery {
  command: CommCommand;
  resolve(): void;
  sent: boolean;
  interrupts: number;
}

/** Runs cells in a process of their own. */
export class EvaluatorHost implements Interpreter {
  readonly #options: HostOptions;
  #child: ChildProcess | undefined;
  #family: Family | undefined;
  #ready = false;
  /** Whether there may be variables to lose. */
  #used = false;
  #failedStarts = 0;
  readonly #running = new Map<number, Running>();
  /** Comm messages whose callbacks have not ended. */
  readonly #deliveries = new Map<number, Delivery>();
  #stuckTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Why the process was ended on purpose, for the cells that were running. */
  #reason: string | undefined;

  /** Taken by the first start alone. */
  #early: EvaluatorProcess | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#early = options.early;
  }

  /** The evaluator's process id, when it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the process; cells may be handed over at once and wait until it is ready. */
  start(): void {
    const early = this.#early;
    this.#early = undefined;
    this.#ready = false;
    this.#used = false;
    let started: EvaluatorProcess;
    try {
      started = early && runs(early) ? early : startProcess(this.#options.folder);
    } catch (error) {
      // Who has called hears of it afterwards, as of a process that ends.
      setImmediate(() => this.#ended(this.#whyNotStarted(error)));
      return;
    }
    const { child, mark } = started;
    this.#child = child;
    child.on("error", error => {
      // Otherwise it runs, and what could not be said to it concerns one that is about to end.
      if (child.pid === undefined) this.#ended(this.#whyNotStarted(error));
    });
    if (child.pid === undefined) return;
    const family = { leader: child.pid, mark };
    this.#family = family;
    this.#listen(child);
    child.once("exit", (code, signal) => {
      // What it has started would hold its pipes and ports.
      endFamily(family);
      const how = this.#reason ?? (signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
      const events = eventsPipe(child);
      // Events sent before the end are still on their way until the pipe closes.
      if (events.closed) this.#ended(how);
      else events.once("close", () => this.#ended(how));
    });
  }

  #listen(child: ChildProcess): void {
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        const own = text.replace(NODE_DEBUGGING, "");
        if (own !== "") this.#options.rawOutput(name, own);
      });
    }
    linesPipe(child)?.on("error", () => {});
    commandsPipe(child)?.on("error", () => {});
    const events = eventsPipe(child);
    // The types know five streams.
    const thread = (child.stdio as unknown[])[6] as Readable;
    const told = new ToldText(event => this.#options.output(event));
    readEvents(events, event => told.receive(event as EvaluatorEvent, each => this.#event(each)));
    readLines(thread, line => {
      const message = parsed(line);
      if (!message) return;
      if ("overdue" in message) told.overdue(message.overdue);
      else this.#options.inspected?.(message);
    });
  }

  /** Runs a cell, also while others await; resolves, never rejects, at its end. */
  execute(command: ExecuteCommand): Promise<DoneEvent> {
    return new Promise(resolve => {
      this.#running.set(command.id, { command, resolve, sent: false, interrupts: 0 });
      if (!this.#child && !this.#stopped) this.start();
      this.#dispatch();
    });
  }

  /**
   * Hands a comm message to the cells' code, also while a cell runs; resolves, never rejects, when what it called has
   * returned, or when the process has ended.
   */
  deliver(command: CommCommand): Promise<void> {
    return new Promise(resolve => {
      this.#deliveries.set(command.id, { command, resolve, sent: false, interrupts: 0 });
      if (!this.#child && !this.#stopped) this.start();
      this.#dispatch();
    });
  }

  /**
   * Asks what runs to stop: all cells and callbacks of comm messages, or one of them. Asked twice in vain, their
   * process is ended after a while.
   */
  interrupt(id?: number): void {
    const all = [...this.#running.values(), ...this.#deliveries.values()];
    // A timer of a cell that has ended may keep the process nevertheless.
    if (all.length === 0 && id === undefined) this.#say({ interrupt: NO_EXECUTION });
    for (const running of all) {
      if (id !== undefined && running.command.id !== id) continue;
      running.interrupts++;
      this.#say({ interrupt: running.command.id });
      if (running.interrupts >= 2) this.#endWhenStuck(running);
    }
  }

  #endWhenStuck(running: Running | Delivery): void {
    if (this.#stuckTimer) return;
    const { stuckAfter = STUCK_MS } = this.#options;
    this.#stuckTimer = setTimeout(() => {
      this.#stuckTimer = undefined;
      const { id } = running.command;
      if (!this.#running.has(id) && !this.#deliveries.has(id)) return;
      this.#reason = `did not stop within ${stuckAfter / 1000} s of a second interrupt and was ended`;
      this.#end();
    }, stuckAfter);
  }

  /** Gives a prompt its answer. */
  answer(text: string): void {
    this.#say({ answer: text });
  }

  /** Calls V8's inspector in the process, which is heard whatever the main thread does. */
  inspect(call: InspectorCall): void {
    this.#say({ inspector: call });
  }

  /** Ends the process and starts it anew: variables and modules are gone, and cells that run end with an error. */
  restart(): void {
    this.#ready = false;
    this.#reason = RESTARTED;
    this.#end();
  }

  /** Ends the process for good. */
  stop(): void {
    this.#stopped = true;
    if (this.#stuckTimer) clearTimeout(this.#stuckTimer);
    this.#end();
  }

  #end(): void {
    if (this.#child && this.#family) endFamily(this.#family);
    // Where there are no groups.
    this.#child?.kill("SIGKILL");
  }

  #whyNotStarted(error: unknown): string {
    const { folder } = this.#options;
    const found = statSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory()) {
      const what = found ? "no folder any more" : "gone";
      return `its folder ${folder} is ${what}; make the folder again, or start the kernel in another one`;
    }
    return error instanceof Error ? error.message : String(error);
  }

  #say(line: FrontLine): void {
    if (this.#child) linesPipe(this.#child)?.write(`${JSON.stringify(line)}\n`);
  }

  #event(event: EvaluatorEvent): void {
    if (event.type === "ready") {
      this.#failedStarts = 0;
      void this.#handOver(this.#child);
    } else if (event.type === "done") {
      this.#done(event);
    } else if (event.type === "delivered") {
      this.#delivered(event);
    } else if (event.type === "comm") {
      this.#options.comm?.(event);
    } else {
      this.#options.output(event);
    }
  }

  async #handOver(child: ChildProcess | undefined): Promise<void> {
    await this.#options.prepare?.();
    // It may have ended, and another started, meanwhile.
    if (this.#child !== child) return;
    this.#ready = true;
    this.#dispatch();
    this.#options.started?.();
  }

  #dispatch(): void {
    if (!this.#ready) return;
    for (const each of [...this.#deliveries.values(), ...this.#running.values()]) {
      if (each.sent) continue;
      each.sent = true;
      this.#used = true;
      if (this.#child) commandsPipe(this.#child)?.write(framed(each.command));
    }
  }

  #delivered({ id, ended }: Pick<DeliveredEvent, "id" | "ended">): void {
    const delivery = this.#deliveries.get(id);
    if (ended) this.#deliveries.delete(id);
    this.#calm();
    delivery?.resolve();
  }

  /** What was asked twice to stop has stopped. */
  #calm(): void {
    const all = [...this.#running.values(), ...this.#deliveries.values()];
    if (!this.#stuckTimer || all.some(({ interrupts }) => interrupts >= 2)) return;
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = undefined;
  }

  #done(event: DoneEvent): void {
    const running = this.#running.get(event.id);
    if (!running) return;
    this.#running.delete(event.id);
    this.#calm();
    running.resolve(event);
  }

  /** @param how the process ended, or why it could not be started */
  #ended(how: string): void {
    const started = this.#child?.pid !== undefined;
    const wanted = this.#reason === RESTARTED;
    this.#child = undefined;
    const deliveries = [...this.#deliveries];
    if (this.#stopped) {
      for (const [id] of deliveries) this.#delivered({ id, ended: true });
      return;
    }
    this.#reason = undefined;
    if (!this.#ready && !wanted) this.#failedStarts++;
    const again = this.#failedStarts < MAX_FAILED_STARTS;
    this.#options.ended?.(again);
    const evalue = again
      ? `the process that runs cells ${how}; it was started anew, variables are lost`
      : `the process that runs cells cannot be started${started ? ` (it ${how}); see the kernel's log` : `: ${how}`}`;
    const told = [...this.#running.values()].some(({ sent }) => sent);
    if (this.#used && !told && !wanted) this.#options.lost?.(evalue);
    this.#used = false;
    for (const [id, { sent }] of deliveries) if (sent || !again) this.#delivered({ id, ended: true });
    for (const { command, sent } of this.#running.values()) {
      if (sent || !again) this.#done(crashed(command.id, evalue));
    }
    if (again) this.start();
    // The next cell tries again.
    else this.#failedStarts = 0;
  }
}

function eventsPipe(child: ChildProcess): Readable {
  // The types know five streams.
  return (child.stdio as unknown[])[5] as Readable;
}

function commandsPipe(child: ChildProcess): Writable | undefined {
  return (child.stdio[3] ?? undefined) as Writable | undefined;
}

function linesPipe(child: ChildProcess): Writable | undefined {
  return (child.stdio[4] ?? undefined) as Writable | undefined;
}

/** A line of the thread; nothing when the process ended in the middle of it. */
function parsed(line: string): ThreadMessage | undefined {
  try {
    return JSON.parse(line) as ThreadMessage;
  } catch {
    return undefined;
  }
}

function crashed(id: number, evalue: string): DoneEvent {
  return { type: "done", id, userExpressions: {}, error: report("EvaluatorEnded", evalue) };
}
