/**
 * The program that a call such as `execSync` keeps the main thread waiting for, which Stop ends: in a terminal Ctrl-C
 * reaches it, too. Which it is only the system knows: the child that was not there when the call began, or where those are
 * not listed, that is no older than the call. That is told on Linux; elsewhere the call comes to its end by itself.
 */

import { readFileSync } from "node:fs";
import { descendants, type ProcessEntry, processTable } from "../../processes/process-table.js";
import { type AwaitingCall, askProgram, awaitingCall, type InterruptFlags, REQUESTED } from "../flags.js";

/** The system tells ages in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Clocks of the system and of Node may differ by this, in seconds. */
const INACCURACY_S = 0.05;
/** A program that has just been started, or is about to be, has yet to start what it waits for in its turn. */
const AGAIN_MS = 50;
const LOOKS = 6;
/** Later only those that were asked are looked at: what a program starts in order to clean up is left alone. */
const LATER_MS = 100;
const LATER_LOOKS = 100;

/** A Stop: the call whose program is to end, and the processes that were asked, with what they ran then. */
interface Asked {
  readonly execution: number;
  readonly since: number;
  readonly signal: NodeJS.Signals;
  readonly processes: Map<number, string>;
}

/** Ends programs for interrupts; used by the thread that hears them. */
export class AwaitedProgram {
  readonly #flags: InterruptFlags;
  #asked: Asked | undefined;

  constructor(flags: InterruptFlags) {
    this.#flags = flags;
  }

  /** Ends the program that an execution waits for. It is asked as by Ctrl-C, and has no choice the second time. */
  end(execution: number, looked = 0): void {
    const call = awaitingCall(this.#flags, execution);
    if (!call) {
      // An ended cell's timer may be about to begin one; the flag is taken down as soon as the main thread is free.
      if (looked >= LOOKS || Atomics.load(this.#flags, REQUESTED) !== 1) return;
      setTimeout(() => this.end(execution, looked + 1), AGAIN_MS);
      return;
    }
    // This Stop is what it cleans up after.
    if (call.cleansUp && looked > 0) return;
    askProgram(this.#flags);
    const again = this.#asked?.since === call.since;
    this.#asked = {
      execution,
      since: call.since,
      signal: again ? "SIGKILL" : "SIGINT",
      processes: new Map(),
    };
    this.#signal(this.#asked, 0);
  }

  #signal(asked: Asked, looked: number): void {
    const call = awaitingCall(this.#flags, asked.execution);
    // A second Stop looks for itself.
    if (asked !== this.#asked || call?.since !== asked.since) return;
    for (const pid of startedBy(call)) {
      // A shell's child that has yet to become a program keeps the signal to itself, and the program never hears of it.
      const program = commandOf(pid);
      const before = asked.processes.get(pid);
      if (before === program || (before === undefined && looked >= LOOKS)) continue;
      asked.processes.set(pid, program);
      try {
        process.kill(pid, asked.signal);
      } catch {
        // It has ended.
      }
    }
    if (looked > LATER_LOOKS) return;
    setTimeout(() => this.#signal(asked, looked + 1), looked < LOOKS ? AGAIN_MS : LATER_MS);
  }
}

/** The command line of a process; empty once it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** The children that were started since a call began, and all below them. */
function startedBy({ milliseconds, earlier }: AwaitingCall): number[] {
  const table = processTable();
  if (table.length === 0) return [];
  const age = milliseconds / 1000 + INACCURACY_S;
  const since = (Number.parseFloat(readFileSync("/proc/uptime", "utf8")) - age) * TICKS_PER_SECOND;
  const isNew = ({ pid, started }: ProcessEntry) => (earlier ? !earlier.includes(pid) : started >= since);
  const children = table.filter(child => child.parent === process.pid && isNew(child));
  return children.flatMap(child => descendants(child.pid, table)).map(({ pid }) => pid);
}
