/**
 * Stopping a cell, whatever it is doing.
 *
 * Three means together: a flag that every loop of a cell reads, so that its `finally` blocks run; breaking off what
 * keeps the thread and reads no flag; and giving up the wait for promises.
 */

import { MessageChannel, Worker } from "node:worker_threads";
import { BreakOff, type Check } from "./break-off.js";
import { executions, type Execution } from "../execution.js";
import {
  ABANDONED,
  askToStop,
  awaitProgram,
  awaitTermination,
  type InterruptFlags,
  isAskedToStop,
  programEnded,
  REQUESTED,
  requestStop,
  waitingToStop,
} from "../flags.js";
import { endsByItsLoop } from "./heeding-loops.js";
import type { ListenerData, ListenerMessage, MainMessage } from "./interrupt-listener.js";
import { ownChildren } from "../../processes/process-table.js";
import { Interrupted } from "../../protocol/interrupted.js";
import { ownMark } from "../../processes/mark.js";
import { waitForAnswer } from "../prompt.js";
import type { Frame } from "../errors/stack.js";
import type { WaitingText } from "../output/waiting-text.js";
import { forgetUnfinishedModules } from "../modules/unfinished-modules.js";

/**
 * What keeps the thread for longer than this after an interrupt is what the interrupt is about. The main thread
 * takes the flag down sooner when nothing keeps it.
 */
const KEPT_MS = 100;

/** What to do after code was broken off; told of each execution whether promises of it may never settle. */
export type Breaking = (isLost: (execution: Execution) => boolean) => void;

/** Watches over the executions that run: one of each shell, and what comm messages have called. */
export class Interrupts {
  readonly #flags: InterruptFlags;
  readonly #answers = new MessageChannel();
  readonly #running = new Map<number, { execution: Execution; giveUp: (reason: Interrupted) => void }>();
  /** What to give up once the code that is being broken off has gone: of each breaking off since. */
  #lost: (() => void)[] = [];
  readonly #breakOff: BreakOff;
  #tell: (message: MainMessage) => void = () => {};

  #last: Execution | undefined;
  /** How often a loop was stopped. */
  #stops = 0;
  /** The execution whose code was told of the Stop that the main thread has yet to hear of. */
  #told: number | undefined;

