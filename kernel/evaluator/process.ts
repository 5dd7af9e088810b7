/** The evaluator's process: started by the front, which it obeys over IPC and does not outlive. */

import { endFamily, MARK } from "../family.js";
import { heedStopAfterPrograms } from "./blocking-calls.js";
import { captureConsole } from "./capture-console.js";
import { captureStreams } from "./capture-streams.js";
import { closeStdin } from "./closed-stdin.js";
import { Evaluator } from "./evaluator.js";
import { eventWriter } from "./event-pipe.js";
import type { Command, EvaluatorEvent } from "./protocol.js";
import { WaitingText } from "./waiting-text.js";

/** The pipe on which the front says what must be heard at once. */
const LINES_FD = 4;
/** The pipe for events. */
const EVENTS_FD = 5;
/** The pipe for what the thread beside this one says. */
const THREAD_FD = 6;

if (!process.send)
  throw new Error("evaluator: expected to be started by the kernel's front process, found no IPC channel");
// Libraries take a process with `send` for a worker of theirs, and a cell must not speak for the evaluator.
delete process.send;
/** The front has started this process with a group of its own. */
const family = { leader: process.pid, mark: process.env[MARK] ?? "" };
// Started from a test, the kernel would have node:test in cells report to the test's runner.
delete process.env["NODE_TEST_CONTEXT"];
const waiting = new WaitingText();
const write = eventWriter(EVENTS_FD);
const send = (event: EvaluatorEvent): void => {
  write(event);
  waiting.countSent();
};

const evaluator = new Evaluator({
  folder: process.cwd(),
  send,
  seen: { text: waiting, waits: turn => textWaits(turn) },
  answer: execution => evaluator.interrupts.answer(execution),
});
captureStreams(evaluator.output, () => evaluator.interrupts.only);
captureConsole(evaluator.output);
closeStdin();
heedStopAfterPrograms(() => evaluator.interrupts.heedStop());
process.on("message", (command: Command) => {
  void (command.type === "comm" ? evaluator.deliver(command) : evaluator.execute(command));
});
// The front has gone without a word, and what cells have started must not outlive it.
const orphaned = (): void => {
  process.once("exit", () => endFamily(family));
  process.exit();
};
process.on("disconnect", orphaned);
// It may have gone while this process was starting.
if (!process.connected) orphaned();
process.on("exit", () => evaluator.output.flush());
process.on("unhandledRejection", reason => evaluator.lateError(reason, "rejection"));
process.on("uncaughtException", error => evaluator.lateError(error, "error"));
// An interrupt is a request of the front; a SIGINT sent to the whole process group is none.
process.on("SIGINT", () => {});
const textWaits = evaluator.interrupts.listen(LINES_FD, THREAD_FD, waiting);
send({ type: "ready" });
