/**
 * The thread that hears the front while the main thread spins, waits or is stopped by the debugger: interrupts,
 * answers to prompts, calls of the inspector. It also tells the front what a main thread that spins has printed.
 */

import { writeSync } from "node:fs";
import { type Runtime, Session } from "node:inspector";
import { Socket } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { endFamily } from "../../processes/family.js";
import { AwaitedProgram } from "./awaited-program.js";
import { type Check, checkExpression } from "./break-off.js";
import {
  ANSWERED,
  askToStop,
  grantTermination,
  type InterruptFlags,
  REQUESTED,
  requestStop,
} from "../flags.js";
import { HOOK } from "../../cells/hook.js";
import { InspectorRelay } from "../inspector-relay.js";
import { WINDOW_MS } from "../output/output-buffer.js";
import type { FrontLine, ThreadMessage } from "../../protocol/evaluator.js";
import { WaitingText } from "../output/waiting-text.js";

/** Loops of the cell see the flag within this, and a free thread hears of the interrupt; only what does not is looked at. */
const GRACE_MS = 15;
/** What was in the middle of the kernel's own code is looked at again after this. */
const AGAIN_MS = 2;
/**
 * After a Stop, and after something was broken off, looking goes on until nothing was found so often in a row: the cell's
 * timers, servers and workers may call more of it, before the cell could even be said to have ended. A free main thread
 * hears of a Stop at once, and gives up the cell before what it has left behind begins to spin.
 */
const CALM = 20;
/** A main thread that does not notice within this that the front has gone is spinning for nobody. */
const ORPHAN_MS = 1000;
/** A main thread that has not sent its text for this long is busy. */
const OVERDUE_MS = 2 * WINDOW_MS;

/** What this thread tells the main thread, which hears it when it is free: an interrupt, or that code was broken off. */
export type ListenerMessage = { interrupt: number } | { brokenOff: true };

/** What the main thread tells this one: the turn of text that has begun to wait, or to terminate what it runs. */
export type MainMessage = { waits: number } | { terminate: true };

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
  /** What processes that cells have started carry in their environment. */
  mark: string;
}

const { flags, fd, outFd, answers, waiting, mark } = workerData as ListenerData;
const family = { leader: process.pid, mark };
const inspector = new InspectorRelay(tell);
const waitingText = new WaitingText(waiting);
const pipe = new Socket({ fd, readable: true, writable: false });
const awaited = new AwaitedProgram(flags);
let rest = "";
let checker: Session | undefined;
let checking = false;
/** How often looking has yet to find nothing. */
let unsettled = 0;
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
parentPort?.on("message", (message: MainMessage) => {
  if ("terminate" in message)
    return grantTermination(flags, () => checker?.post("Runtime.terminateExecution"));
  setTimeout(() => {
    const overdue = waitingText.read(message.waits);
    if (overdue) tell({ overdue });
  }, OVERDUE_MS);
});
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
  say({ interrupt: id });
  awaited.end(id);
  unsettled = CALM;
  if (checking) return;
  checking = true;
  setTimeout(check, GRACE_MS);
}

/** Has the main thread look at what it does, again and again until nothing is left to be stopped. */
function check(): void {
  if (Atomics.load(flags, REQUESTED) !== 1 && unsettled === 0) {
    checking = false;
    return;
  }
  // The front resumes what it interrupts; before that, breaking it off would break the debugger's own work.
  if (inspector.paused) return void setTimeout(check, GRACE_MS);
  checker ??= connected();
  checker.post(
    "Runtime.evaluate",
    { expression: checkExpression(HOOK), returnByValue: true, silent: true },
    (failure: Error | null, told?: Runtime.EvaluateReturnType) => {
      // A check that V8 could not make was itself in the way of breaking something off.
      const found = failure ? "broken" : (told?.result.value as Check | undefined);
      if (found === "broken") say({ brokenOff: true });
      unsettled = found === "free" ? Math.max(0, unsettled - 1) : found === "broken" ? CALM : unsettled;
      setTimeout(check, found === "later" ? AGAIN_MS : GRACE_MS);
    },
  );
}

function connected(): Session {
  const session = new Session();
  session.connectToMainThread();
  return session;
}

function say(message: ListenerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(message);
}
