/** The evaluator's process: started by the front, which it obeys and does not outlive. */

import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { serve, withoutHosts } from "../hosts/hosts.js";
import { leaveOthersTheirMemory } from "../processes/allocation.js";
import { endFamily } from "../processes/family.js";
import { ownMark } from "../processes/mark.js";
import { heedStopAtPrograms } from "./interrupts/blocking-calls.js";
import { captureConsole } from "./output/capture-console.js";
import { captureStreams } from "./output/capture-streams.js";
import { closeStdin } from "./closed-stdin.js";
import { Evaluator } from "./evaluator.js";
import { eventWriter, readEvents } from "./output/event-pipe.js";
import { keepFromFatalInterrupts } from "./interrupts/fatal-errors.js";
import { keepListeners } from "./interrupts/kept-listeners.js";
import type { Command, EvaluatorEvent } from "../protocol/evaluator.js";
import { WaitingText } from "./output/waiting-text.js";

/** The pipe for commands. */
const COMMANDS_FD = 3;
/** The pipe on which the front says what must be heard at once. */
const LINES_FD = 4;
/** The pipe for events. */
const EVENTS_FD = 5;
/** The pipe for what the thread beside this one says. */
const THREAD_FD = 6;

try {
  fstatSync(THREAD_FD);
} catch (cause) {
  throw new Error("evaluator: expected to be started by the kernel's front process, found no pipes of its", {
    cause,
  });
}
// This thread's heap is made. V8 would hold the threads that cells start to the same, whatever limits they ask for.
setFlagsFromString("--max-semi-space-size=0");
// The rest of the arguments is the cells' to see, as of a program without any.
serve(withoutHosts(process.argv.splice(2)).folders);
/** The front has started this process with a group of its own. */
const family = { leader: process.pid, mark: ownMark() };
// Started from a test, the kernel would have node:test in cells report to the test's runner.
delete process.env["NODE_TEST_CONTEXT"];
leaveOthersTheirMemory();
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
heedStopAtPrograms(evaluator.interrupts.waiting);
const commands = new Socket({ fd: COMMANDS_FD, readable: true, writable: false });
const obey = (command: Command): void => {
  void (command.type === "comm" ? evaluator.deliver(command) : evaluator.execute(command));
};
// Each in a tick of its own: code that is broken off takes all that called it along.
readEvents(commands, command => process.nextTick(obey, command));
// The front has gone without a word, and what cells have started must not outlive it.
const orphaned = (): void => {
  process.once("exit", () => endFamily(family));
  process.exit();
};
commands.on("error", () => commands.destroy());
commands.on("close", orphaned);
process.on("exit", () => evaluator.output.flush());
process.on("unhandledRejection", reason => evaluator.lateError(reason, "rejection"));
process.on("uncaughtException", error => evaluator.lateError(error, "error"));
// An interrupt is a request of the front; a SIGINT sent to the whole process group is none.
process.on("SIGINT", () => {});
keepListeners();
keepFromFatalInterrupts();
const textWaits = evaluator.interrupts.listen(LINES_FD, THREAD_FD, waiting);
send({ type: "ready" });
