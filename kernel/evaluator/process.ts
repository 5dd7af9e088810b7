/** The evaluator's process: started by the front, which it obeys over IPC and does not outlive. */

import { captureConsole } from "./capture-console.js";
import { captureStreams } from "./capture-streams.js";
import { Evaluator } from "./evaluator.js";
import type { Command, EvaluatorEvent } from "./protocol.js";

/** The pipe on which the front writes interrupts. */
const INTERRUPT_FD = 4;

const post = process.send?.bind(process);
if (!post)
  throw new Error("evaluator: expected to be started by the kernel's front process, found no IPC channel");
// Libraries take a process with `send` for a worker of theirs, and a cell must not speak for the evaluator.
delete process.send;
const send = (event: EvaluatorEvent): void => {
  if (process.connected) post(event);
};

const evaluator = new Evaluator({ folder: process.cwd(), send });
captureStreams(evaluator.output);
captureConsole(evaluator.output);
process.on("message", (command: Command) => void evaluator.execute(command));
process.on("disconnect", () => process.exit());
process.on("exit", () => evaluator.output.flush());
process.on("unhandledRejection", reason => evaluator.lateError(reason, "rejection"));
process.on("uncaughtException", error => evaluator.lateError(error, "error"));
// An interrupt is a request of the front; a SIGINT sent to the whole process group is none.
process.on("SIGINT", () => {});
evaluator.interrupts.listen(INTERRUPT_FD);
send({ type: "ready" });
