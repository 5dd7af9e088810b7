/**
 * The front's end of the evaluator: starts its process, hands it cells, stops cells, and starts it again when user
 * code has brought it down.
 */

import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { readEvents } from "./event-pipe.js";
import {
  type CommCommand,
  type CommEvent,
  type DeliveredEvent,
  type DoneEvent,
  type EvaluatorEvent,
  type ExecuteCommand,
  type FrontLine,
  type InspectorCall,
  type InspectorMessage,
  NO_EXECUTION,
  type OutputEvent,
  type ThreadMessage,
} from "./protocol.js";
import { report } from "./report.js";
import { ToldText } from "./told-text.js";

/** Default of `stuckAfter`: how long an interrupted cell may sit in native code before its process is ended, once asked twice. */
const STUCK_MS = 5000;
/** A process that cannot even start this often in a row will not start the next time either. */
const MAX_FAILED_STARTS = 3;

/** What Node itself says when a process ends that is being debugged. */
const NODE_DEBUGGING = /^Waiting for the debugger to disconnect\.\.\.\n/m;

/** What the host needs from its surroundings. */
export interface HostOptions {
  /** Working folder of the evaluator. */
  folder: string;
  /** Told when the process is ready for cells, again after each start. */
  started?: () => void;
  /** Asked when the process is ready, before cells are handed to it; they wait for the promise. */
  prepare?: () => Promise<void>;
  /** Told what V8's inspector says. */
  inspected?: (message: InspectorMessage) => void;
  /** Told every output, in order. */
  output(event: OutputEvent): void;
  /** Told every comm message of the cells' code, in one order with the outputs. */
  comm?(event: CommEvent): void;
  /** Told when the process has ended, and with it what cells had in it, and whether another is about to start. */
  ended?: (again: boolean) => void;
  /** Told what user code (or a library below it) wrote to the process's own streams, past `process.stdout`. */
  rawOutput(name: "stdout" | "stderr", text: string): void;
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
export class EvaluatorHost {
  readonly #options: HostOptions;
  #child: ChildProcess | undefined;
  #ready = false;
  #failedStarts = 0;
  readonly #running = new Map<number, Running>();
  /** Comm messages whose callbacks have not ended. */
  readonly #deliveries = new Map<number, Delivery>();
  #stuckTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Why the process was ended on purpose, for the cells that were running. */
  #reason: string | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** The evaluator's process id, when it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the process; cells may be handed over at once and wait until it is ready. */
  start(): void {
    const child = fork(new URL("./process.js", import.meta.url), [], {
      cwd: this.#options.folder,
      serialization: "advanced",
      // Standard input, output, error, commands, lines that must be heard at once, events, the second thread.
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe", "pipe", "pipe"],
      // Space for short-lived objects grows to 50 MB by default, which cells of a notebook have no use for.
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        "--experimental-vm-modules",
        "--max-semi-space-size=4",
      ],
    });
    this.#child = child;
    this.#ready = false;
    child.on("error", () => {});
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        const own = text.replace(NODE_DEBUGGING, "");
        if (own !== "") this.#options.rawOutput(name, own);
      });
    }
    linesPipe(child)?.on("error", () => {});
    // The types know five streams.
    const [events, thread] = (child.stdio as unknown[]).slice(5) as [Readable, Readable];
    const told = new ToldText(event => this.#options.output(event));
    readEvents(events, event => told.receive(event, each => this.#event(each)));
    createInterface({ input: thread }).on("line", line => {
      const message = JSON.parse(line) as ThreadMessage;
      if ("overdue" in message) told.overdue(message.overdue);
      else this.#options.inspected?.(message);
    });
    child.once("exit", (code, signal) => {
      // Events sent before the end are still on their way until the pipe closes.
      if (events.closed) this.#ended(code, signal);
      else events.once("close", () => this.#ended(code, signal));
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
      this.#child?.kill("SIGKILL");
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
    this.#reason = "was restarted by another cell";
    this.#child?.kill("SIGKILL");
  }

  /** Ends the process for good. */
  stop(): void {
    this.#stopped = true;
    if (this.#stuckTimer) clearTimeout(this.#stuckTimer);
    this.#child?.kill("SIGKILL");
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
      this.#child?.send(each.command);
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

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    const deliveries = [...this.#deliveries];
    if (this.#stopped) {
      for (const [id] of deliveries) this.#delivered({ id, ended: true });
      return;
    }
    const how = this.#reason ?? (signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
    this.#reason = undefined;
    if (!this.#ready) this.#failedStarts++;
    const again = this.#failedStarts < MAX_FAILED_STARTS;
    this.#options.ended?.(again);
    const evalue = again
      ? `the process that runs cells ${how}; it was started anew, variables are lost`
      : `the process that runs cells cannot be started (it ${how}); see the kernel's log`;
    for (const [id, { sent }] of deliveries) if (sent || !again) this.#delivered({ id, ended: true });
    for (const { command, sent } of this.#running.values()) {
      if (sent || !again) this.#done(crashed(command.id, evalue));
    }
    if (again) this.start();
    // The next cell tries again.
    else this.#failedStarts = 0;
  }
}

function linesPipe(child: ChildProcess): Writable | undefined {
  return (child.stdio[4] ?? undefined) as Writable | undefined;
}

function crashed(id: number, evalue: string): DoneEvent {
  return { type: "done", id, userExpressions: {}, error: report("EvaluatorEnded", evalue) };
}
