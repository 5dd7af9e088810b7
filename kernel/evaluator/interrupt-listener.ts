/**
 * The thread that hears the front while the main thread spins, waits or is stopped by the debugger: interrupts,
 * answers to prompts, calls of the inspector. It also tells the front what a main thread that spins has printed.
 */

import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { endFamily, MARK } from "../family.js";
import { ANSWERED, askToStop, BREAKABLE, type InterruptFlags, REQUESTED, requestStop } from "./flags.js";
import { NO_EXECUTION } from "./protocol.js";
import { InspectorRelay } from "./inspector-relay.js";
import { WINDOW_MS } from "./output-buffer.js";
import type { FrontLine, ThreadMessage } from "./protocol.js";
import { WaitingText } from "./waiting-text.js";

/** Loops of the cell see the flag within this; only what does not is broken with a signal. */
const GRACE_MS = 15;
/** A signal that has broken nothing for this long was taken by the cell's own code; another may be tried. */
const LOST_MS = 3000;
/** A main thread that does not notice within this that the front has gone is spinning for nobody. */
const ORPHAN_MS = 1000;
/** A main thread that has not sent its text for this long is busy. */
const OVERDUE_MS = 2 * WINDOW_MS;

/** What the main thread gives this one. */
export interface ListenerData {
  flags: InterruptFlags;
  /** Where the front's lines come from. */
  fd: number;
  /** Where messages for the front go, one JSON value a line. */
  outFd: number;
  answers: MessagePort;
  /** The memory of the main thread's waiting text. */
  waiting: SharedArrayBuffer;
}

const { flags, fd, outFd, answers, waiting } = workerData as ListenerData;
const family = { leader: process.pid, mark: process.env[MARK] ?? "" };
const inspector = new InspectorRelay(tell);
const waitingText = new WaitingText(waiting);
const pipe = new Socket({ fd, readable: true, writable: false });
let rest = "";
let signalled = 0;
pipe.setEncoding("utf8");
pipe.on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const said = JSON.parse(line) as FrontLine;
    if ("interrupt" in said) interrupt(said.interrupt);
    else if ("inspector" in said) inspector.call(said.inspector);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    else answers.postMessage(said.answer);
    // V8 attends to the inspector when JavaScript runs, which a prompt keeps from running.
    Atomics.store(flags, ANSWERED, 1);
    Atomics.notify(flags, ANSWERED);
  }
});
// The main thread names the turn of text that has begun to wait.
parentPort?.on("message", (turn: number) =>
  setTimeout(() => {
    const overdue = waitingText.read(turn);
    if (overdue) tell({ overdue });
  }, OVERDUE_MS),
);
pipe.on("error", () => pipe.destroy());
pipe.on("close", () =>
  setTimeout(() => {
    endFamily(family);
    process.kill(process.pid, "SIGKILL");
  }, ORPHAN_MS),
);

function tell(message: ThreadMessage): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  try {
    for (let sent = 0; sent < line.length; ) sent += writeSync(outFd, line, sent);
  } catch (error) {
    // The front has gone; so will this process.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

function interrupt(id: number): void {
  askToStop(flags, id);
  // When nothing of the execution spins, the main thread takes the flag down again.
  requestStop(flags);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(id);
  // A signal breaks what an execution runs, and would end the process otherwise.
  if (id !== NO_EXECUTION) setTimeout(() => signal(id), GRACE_MS);
}

function signal(id: number): void {
  // The front resumes what it interrupts; a signal before that would break the debugger's own work.
  if (inspector.paused) setTimeout(() => signal(id), GRACE_MS);
  else if (Atomics.load(flags, REQUESTED) === 1 && claimed(id)) {
    signalled = Date.now();
    process.kill(process.pid, "SIGINT");
  }
}

/** Whether a signal sent now hits this execution and no other: its code stays breakable until it came. */
function claimed(id: number): boolean {
  const before = Atomics.compareExchange(flags, BREAKABLE, id, -id);
  return before === id || (before === -id && Date.now() - signalled > LOST_MS);
}