  /**
   * @param breaking told, in the middle of it, that code is about to be broken off, and whose it is; returns what to
   *   do in the next turn, where it is known which executions wait for promises that may never settle
   * @param framesNow the functions that run, the innermost first
   */
  constructor(
    flags: InterruptFlags,
    breaking: (execution: Execution | undefined) => Breaking,
    framesNow: () => Frame[],
  ) {
    this.#flags = flags;
    this.#breakOff = new BreakOff({
      mustStop: execution => this.#mustStop(execution),
      wasKept: () => waitingToStop(flags) > KEPT_MS,
      isUnheard: () => Atomics.load(flags, REQUESTED) === 1,
      endsByItsLoop: () => endsByItsLoop(framesNow()),
      terminate: () => awaitTermination(flags, () => this.#tell({ terminate: true })),
      breaking: (execution, droppedByNode) => {
        const running = [...this.#running.values()];
        const then = breaking(execution);
        // What is due behind the code that is broken off comes with this, or is dropped with it.
        let dropped = true;
        void Promise.resolve().then(() => (dropped = droppedByNode));
        this.#lost.push(() => {
          const isLost = ({ id }: Execution): boolean => dropped || id === execution?.id;
          for (const each of running) {
            if (isLost(each.execution) && this.isRunning(each.execution)) this.#giveUp(each);
          }
          this.#settle();
          then(isLost);
        });
      },
    });
  }

  /**
   * Does the work of an execution, and stops waiting for it when the execution is interrupted.
   *
   * @throws Interrupted when it was given up; code of it that is still alive stops at its next loop turn
   */
  async watch<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    this.#last = execution;
    // The next cell may come before word that code of the last was broken off; it must not find what that left.
    if (this.#lost.length > 0) forgetUnfinishedModules();
    this.#clearUp();
    const interrupted = new Promise<never>((_, giveUp) => {
      this.#running.set(execution.id, { execution, giveUp });
    });
    try {
      if (isAskedToStop(this.#flags, execution.id)) throw new Interrupted();
      // In a turn of its own: work that is broken off takes all that called it along.
      const result = Promise.resolve().then(work);
      // When it is given up, its later failure concerns nobody.
      result
        .catch(() => {})
        .finally(() => this.#ended(execution))
        .catch(() => {});
      const value = await Promise.race([result, interrupted]);
      // What was broken off may have kept it from its end, which it then comes to before word of the interrupt; or that
      // word was itself among what was dropped.
      const isCutShort = this.#lost.length > 0 && isAskedToStop(this.#flags, execution.id);
      if (execution.abandoned || isCutShort) throw new Interrupted();
      return value;
    } finally {
      this.#running.delete(execution.id);
      this.#settle();
    }
  }

  /** Stops an execution, now or when it starts. Called on the main thread, so nothing spins now. */
  interrupt(id: number): void {
    askToStop(this.#flags, id);
    this.#told = undefined;
    const running = this.#running.get(id);
    if (running) this.#giveUp(running);
    this.#settle();
  }

  /**
   * Learns that code of an execution ended by being stopped, and that nobody heard of it: a callback, or an async
   * function that is not awaited. What it keeps from its end no more must not come there as if nothing had been.
   *
   * @returns whether the execution runs, which is now given up
   */
  stopped({ id }: Execution): boolean {
    const running = this.#running.get(id);
    if (!running || !isAskedToStop(this.#flags, id)) return false;
    this.#giveUp(running);
    this.#settle();
    return true;
  }

  #giveUp({ execution, giveUp }: { execution: Execution; giveUp: (reason: Interrupted) => void }): void {
    if (execution.abandoned) return;
    const reason = new Interrupted();
    Atomics.add(this.#flags, ABANDONED, 1);
    giveUp(reason);
    // Last, and as the cell: what it does when it hears of this may have to be broken off, too.
    executions.run(execution, () => execution.abandon(reason));
  }

  /**
   * What calls that wait for programs tell; at both ends they do what a loop's turn does, unless the cell has been told of
   * the Stop: what it starts to clean up runs, and only another Stop ends that.
   */
  readonly waiting = {
    begins: (): void => {
      const execution = executions.getStore();
      const id = execution && this.isRunning(execution) ? execution.id : 0;
      const cleansUp = this.#isTold();
      awaitProgram(this.#flags, id, cleansUp, ownChildren());
      if (!cleansUp) this.#heedStop();
    },
    ends: (): void => {
      const isAsked = programEnded(this.#flags);
      if (isAsked || !this.#isTold()) this.#heedStop();
    },
  };

  /** Whether the cell whose code this is has been told of the Stop that is under way. */
  #isTold(): boolean {
    const execution = executions.getStore();
    return execution !== undefined && execution.id === this.#told && this.isRunning(execution);
  }

  #heedStop(): void {
    if (Atomics.load(this.#flags, REQUESTED) === 1) this.stopLoop();
  }

  /** What a loop does when it sees a flag: stops when it is meant. */
  stopLoop(): void {
    const execution = executions.getStore();
    if (!this.#mustStop(execution)) return;
    this.#stops++;
    this.#told = execution?.id;
    throw new Interrupted();
  }

  /**
   * Begins to look whether a loop is stopped, which what called it may keep to itself.
   *
   * @returns a function that tells whether one was, since this was called
   */
  lookForStops(): () => boolean {
    const before = this.#stops;
    return () => this.#stops !== before;
  }

  /** Breaks off what the thread does, if it is to be stopped; V8 calls this in the middle of it. */
  check(): Check {
    return this.#breakOff.check();
  }

  #mustStop(execution: Execution | undefined): boolean {
    if (execution?.abandoned) return true;
    if (execution && this.isRunning(execution)) {
      if (isAskedToStop(this.#flags, execution.id)) return true;
      this.#settle();
      return false;
    }
    // A loop that nobody knows the origin of, or of a cell that has ended, may be what keeps the thread from hearing
    // the interrupt.
    if (!execution && this.#isStopDue()) return true;
    return waitingToStop(this.#flags) > KEPT_MS;
  }

  /** After code was broken off: what was due besides may be lost with it, also that of other cells. */
  #clearUp(): void {
    const lost = [...this.#lost];
    if (lost.length === 0) return;
    // Behind what is due now, if that still is; a timer is never dropped.
    setTimeout(() => {
      this.#lost = this.#lost.filter(each => !lost.includes(each));
      for (const giveUp of lost) giveUp();
    });
  }

  /** The execution that runs, when there is one and no other, or else ran last. */
  get only(): Execution | undefined {
    const [first, ...others] = this.#running.values();
    return others.length === 0 ? (first?.execution ?? this.#last) : undefined;
  }

  /** Whether an execution was asked to stop. */
  isAsked({ id }: Execution): boolean {
    return isAskedToStop(this.#flags, id);
  }

  /** Whether an execution has not ended. */
  isRunning({ id }: Execution): boolean {
    return this.#running.has(id);
  }

  /** Blocks until the front answers an execution. @throws Interrupted when the user stops the cell instead */
  answer(execution: number): string {
    return waitForAnswer(this.#answers.port1, () => isAskedToStop(this.#flags, execution), this.#flags);
  }

  /**
   * Hears the front on a thread of its own, because the main thread may be spinning.
   *
   * @param fd where the front's lines come from
   * @param outFd where what that thread says goes to: V8's inspector's messages, and text that is overdue
   * @param waiting text that waits in this thread
   * @returns a function to be told the turn of text that begins to wait
   */
  listen(fd: number, outFd: number, waiting: WaitingText): (turn: number) => void {
    const answers = this.#answers.port2;
    const workerData: ListenerData = {
      flags: this.#flags,
      fd,
      outFd,
      answers,
      waiting: waiting.memory,
      mark: ownMark(),
    };
    const worker = new Worker(new URL("./interrupt-listener.js", import.meta.url), {
      workerData,
      transferList: [answers],
      // The debugger is told strings in full; heaps grow only when they must.
      resourceLimits: { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    });
    worker.on("message", (message: ListenerMessage) => {
      if ("interrupt" in message) return this.interrupt(message.interrupt);
      this.#clearUp();
    });
    worker.unref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#tell = message => worker.postMessage(message);
    return turn => this.#tell({ waits: turn });
  }

  /** Takes the request down unless an execution has yet to heed it. */
  #settle(): void {
    // Down before looking: a request raised after the look stands, and the next look sees it.
    Atomics.store(this.#flags, REQUESTED, 0);
    if (this.#isStopDue()) requestStop(this.#flags);
  }

  #isStopDue(): boolean {
    for (const { execution } of this.#running.values()) {
      if (!execution.abandoned && isAskedToStop(this.#flags, execution.id)) return true;
    }
    return false;
  }

  #ended(execution: Execution): void {
    if (execution.abandoned) Atomics.sub(this.#flags, ABANDONED, 1);
  }
}
